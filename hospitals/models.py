"""Organisations in a tree, their departments, and who is what where."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def hospitals(self) -> OrganisationQuerySet:
        return self.filter(kind=Organisation.Kind.HOSPITAL)

    def beneath(self, organisation: Organisation) -> OrganisationQuerySet:
        """The organisation itself and everything under it."""
        return self.filter(path__startswith=organisation.path)


class Organisation(models.Model):
    """Province bureau > city bureau > hospital; consultancies stand beside the tree."""

    class Kind(models.TextChoices):
        PROVINCE = "province", _("省级卫生健康行政部门")
        CITY = "city", _("市级卫生健康行政部门")
        HOSPITAL = "hospital", _("医疗机构")
        CONSULTANCY = "consultancy", _("咨询机构")

    class Grade(models.TextChoices):
        TERTIARY_A = "3A", _("三级甲等")
        TERTIARY_B = "3B", _("三级乙等")
        TERTIARY = "3", _("三级")
        SECONDARY_A = "2A", _("二级甲等")
        SECONDARY_B = "2B", _("二级乙等")
        SECONDARY = "2", _("二级")
        UNGRADED = "", _("未定级")

    class Ownership(models.TextChoices):
        PUBLIC = "public", _("公立")
        PRIVATE = "private", _("民营")

    class HospitalType(models.TextChoices):
        GENERAL = "general", _("综合医院")
        CHINESE_MEDICINE = "tcm", _("中医医院")
        MATERNAL = "maternal", _("妇幼保健院")
        SPECIALIST = "specialist", _("专科医院")
        OTHER = "", _("其他")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind)
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(
        max_length=200, unique=True, editable=False
    )  # "/3/17/204/": ids from the root down
    region = models.CharField(_("行政区划代码"), max_length=6, blank=True)
    code = models.CharField(_("机构代码"), max_length=22, blank=True)
    grade = models.CharField(_("等级"), max_length=2, choices=Grade, blank=True)
    ownership = models.CharField(_("性质"), max_length=8, choices=Ownership, default=Ownership.PUBLIC)
    hospital_type = models.CharField(_("医院类别"), max_length=10, choices=HospitalType, blank=True)
    beds = models.PositiveIntegerField(_("编制床位"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("机构")
        verbose_name_plural = _("机构")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["province", "consultancy"])
                | Q(parent__isnull=False)
                | Q(kind="hospital"),
                name="city_bureau_has_a_parent",
            ),
            models.UniqueConstraint(
                fields=["parent", "name"], name="sibling_organisations_have_different_names"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def save(self, *args: object, **kwargs: object) -> None:
        """A new row gets its path once its number is known; a moved subtree is an action's business."""
        if not self.path:
            self.path = uuid.uuid4().hex  # unique stand-in until the number exists
            super().save(*args, **kwargs)  # type: ignore[arg-type]
            self.path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
            super().save(update_fields=["path"])
            return
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def label(self) -> str:
        """Name in the language of the request."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class Department(models.Model):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="departments", verbose_name=_("机构")
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    closed_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("科室")
        verbose_name_plural = _("科室")
        ordering = ["organisation", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="department_names_differ_in_a_hospital"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self) -> MembershipQuerySet:
        return self.filter(revoked_at__isnull=True).filter(
            Q(until__isnull=True) | Q(until__gte=timezone.localdate())
        )


class Membership(models.Model):
    """One person, one organisation, one role; several rows for several roles."""

    class Role(models.TextChoices):
        QUALITY_LEAD = "quality_lead", _("质控负责人")
        CONTRIBUTOR = "contributor", _("科室填报人")
        DATA_ENGINEER = "data_engineer", _("信息工程师")
        DIRECTOR = "director", _("院领导")
        CONSULTANT = "consultant", _("咨询顾问")
        BUREAU_MANAGER = "bureau_manager", _("卫健委管理员")
        REVIEWER = "reviewer", _("评审专家")
        AUDITOR = "auditor", _("审计员")
        SECURITY_ADMIN = "security_admin", _("安全管理员")
        SYSTEM_ADMIN = "system_admin", _("系统管理员")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("人员")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("机构")
    )
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True)
    until = models.DateField(_("有效期至"), null=True, blank=True)
    granted_at = models.DateTimeField(_("授予时间"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("成员资格")
        verbose_name_plural = _("成员资格")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(revoked_at__isnull=True),
                name="one_membership_in_force_per_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"


class Consortium(models.Model):
    """A medical consortium (医联体): a lead hospital and its members."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    bureau = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="consortia")
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="led_consortia")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("医联体")
        verbose_name_plural = _("医联体")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["bureau", "name"], name="consortium_names_differ_in_a_bureau")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class ConsortiumMember(models.Model):
    consortium = models.ForeignKey(Consortium, on_delete=models.CASCADE, related_name="members")
    hospital = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="consortium_memberships"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consortium", "hospital"], name="a_hospital_once_in_a_consortium")
        ]

    def __str__(self) -> str:
        return str(self.hospital)


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def in_force(self) -> EngagementQuerySet:
        today = timezone.localdate()
        return self.filter(revoked_at__isnull=True, starts_on__lte=today, ends_on__gte=today)


class Engagement(models.Model):
    """A hospital lets a consultancy's people work on its assessments until a day; it can end it any time."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultancy = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="engagements")
    hospital = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="engaged_consultancies")
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("咨询委托")
        verbose_name_plural = _("咨询委托")
        ordering = ["-granted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultancy", "hospital"],
                condition=Q(revoked_at__isnull=True),
                name="one_engagement_in_force_per_consultancy",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="engagement_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultancy} → {self.hospital}"

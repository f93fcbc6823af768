"""Published editions of standards. Once published an edition never changes.

``Edition.content`` is the canonical form the engine reads; the other rows are the same edition laid
out for browsing, searching and pointing at. A test rebuilds one from the other. Database triggers
(migration ``0003_freeze_published_editions``) refuse any change to a published edition's rows.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def chosen(zh: str, en: str) -> str:
    return en if en and (get_language() or "").startswith("en") else zh


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self) -> EditionQuerySet:
        return self.filter(published_at__isnull=False)

    def current(self) -> EditionQuerySet:
        """The newest published revision of every standard."""
        newer = Edition.objects.published().filter(
            key=models.OuterRef("key"), revision__gt=models.OuterRef("revision")
        )
        return self.published().filter(~models.Exists(newer))


class Edition(models.Model):
    class Status(models.TextChoices):
        OFFICIAL = "official", _("官方标准")
        SUPPLEMENTARY = "supplementary", _("补充评估表（非官方）")
        DRAFT = "draft", _("草案")
        SUPERSEDED = "superseded", _("已被取代")

    key = models.SlugField(_("标识"), max_length=40)  # "emr-2018"
    revision = models.PositiveSmallIntegerField(_("修订"), default=1)
    status = models.CharField(_("状态"), max_length=14, choices=Status)
    title_zh = models.CharField(_("中文名称"), max_length=120)
    title_en = models.CharField(_("英文名称"), max_length=200)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    data_quality_table_year = models.PositiveSmallIntegerField(null=True)
    top_level = models.PositiveSmallIntegerField()
    content_hash = models.CharField(_("内容指纹"), max_length=64)
    loaded_at = models.DateTimeField(_("载入时间"), default=timezone.now)
    published_at = models.DateTimeField(_("发布时间"), null=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("标准版本")
        verbose_name_plural = _("标准版本")
        ordering = ["key", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["key", "revision"], name="one_edition_per_revision"),
            models.UniqueConstraint(fields=["key", "content_hash"], name="one_revision_per_content"),
        ]

    def __str__(self) -> str:
        return f"{self.key}/{self.revision}"

    @property
    def title(self) -> str:
        return chosen(self.title_zh, self.title_en)

    @property
    def content(self) -> dict[str, Any]:
        """The canonical form (engine.rubric.canonical); one query, and half a megabyte for emr-2018."""
        content: dict[str, Any] = self.canonical.content
        return content

    @property
    def slug(self) -> str:
        """How an address names this very revision, also after a newer one was published."""
        return f"{self.key}_r{self.revision}"


class CanonicalContent(models.Model):
    """The whole edition as JSON, apart from its row so that lists and joins never carry it along."""

    edition = models.OneToOneField(
        Edition, on_delete=models.PROTECT, primary_key=True, related_name="canonical"
    )
    content = models.JSONField()

    def __str__(self) -> str:
        return str(self.edition)


class Threshold(models.Model):
    """What a basic or optional item must reach; bounds included. Null: no such factor."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="thresholds")
    category = models.CharField(max_length=8, choices=[("basic", _("基本项")), ("optional", _("选择项"))])
    application = models.DecimalField(max_digits=4, decimal_places=2)
    data_quality = models.DecimalField(max_digits=4, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "category"], name="one_threshold_per_category")
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.category}"


class Level(models.Model):
    """A level of the whole hospital, with its gate (none at level 0)."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="levels")
    level = models.PositiveSmallIntegerField()
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=160)
    description_zh = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    overall = models.JSONField(default=list)  # [{"zh", "en"}]: requirements a person confirms

    class Meta:
        ordering = ["edition", "level"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "level"], name="one_row_per_hospital_level")
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.level}"

    @property
    def name(self) -> str:
        return chosen(self.name_zh, self.name_en)


class Gate(models.Model):
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="gates")
    level = models.PositiveSmallIntegerField()
    basic = models.PositiveSmallIntegerField()
    optional_required = models.PositiveSmallIntegerField()
    optional_total = models.PositiveSmallIntegerField()
    min_total = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["edition", "level"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "level"], name="one_gate_per_level"),
            models.CheckConstraint(
                condition=Q(optional_required__lte=models.F("optional_total")),
                name="gate_asks_for_no_more_than_there_is",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.level}"


class Role(models.Model):
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="roles")
    code = models.CharField(max_length=2)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    scope_zh = models.TextField(blank=True)
    scope_en = models.TextField(blank=True)

    class Meta:
        ordering = ["edition", "code"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="one_role_per_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        return chosen(self.name_zh, self.name_en)


class Item(models.Model):
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="items")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="items")
    code = models.CharField(max_length=5)
    seq = models.PositiveSmallIntegerField()
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    application_kind = models.CharField(
        max_length=12, choices=[("ratio", _("比例")), ("implemented", _("有应用"))]
    )
    window_months = models.PositiveSmallIntegerField(null=True)
    measured = models.BooleanField()

    class Meta:
        ordering = ["edition", "seq"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="one_item_per_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        return chosen(self.name_zh, self.name_en)


class ItemLevel(models.Model):
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="levels")
    level = models.PositiveSmallIntegerField()
    category = models.CharField(
        max_length=8, blank=True, choices=[("basic", _("基本项")), ("optional", _("选择项"))]
    )
    category_confirmed = models.BooleanField(default=False)
    has_index = models.BooleanField(default=False)
    no_requirement = models.BooleanField(default=False)
    data_quality_zh = models.TextField(blank=True)
    data_quality_en = models.TextField(blank=True)

    class Meta:
        ordering = ["item", "level"]
        constraints = [
            models.UniqueConstraint(fields=["item", "level"], name="one_row_per_item_and_level"),
            models.CheckConstraint(
                condition=Q(level=0, category="") | Q(level__gt=0, category__in=["basic", "optional"]),
                name="levels_above_zero_are_basic_or_optional",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code}.{self.level}"


class Clause(models.Model):
    item_level = models.ForeignKey(ItemLevel, on_delete=models.PROTECT, related_name="clauses")
    code = models.CharField(max_length=12)  # "01.01.4-2"
    n = models.PositiveSmallIntegerField()
    zh = models.TextField()
    en = models.TextField()
    nature = models.CharField(max_length=16)
    backend = models.BooleanField()
    evidence = models.JSONField(default=list)

    class Meta:
        ordering = ["item_level", "n"]
        constraints = [models.UniqueConstraint(fields=["item_level", "n"], name="one_clause_per_number")]
        indexes = [models.Index(fields=["code"], name="clauses_by_code")]

    def __str__(self) -> str:
        return self.code

    @property
    def text(self) -> str:
        return chosen(self.zh, self.en)


class Confirmation(models.Model):
    """The official basic/optional flags as somebody of this installation confirmed them.

    An edition never changes; this row is laid over it. At most one is in force per edition.
    """

    class Source(models.TextChoices):
        GRID = "grid", _("逐格核对")
        ANNEX = "annex", _("导入官方附件3")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="confirmations")
    source = models.CharField(max_length=6, choices=Source)
    flags = models.JSONField()  # {"01.01": {"1": "basic"}}
    document_name = models.CharField(max_length=200, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_confirmation_in_force_per_edition",
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.confirmed_at:%Y-%m-%d}"


class OfficialWording(models.Model):
    """Wording of a clause taken from the official text that this installation imported."""

    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="wordings")
    clause_code = models.CharField(max_length=12)
    zh = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["confirmation", "clause_code"], name="one_official_wording_per_clause"
            )
        ]

    def __str__(self) -> str:
        return self.clause_code


class QualityTable(models.Model):
    """The data-quality table of a further year (annex 4), imported and approved; never changed.

    The library's own table is no row here. Another approval for the same year supersedes this one.
    """

    rubric = models.CharField(max_length=40)  # key of the standard, every revision of it
    year = models.PositiveSmallIntegerField(_("年度"))
    rows = models.JSONField()  # [{"item", "level", "dimension", "text", "rule", "checks", "line"}]
    document_name = models.CharField(max_length=200, blank=True)
    document_sha256 = models.CharField(max_length=64)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["rubric", "-year", "-approved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["rubric", "year"],
                condition=Q(superseded_at__isnull=True),
                name="one_quality_table_in_force_per_year",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rubric} {self.year}"

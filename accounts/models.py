"""People who sign in, failed attempts to do so, and keys with which their programs work."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person. What the person may do comes from memberships (hospitals), never from this row."""

    LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
    DIGESTS = [("off", _("不提醒")), ("bell", _("只在站内提醒")), ("mail", _("站内提醒，并发邮件"))]

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("姓名"), max_length=100)
    language = models.CharField(_("语言"), max_length=10, choices=LANGUAGES, default="zh-hans")
    time_zone = models.CharField(_("时区"), max_length=64, default="Asia/Shanghai")
    digest = models.CharField(_("每周提醒"), max_length=4, choices=DIGESTS, default="bell")
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=False)

    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.name or self.username


class SignInFailures(models.Model):
    """Failed sign-ins of one login name (as a keyed digest) from one address, or of an address (``*``).

    Written by accounts.back_off alone; the wait doubles with every further failure.
    """

    username = models.CharField(max_length=150)
    address = models.GenericIPAddressField(null=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["username", "address"], name="one_failure_row_per_name_and_address"
            ),
            models.UniqueConstraint(
                fields=["username"],
                condition=models.Q(address__isnull=True),
                name="one_failure_row_per_name_without_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.username} @ {self.address}: {self.failures}"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def in_force(self) -> ApiTokenQuerySet:
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())


class ApiToken(models.Model):
    """A key with which a program works for a person: what the person may do at that moment, and of that only
    what the scopes name. The key itself is shown once; a digest is kept.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(_("名称"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the key
    hint = models.CharField(max_length=16)  # how the key begins, so that a person tells keys apart
    scopes = models.JSONField(default=list)  # names of accounts.scopes
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("有效期至"))
    last_used_at = models.DateTimeField(null=True, blank=True)  # to five minutes
    last_address = models.GenericIPAddressField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("访问令牌")
        verbose_name_plural = _("访问令牌")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="token_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.name


class KeptReply(models.Model):
    """What a creating request with an Idempotency-Key was answered, so that its repetition gets the same."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request = models.CharField(max_length=64)  # SHA-256 over method, address and body
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_reply_per_key_of_a_person")]
        indexes = [models.Index(fields=["at"], name="replies_by_age")]

    def __str__(self) -> str:
        return self.key

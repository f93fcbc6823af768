"""People who sign in, and failed attempts to do so."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person. What the person may do comes from memberships (hospitals), never from this row."""

    LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("姓名"), max_length=100)
    language = models.CharField(_("语言"), max_length=10, choices=LANGUAGES, default="zh-hans")
    time_zone = models.CharField(_("时区"), max_length=64, default="Asia/Shanghai")
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

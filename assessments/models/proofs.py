from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment


class ClauseProof(models.Model):
    """Facts beside a clause's screenshots that an expert asks for (实证资料). Empty: not given, never invented.

    ``owner`` only where it is somebody else than the item's assignment names. ``version`` rises with every
    change, so that a stale page notices.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="clause_proofs")
    item_code = models.CharField(max_length=5)
    clause_code = models.CharField(max_length=12)  # 01.01.4-1
    menu_path = models.CharField(_("菜单路径"), max_length=300, blank=True)
    live_since = models.DateField(_("上线日期"), null=True, blank=True)
    dictionary = models.CharField(_("使用的字典"), max_length=200, blank=True)
    test_account = models.CharField(_("演示账号"), max_length=80, blank=True)  # a name, never a password
    owner = models.CharField(_("责任人"), max_length=80, blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "item_code", "clause_code"], name="one_proof_row_per_clause"
            )
        ]

    def __str__(self) -> str:
        return f"{self.clause_code} v{self.version}"


class LevelProof(models.Model):
    """How the numerator of an item's level was counted: text of the query, database and run time.

    The denominator's stand at the statistical basis (``BaseFigure``).
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="level_proofs")
    item_code = models.CharField(max_length=5)
    level = models.PositiveSmallIntegerField()
    sql_text = models.TextField(_("分子统计SQL"), blank=True)
    database_name = models.CharField(_("数据库"), max_length=120, blank=True)
    run_at = models.DateTimeField(_("执行时间"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "item_code", "level"], name="one_numerator_proof_per_level"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_code}.{self.level} v{self.version}"

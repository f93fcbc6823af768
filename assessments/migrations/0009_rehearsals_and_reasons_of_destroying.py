import assessments.models.rehearsals
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("assessments", "0008_campaigns_and_reviews"),
    ]

    operations = [
        migrations.AddField(
            model_name="evidencebundle",
            name="destroyed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="evidencebundle",
            name="destroyed_why",
            field=models.TextField(blank=True),
        ),
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("held_on", models.DateField(verbose_name="演练日期")),
                ("seed", models.CharField(max_length=32, verbose_name="随机种子")),
                ("per_item", models.PositiveSmallIntegerField(verbose_name="每个项目抽取")),
                ("items", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("drawing", "正在抽取"), ("open", "进行中"), ("closed", "已结束")],
                        default="drawing",
                        max_length=10,
                    ),
                ),
                ("drawn_from", models.JSONField(default=list)),
                ("problem", models.TextField(blank=True)),
                ("heard_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("attempt", models.UUIDField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rehearsals",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rehearsals",
                        to="assessments.verificationrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "迎评演练",
                "verbose_name_plural": "迎评演练",
                "ordering": ["assessment", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("assessment", "number"), name="one_rehearsal_per_number"),
                    models.CheckConstraint(
                        condition=models.Q(("per_item__gte", 1)), name="rehearsal_draws_at_least_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            ("closed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="closed_rehearsal_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RehearsalCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item_code", models.CharField(max_length=5)),
                ("position", models.PositiveSmallIntegerField()),
                ("record", models.CharField(blank=True, max_length=60)),
                ("key", models.CharField(max_length=240)),
                ("file", models.CharField(blank=True, max_length=300)),
                ("row", models.PositiveBigIntegerField(blank=True, null=True)),
                ("happened_at", models.DateTimeField(blank=True, null=True)),
                ("department", models.CharField(blank=True, max_length=120)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("passed", "通过"), ("failed", "不通过"), ("not_found", "未找到")],
                        max_length=10,
                    ),
                ),
                ("clause_code", models.CharField(blank=True, max_length=12)),
                ("note", models.TextField(blank=True)),
                ("marked_at", models.DateTimeField(blank=True, null=True)),
                ("settled_how", models.TextField(blank=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rehearsal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cases",
                        to="assessments.rehearsal",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["rehearsal", "item_code", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rehearsal", "item_code", "position"), name="one_case_per_position_of_an_item"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", ""), ("marked_at__isnull", False), _connector="OR"),
                        name="marked_case_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "failed"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="failed_case_says_what_was_wrong",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_at__isnull", True),
                            models.Q(
                                ("outcome__in", ["failed", "not_found"]),
                                models.Q(("settled_how", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="settled_case_says_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RehearsalPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "file",
                    models.FileField(max_length=200, upload_to=assessments.models.rehearsals.photo_name),
                ),
                ("original_name", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="assessments.rehearsalcase",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["uploaded_at", "id"],
            },
        ),
    ]

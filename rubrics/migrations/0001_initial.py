import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=40)),
                ("revision", models.PositiveSmallIntegerField(default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("official", "官方标准"),
                            ("supplementary", "补充评估表（非官方）"),
                            ("draft", "草案"),
                            ("superseded", "已被取代"),
                        ],
                        max_length=14,
                    ),
                ),
                ("title_zh", models.CharField(max_length=120)),
                ("title_en", models.CharField(max_length=200)),
                ("document_number", models.CharField(blank=True, max_length=60)),
                ("data_quality_table_year", models.PositiveSmallIntegerField(null=True)),
                ("top_level", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
                ("content_hash", models.CharField(max_length=64)),
                ("loaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("published_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["key", "-revision"],
                "constraints": [
                    models.UniqueConstraint(fields=("key", "revision"), name="one_edition_per_revision"),
                    models.UniqueConstraint(fields=("key", "content_hash"), name="one_revision_per_content"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("grid", "逐格核对"), ("annex", "导入官方附件3")], max_length=6
                    ),
                ),
                ("flags", models.JSONField()),
                ("document_name", models.CharField(blank=True, max_length=200)),
                ("document_sha256", models.CharField(blank=True, max_length=64)),
                ("confirmed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="rubrics.edition",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("edition",),
                        name="one_confirmation_in_force_per_edition",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Gate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("basic", models.PositiveSmallIntegerField()),
                ("optional_required", models.PositiveSmallIntegerField()),
                ("optional_total", models.PositiveSmallIntegerField()),
                ("min_total", models.PositiveSmallIntegerField()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gates",
                        to="rubrics.edition",
                    ),
                ),
            ],
            options={
                "ordering": ["edition", "level"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "level"), name="one_gate_per_level"),
                    models.CheckConstraint(
                        condition=models.Q(("optional_required__lte", models.F("optional_total"))),
                        name="gate_asks_for_no_more_than_there_is",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=5)),
                ("seq", models.PositiveSmallIntegerField()),
                ("name_zh", models.CharField(max_length=60)),
                ("name_en", models.CharField(max_length=120)),
                (
                    "application_kind",
                    models.CharField(choices=[("ratio", "比例"), ("implemented", "有应用")], max_length=12),
                ),
                ("window_months", models.PositiveSmallIntegerField(null=True)),
                ("measured", models.BooleanField()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="rubrics.edition",
                    ),
                ),
            ],
            options={
                "ordering": ["edition", "seq"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "code"), name="one_item_per_code")
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                (
                    "category",
                    models.CharField(
                        blank=True, choices=[("basic", "基本项"), ("optional", "选择项")], max_length=8
                    ),
                ),
                ("category_confirmed", models.BooleanField(default=False)),
                ("has_index", models.BooleanField(default=False)),
                ("no_requirement", models.BooleanField(default=False)),
                ("data_quality_zh", models.TextField(blank=True)),
                ("data_quality_en", models.TextField(blank=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="levels", to="rubrics.item"
                    ),
                ),
            ],
            options={
                "ordering": ["item", "level"],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "level"), name="one_row_per_item_and_level"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("category", ""), ("level", 0)),
                            models.Q(("category__in", ["basic", "optional"]), ("level__gt", 0)),
                            _connector="OR",
                        ),
                        name="levels_above_zero_are_basic_or_optional",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12)),
                ("n", models.PositiveSmallIntegerField()),
                ("zh", models.TextField()),
                ("en", models.TextField()),
                ("nature", models.CharField(max_length=16)),
                ("backend", models.BooleanField()),
                ("evidence", models.JSONField(default=list)),
                (
                    "item_level",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clauses",
                        to="rubrics.itemlevel",
                    ),
                ),
            ],
            options={
                "ordering": ["item_level", "n"],
                "indexes": [models.Index(fields=["code"], name="clauses_by_code")],
                "constraints": [
                    models.UniqueConstraint(fields=("item_level", "n"), name="one_clause_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Level",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("name_zh", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=160)),
                ("description_zh", models.TextField(blank=True)),
                ("description_en", models.TextField(blank=True)),
                ("overall", models.JSONField(default=list)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="levels",
                        to="rubrics.edition",
                    ),
                ),
            ],
            options={
                "ordering": ["edition", "level"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "level"), name="one_row_per_hospital_level")
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficialWording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clause_code", models.CharField(max_length=12)),
                ("zh", models.TextField()),
                (
                    "confirmation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wordings",
                        to="rubrics.confirmation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("confirmation", "clause_code"), name="one_official_wording_per_clause"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=2)),
                ("name_zh", models.CharField(max_length=60)),
                ("name_en", models.CharField(max_length=120)),
                ("scope_zh", models.TextField(blank=True)),
                ("scope_en", models.TextField(blank=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roles",
                        to="rubrics.edition",
                    ),
                ),
            ],
            options={
                "ordering": ["edition", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "code"), name="one_role_per_code")
                ],
            },
        ),
        migrations.AddField(
            model_name="item",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="items", to="rubrics.role"
            ),
        ),
        migrations.CreateModel(
            name="Threshold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "category",
                    models.CharField(choices=[("basic", "基本项"), ("optional", "选择项")], max_length=8),
                ),
                ("application", models.DecimalField(decimal_places=2, max_digits=4)),
                ("data_quality", models.DecimalField(decimal_places=2, max_digits=4, null=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="thresholds",
                        to="rubrics.edition",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "category"), name="one_threshold_per_category")
                ],
            },
        ),
    ]

from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion
import django.utils.timezone


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("rubrics", "0004_name_editions_in_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="QualityTable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rubric", models.CharField(max_length=40)),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("rows", models.JSONField()),
                ("document_name", models.CharField(blank=True, max_length=200)),
                ("document_sha256", models.CharField(max_length=64)),
                ("approved_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("superseded_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["rubric", "-year", "-approved_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True)),
                        fields=("rubric", "year"),
                        name="one_quality_table_in_force_per_year",
                    )
                ],
            },
        ),
    ]

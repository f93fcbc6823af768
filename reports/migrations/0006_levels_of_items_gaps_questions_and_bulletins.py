import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("assessments", "0011_reviews_may_be_withdrawn_and_visits_say_their_sample"),
        ("hospitals", "0003_types_consortia_and_engagements"),
        ("reports", "0005_signs_of_doubt"),
        ("rubrics", "0005_data_quality_tables_of_further_years"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountedGaps",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("gaps", models.JSONField(default=list)),
                ("engine_version", models.CharField(max_length=20)),
                ("counted_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "snapshot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counted_gaps",
                        to="assessments.scoresnapshot",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DualTrackQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("year", models.PositiveSmallIntegerField()),
                ("facts", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answer_by", models.DateField(verbose_name="答复截止日")),
                ("answer", models.TextField(blank=True, verbose_name="说明")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hospitals.organisation",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dual_track_questions",
                        to="hospitals.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "year"), name="asked_once_a_year"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True)
                            ),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="an_answer_says_who_and_when",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="issuedreport",
            name="bureau",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="hospitals.organisation",
            ),
        ),
        migrations.AddField(
            model_name="issuedreport",
            name="edition",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rubrics.edition"
            ),
        ),
        migrations.AddField(
            model_name="issuedreport",
            name="year",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="yearlyresult",
            name="discharges",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="yearlyresult",
            name="passes",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="yearlyresult",
            name="passes_at_most",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="yearlyresult",
            name="passes_strict",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="yearlyresult",
            name="total_at_most",
            field=models.DecimalField(decimal_places=2, max_digits=7, null=True),
        ),
        migrations.AlterField(
            model_name="issuedreport",
            name="assessment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="assessments.assessment",
            ),
        ),
        migrations.AlterField(
            model_name="issuedreport",
            name="kind",
            field=models.CharField(
                choices=[("gap", "差距分析报告"), ("bulletin", "通报")],
                default="gap",
                max_length=12,
                verbose_name="类型",
            ),
        ),
        migrations.AlterField(
            model_name="issuedreport",
            name="target_level",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="issuedreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("assessment__isnull", False), ("bureau__isnull", True), ("kind", "gap")),
                    models.Q(
                        ("assessment__isnull", True),
                        ("bureau__isnull", False),
                        ("edition__isnull", False),
                        ("kind", "bulletin"),
                        ("year__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_report_is_of_an_assessment_or_of_a_region",
            ),
        ),
    ]

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("hospitals", "0002_name_fields_in_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="hospital_type",
            field=models.CharField(
                blank=True,
                choices=[
                    ("general", "综合医院"),
                    ("tcm", "中医医院"),
                    ("maternal", "妇幼保健院"),
                    ("specialist", "专科医院"),
                    ("", "其他"),
                ],
                max_length=10,
                verbose_name="医院类别",
            ),
        ),
        migrations.CreateModel(
            name="Consortium",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("name_en", models.CharField(blank=True, max_length=160, verbose_name="英文名称")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consortia",
                        to="hospitals.organisation",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_consortia",
                        to="hospitals.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "医联体",
                "verbose_name_plural": "医联体",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bureau", "name"), name="consortium_names_differ_in_a_bureau"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsortiumMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "consortium",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="hospitals.consortium",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consortium_memberships",
                        to="hospitals.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consortium", "hospital"), name="a_hospital_once_in_a_consortium"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Engagement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("starts_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(verbose_name="结束日期")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "consultancy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="engagements",
                        to="hospitals.organisation",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="engaged_consultancies",
                        to="hospitals.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "咨询委托",
                "verbose_name_plural": "咨询委托",
                "ordering": ["-granted_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("consultancy", "hospital"),
                        name="one_engagement_in_force_per_consultancy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="engagement_ends_after_it_begins",
                    ),
                ],
            },
        ),
    ]

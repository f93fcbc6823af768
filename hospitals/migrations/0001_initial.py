import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Department",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="英文名称")),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "科室",
                "verbose_name_plural": "科室",
                "ordering": ["organisation", "name"],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("province", "省级卫生健康行政部门"),
                            ("city", "市级卫生健康行政部门"),
                            ("hospital", "医疗机构"),
                            ("consultancy", "咨询机构"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("name_en", models.CharField(blank=True, max_length=160, verbose_name="英文名称")),
                ("path", models.CharField(editable=False, max_length=200, unique=True)),
                ("region", models.CharField(blank=True, max_length=6, verbose_name="行政区划代码")),
                ("code", models.CharField(blank=True, max_length=22, verbose_name="机构代码")),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("3A", "三级甲等"),
                            ("3B", "三级乙等"),
                            ("3", "三级"),
                            ("2A", "二级甲等"),
                            ("2B", "二级乙等"),
                            ("2", "二级"),
                            ("", "未定级"),
                        ],
                        max_length=2,
                        verbose_name="等级",
                    ),
                ),
                (
                    "ownership",
                    models.CharField(
                        choices=[("public", "公立"), ("private", "民营")],
                        default="public",
                        max_length=8,
                        verbose_name="性质",
                    ),
                ),
                ("beds", models.PositiveIntegerField(blank=True, null=True, verbose_name="编制床位")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="hospitals.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "机构",
                "verbose_name_plural": "机构",
                "ordering": ["path"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["province", "consultancy"]),
                            ("parent__isnull", False),
                            ("kind", "hospital"),
                            _connector="OR",
                        ),
                        name="city_bureau_has_a_parent",
                    ),
                    models.UniqueConstraint(
                        fields=("parent", "name"), name="sibling_organisations_have_different_names"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("quality_lead", "质控负责人"),
                            ("contributor", "科室填报人"),
                            ("data_engineer", "信息工程师"),
                            ("director", "院领导"),
                            ("consultant", "咨询顾问"),
                            ("bureau_manager", "卫健委管理员"),
                            ("reviewer", "评审专家"),
                            ("auditor", "审计员"),
                            ("security_admin", "安全管理员"),
                            ("system_admin", "系统管理员"),
                        ],
                        max_length=16,
                        verbose_name="角色",
                    ),
                ),
                ("until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="hospitals.department",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="hospitals.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "成员资格",
                "verbose_name_plural": "成员资格",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("user", "organisation", "role"),
                        name="one_membership_in_force_per_role",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="department",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="departments",
                to="hospitals.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.UniqueConstraint(
                fields=("organisation", "name"), name="department_names_differ_in_a_hospital"
            ),
        ),
    ]

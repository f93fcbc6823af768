import assessments.models.evidence
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("assessments", "0002_freeze_basis_and_say_who_resolved"),
        ("hospitals", "0002_name_fields_in_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="scoresnapshot",
            name="verified",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=120)),
                ("shown_at", models.DateTimeField(blank=True, null=True)),
                ("picture_hash", models.CharField(blank=True, max_length=32)),
                (
                    "found",
                    models.CharField(
                        choices=[
                            ("not_checked", "尚未核对"),
                            ("found", "数据中找到"),
                            ("absent", "数据中没有"),
                            ("outside", "不在统计时段内"),
                        ],
                        default="not_checked",
                        max_length=12,
                    ),
                ),
                (
                    "alike",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="assessments.attachment",
                    ),
                ),
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="anchor",
                        to="assessments.attachment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AttestationKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("public_key", models.TextField()),
                ("label", models.CharField(blank=True, max_length=80, verbose_name="名称")),
                ("registered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revoke_reason", models.TextField(blank=True)),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attestation_keys",
                        to="hospitals.organisation",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="assessments.attestationkey",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["hospital", "-registered_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True),
                            models.Q(("revoke_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="revoked_key_has_a_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeclaredAbsence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record", models.CharField(max_length=60)),
                ("reason", models.TextField(verbose_name="原因")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="declared_absences",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessment", "record"), name="one_absence_per_record_type"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="absence_has_a_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceBundle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("revision", models.PositiveSmallIntegerField(default=1)),
                ("effective_from", models.DateField(blank=True, null=True, verbose_name="数据起始日")),
                ("effective_to", models.DateField(blank=True, null=True, verbose_name="数据截止日")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                ("keep_until", models.DateField(verbose_name="原始数据保留至")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "已接收，待检查"),
                            ("screening", "正在检查"),
                            ("kept", "已保存"),
                            ("refused", "已拒收"),
                            ("destroyed", "原始数据已销毁"),
                        ],
                        default="received",
                        max_length=10,
                    ),
                ),
                ("manifest", models.JSONField(default=dict)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence_bundles",
                        to="hospitals.organisation",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="assessments.evidencebundle",
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
                "verbose_name": "证据包",
                "verbose_name_plural": "证据包",
                "ordering": ["-uploaded_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_from__isnull", True),
                            ("effective_to__isnull", True),
                            ("effective_to__gte", models.F("effective_from")),
                            _connector="OR",
                        ),
                        name="effective_window_is_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "destroyed"), _negated=True),
                            ("destroyed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="destroyed_bundle_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item_code", models.CharField(max_length=5)),
                ("level", models.PositiveSmallIntegerField()),
                ("clause_n", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("accepted_evidence", "采信材料"),
                            ("anchored_evidence", "采信已锚定材料"),
                            ("confirmed_match", "确认数据与条款相关"),
                            ("on_site", "现场核验结论"),
                            ("accepted_figure", "采信数字"),
                            ("questioned", "提出疑问"),
                            ("rejected_evidence", "不予采信"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("supported", "核验相符"), ("refuted", "核验不符")],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="理由")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence_decisions",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "attachment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="assessments.attachment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [
                    models.Index(
                        fields=["assessment", "item_code", "level"], name="decisions_of_an_item_level"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ["on_site", "questioned", "rejected_evidence"]), _negated=True
                            ),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="such_a_decision_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "on_site"), _negated=True),
                            models.Q(("verdict", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="on_site_decision_has_a_verdict",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clause_code", models.CharField(blank=True, max_length=12)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence_uses",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "bundle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="assessments.evidencebundle",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bundle", "assessment", "clause_code"), name="one_use_per_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExtractFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("path", models.CharField(max_length=300)),
                (
                    "file",
                    models.FileField(
                        blank=True, max_length=200, upload_to=assessments.models.evidence.extract_name
                    ),
                ),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("record", models.CharField(blank=True, max_length=60)),
                ("source_system", models.CharField(blank=True, max_length=60)),
                ("rows", models.PositiveBigIntegerField(null=True)),
                ("refusal", models.JSONField(default=dict)),
                ("notes", models.JSONField(default=list)),
                (
                    "bundle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="assessments.evidencebundle",
                    ),
                ),
            ],
            options={
                "ordering": ["path", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("bundle", "path"), name="one_file_per_path_of_a_bundle")
                ],
            },
        ),
        migrations.CreateModel(
            name="MappingVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("content_hash", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mapping_versions",
                        to="hospitals.organisation",
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
            ],
            options={
                "ordering": ["hospital", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "version"), name="one_mapping_per_version_of_a_hospital"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SuppliedFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=60)),
                ("numerator", models.BigIntegerField(verbose_name="分子")),
                ("denominator", models.BigIntegerField(verbose_name="分母")),
                ("sql_text", models.TextField(blank=True, verbose_name="统计SQL")),
                ("database_name", models.CharField(blank=True, max_length=120, verbose_name="数据库")),
                ("run_at", models.DateTimeField(blank=True, null=True, verbose_name="执行时间")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supplied_figures",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.attachment",
                    ),
                ),
            ],
            options={
                "ordering": ["rule", "-at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("denominator__gte", models.F("numerator")), ("numerator__gte", 0)
                        ),
                        name="supplied_figure_is_a_share",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True)),
                        fields=("assessment", "rule"),
                        name="one_supplied_figure_in_force_per_rule",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VerificationRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("window_from", models.DateField(blank=True, null=True)),
                ("window_to", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "排队中"),
                            ("running", "核验中"),
                            ("done", "已完成"),
                            ("failed", "未完成"),
                            ("cancelled", "已取消"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("step", models.CharField(blank=True, max_length=160)),
                ("error", models.TextField(blank=True)),
                ("counts", models.JSONField(default=dict)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("catalogue_hash", models.CharField(blank=True, max_length=64)),
                ("engine_version", models.CharField(blank=True, max_length=20)),
                ("requested_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("started_at", models.DateTimeField(null=True)),
                ("heard_at", models.DateTimeField(null=True)),
                ("attempt", models.UUIDField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("cancel_asked_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verification_runs",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "bundles",
                    models.ManyToManyField(blank=True, related_name="runs", to="assessments.evidencebundle"),
                ),
                (
                    "mapping",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="assessments.mappingversion",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "核验",
                "verbose_name_plural": "核验",
                "ordering": ["assessment", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("assessment", "number"), name="one_run_per_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(models.Q(("digest", ""), _negated=True), ("finished_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="finished_run_has_a_digest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("window_from__isnull", True),
                            ("window_to__isnull", True),
                            ("window_to__gt", models.F("window_from")),
                            _connector="OR",
                        ),
                        name="run_window_is_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attestation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("document", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("valid", "有效"),
                            ("altered", "内容被改动"),
                            ("unknown_key", "密钥未登记"),
                            ("revoked_key", "密钥已吊销"),
                            ("arithmetic_differs", "计算不符"),
                        ],
                        max_length=20,
                    ),
                ),
                ("detail", models.JSONField(default=dict)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "assessment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attestations",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attestations",
                        to="hospitals.organisation",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="assessments.attestationkey",
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attestation",
                        to="assessments.verificationrun",
                    ),
                ),
            ],
            options={
                "ordering": ["-received_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "sha256"), name="an_attestation_comes_in_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="scoresnapshot",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="snapshots",
                to="assessments.verificationrun",
            ),
        ),
    ]

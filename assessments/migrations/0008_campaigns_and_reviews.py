import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("assessments", "0007_runs_start_after_screening"),
        ("hospitals", "0003_types_consortia_and_engagements"),
        ("rubrics", "0005_data_quality_tables_of_further_years"),
    ]

    operations = [
        migrations.CreateModel(
            name="AwardedLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "source",
                    models.CharField(
                        choices=[("review", "本系统评审"), ("imported", "导入的正式结果")], max_length=8
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="等级")),
                ("total", models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True)),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("note", models.TextField(blank=True)),
                ("notice_from", models.DateField(blank=True, null=True, verbose_name="公示开始")),
                ("notice_until", models.DateField(blank=True, null=True, verbose_name="公示截止")),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                ("recheck_due", models.DateField(blank=True, null=True, verbose_name="复核期限")),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revocation_reason", models.TextField(blank=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rubrics.edition"
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awarded_levels",
                        to="hospitals.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "评定结果",
                "verbose_name_plural": "评定结果",
                "ordering": ["-year", "hospital__path"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("hospital", "edition", "year", "source"),
                        name="one_award_in_force_per_year_and_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True),
                            models.Q(("revocation_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_revocation_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("notice_from__isnull", True), ("notice_until__isnull", True)),
                            ("notice_until__gte", models.F("notice_from")),
                            _connector="OR",
                        ),
                        name="public_notice_is_whole_and_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=80, verbose_name="名称")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "筹备中"), ("open", "进行中"), ("closed", "已结束")],
                        default="draft",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("opens_on", models.DateField(verbose_name="开始日期")),
                ("closes_on", models.DateField(verbose_name="截止日期")),
                ("remind_days_before", models.JSONField(default=list)),
                ("note", models.TextField(blank=True, verbose_name="说明")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="hospitals.organisation",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "年度评价工作",
                "verbose_name_plural": "年度评价工作",
                "ordering": ["-year", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bureau", "title"), name="campaign_titles_differ_in_a_bureau"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="campaign_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="closed_campaign_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignRubric",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("window_from", models.DateField(verbose_name="统计起始日")),
                ("window_to", models.DateField(verbose_name="统计截止日")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rubrics",
                        to="assessments.campaign",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rubrics.edition"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "edition"), name="a_rubric_once_in_a_campaign"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("window_to__gt", models.F("window_from"))),
                        name="campaign_window_is_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="目标等级")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="assessments.campaign",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rubrics.edition"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "edition", "grade"), name="one_target_per_grade_and_rubric"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignZone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("opens_on", models.DateField(verbose_name="开始日期")),
                ("closes_on", models.DateField(verbose_name="截止日期")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="zones",
                        to="assessments.campaign",
                    ),
                ),
            ],
            options={
                "ordering": ["opens_on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "name"), name="zone_names_differ_in_a_campaign"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="zone_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("facts", models.JSONField(default=dict)),
                ("url", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["user", "read_at", "-created_at"], name="notices_of_a_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_whom", models.CharField(max_length=120, verbose_name="异议人")),
                ("filed_on", models.DateField(verbose_name="提出日期")),
                ("text", models.TextField(verbose_name="异议内容")),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("open", "办理中"), ("upheld", "成立"), ("dismissed", "不成立")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="处理意见")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="assessments.awardedlevel",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["award", "filed_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "open"), models.Q(("answer", ""), _negated=True), _connector="OR"
                        ),
                        name="an_answered_objection_says_how",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Participation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("late_until", models.DateField(blank=True, null=True, verbose_name="准予补报至")),
                ("late_reason", models.CharField(blank=True, max_length=200, verbose_name="补报理由")),
                ("invited_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=200)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participations",
                        to="assessments.campaign",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to="hospitals.organisation",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="assessments.campaignzone",
                    ),
                ),
            ],
            options={
                "ordering": ["campaign", "hospital__path"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "hospital"), name="a_hospital_once_in_a_campaign"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "assessment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entry",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rubrics.edition"
                    ),
                ),
                (
                    "participation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="assessments.participation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("participation", "edition"), name="one_entry_per_rubric_and_hospital"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days_before", models.IntegerField(null=True)),
                ("text", models.TextField(blank=True)),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("people", models.PositiveSmallIntegerField()),
                (
                    "participation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="assessments.participation",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-sent_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("days_before__isnull", False)),
                        fields=("participation", "days_before"),
                        name="one_reminder_per_day_that_was_set",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reviewing", "评审中"),
                            ("returned", "已退回"),
                            ("decided", "已作出结论"),
                            ("notice", "公示中"),
                            ("final", "已公布"),
                            ("revoked", "已撤销"),
                            ("overtaken", "已被新的提交取代"),
                        ],
                        default="reviewing",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "snapshot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review",
                        to="assessments.scoresnapshot",
                    ),
                ),
            ],
            options={
                "verbose_name": "评审",
                "verbose_name_plural": "评审",
                "ordering": ["-opened_at", "-id"],
                "indexes": [models.Index(fields=["state", "-opened_at"], name="reviews_by_state")],
            },
        ),
        migrations.AddField(
            model_name="awardedlevel",
            name="review",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="award",
                to="assessments.review",
            ),
        ),
        migrations.CreateModel(
            name="ReviewQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item_code", models.CharField(blank=True, max_length=5)),
                ("clause_code", models.CharField(blank=True, max_length=12)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answer_due_on", models.DateField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="assessments.review",
                    ),
                ),
            ],
            options={
                "ordering": ["review", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReviewMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_hospital", models.BooleanField()),
                ("text", models.TextField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="assessments.reviewquestion",
                    ),
                ),
            ],
            options={
                "ordering": ["question", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReviewScheme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("notice_days", models.PositiveSmallIntegerField(default=7, verbose_name="公示天数")),
                (
                    "valid_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="结果有效月数"),
                ),
                (
                    "recheck_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="复核间隔月数"),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_schemes",
                        to="hospitals.organisation",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rubrics.edition"
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
                "verbose_name": "评审流程",
                "verbose_name_plural": "评审流程",
                "ordering": ["bureau", "-year", "edition"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bureau", "edition", "year"), name="one_scheme_per_year_and_rubric"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="review",
            name="scheme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="assessments.reviewscheme",
            ),
        ),
        migrations.CreateModel(
            name="ReviewStage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("city", "市级审核"), ("province", "省级审核"), ("expert", "专家评审")],
                        max_length=8,
                        verbose_name="由谁评审",
                    ),
                ),
                ("from_level", models.PositiveSmallIntegerField(verbose_name="起始等级")),
                ("to_level", models.PositiveSmallIntegerField(verbose_name="截止等级")),
                ("days", models.PositiveSmallIntegerField(verbose_name="办理天数")),
                ("reviewers", models.PositiveSmallIntegerField(default=1, verbose_name="评审人数")),
                ("site_visit", models.BooleanField(default=False, verbose_name="须现场核查")),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stages",
                        to="assessments.reviewscheme",
                    ),
                ),
            ],
            options={
                "ordering": ["scheme", "order"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scheme", "order"), name="one_stage_per_place_in_a_scheme"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_level__gte", models.F("from_level"))),
                        name="stage_levels_are_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reviewers__gte", 1)), name="a_stage_has_a_reviewer"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("city", "市级审核"), ("province", "省级审核"), ("expert", "专家评审")],
                        max_length=8,
                    ),
                ),
                ("reviewers", models.PositiveSmallIntegerField(default=1)),
                ("site_visit", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "未开始"),
                            ("active", "办理中"),
                            ("passed", "通过"),
                            ("returned", "退回"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("days", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField(blank=True, null=True)),
                ("opinion", models.TextField(blank=True, verbose_name="意见")),
                ("level", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hospitals.organisation",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="assessments.review",
                    ),
                ),
            ],
            options={
                "ordering": ["review", "order"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("review", "order"), name="one_step_per_place_in_a_review"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("review",),
                        name="one_active_step_per_review",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item_code", models.CharField(max_length=5)),
                ("level", models.PositiveSmallIntegerField()),
                ("clause_code", models.CharField(max_length=12)),
                (
                    "mark",
                    models.CharField(
                        choices=[("agree", "同意"), ("question", "存疑"), ("disagree", "不同意")],
                        max_length=8,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="assessments.reviewstep",
                    ),
                ),
            ],
            options={
                "ordering": ["step", "clause_code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("step", "by", "clause_code"), name="one_mark_per_reviewer_and_clause"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mark", "agree"), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="a_doubt_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewAssignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("assigned_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("declared_at", models.DateTimeField(blank=True, null=True)),
                ("opinion", models.TextField(blank=True, verbose_name="意见")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                (
                    "assigned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="assessments.reviewstep",
                    ),
                ),
            ],
            options={
                "ordering": ["step", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("step", "person"),
                        name="a_reviewer_once_per_step",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("visited_on", models.DateField(verbose_name="现场核查日期")),
                ("members", models.TextField(blank=True, verbose_name="核查人员")),
                ("seed", models.CharField(max_length=40, verbose_name="抽样种子")),
                ("note", models.TextField(blank=True, verbose_name="记录")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="assessments.review",
                    ),
                ),
            ],
            options={
                "ordering": ["review", "visited_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="SiteVisitItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item_code", models.CharField(max_length=5)),
                ("level", models.PositiveSmallIntegerField()),
                ("clause_code", models.CharField(max_length=12)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("open", "待查"),
                            ("supported", "相符"),
                            ("refuted", "不符"),
                            ("not_seen", "未能查看"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="assessments.sitevisit",
                    ),
                ),
            ],
            options={
                "ordering": ["visit", "clause_code"],
                "constraints": [
                    models.UniqueConstraint(fields=("visit", "clause_code"), name="a_clause_once_per_visit")
                ],
            },
        ),
    ]

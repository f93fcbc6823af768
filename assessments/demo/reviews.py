"""Reviews of the demo: this year's schemes of the province, and submissions at every stage of their way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from assessments.actions.reviewing.asking import ask_hospital, close_question, write_into
from assessments.actions.reviewing.assigning import assign_reviewer, declare_no_conflict
from assessments.actions.reviewing.awarding import decide_award, give_notice, publish_award, revoke_award
from assessments.actions.reviewing.closing import give_opinion, pass_step, return_to_hospital
from assessments.actions.reviewing.marking import agree_with_rest, mark_clause
from assessments.actions.reviewing.objecting import raise_objection
from assessments.actions.reviewing.schemes import Stage, save_scheme
from assessments.actions.reviewing.visiting import decide_on_site, plan_visit
from assessments.demo.people import Laid
from assessments.models import AwardedLevel, Review, ReviewStep
from hospitals.models import Organisation
from rubrics.models import Edition

YEAR = 2026
EMR, SERVICE = "emr-2018", "smart-service-2019"
#: who reviews which level: a setting of this province, another one sets something else
EMR_STAGES = (
    Stage("city", 0, 4, days=10),
    Stage("province", 4, 8, days=15),
    Stage("expert", 5, 8, days=30, reviewers=3, site_visit=True),
)
SERVICE_STAGES = (Stage("province", 0, 3, days=15), Stage("expert", 4, 5, days=30, reviewers=2))


def lay_schemes(laid: Laid, editions: dict[str, Edition]) -> None:
    """Before anything is handed in for the year. How long results hold is left open, as most bureaus do."""
    for key, stages in ((EMR, EMR_STAGES), (SERVICE, SERVICE_STAGES)):
        save_scheme(
            by=laid.people["demo-bureau"],
            bureau=laid.bureau,
            edition=editions[key],
            year=YEAR,
            notice_days=7,
            stages=stages,
            recheck_months=24 if key == EMR else None,
        )


def lay_reviews(laid: Laid) -> None:
    """Take some of the submissions along; the others wait to be assigned."""
    play = _Play(laid)
    play.published()
    play.on_notice()
    play.awaits_decision()
    play.revoked()
    play.returned()
    play.questioned()
    play.doubted()
    play.experts()
    play.overdue()
    play.for_the_reviewer()


class _Play:
    """The people of the demo at their work. Numbers are those of the hospitals."""

    def __init__(self, laid: Laid) -> None:
        self.laid = laid
        self.manager, self.reviewer = laid.people["demo-bureau"], laid.people["demo-reviewer"]
        self.city, self.expert = laid.people["demo-city-reviewer"], laid.people["demo-expert"]
        self.hospitals = {number: hospital for number, (hospital, _level) in enumerate(laid.others, start=3)}
        self.today = timezone.localdate()

    def review(self, hospital: int | Organisation, edition: str = EMR) -> Review:
        place = self.hospitals[hospital] if isinstance(hospital, int) else hospital
        return Review.objects.select_related("assessment__hospital", "snapshot").get(
            assessment__hospital=place,
            assessment__edition__key=edition,
            state=Review.State.REVIEWING,
        )

    def take_up(self, review: Review, *people: User) -> None:
        for person in people:
            assign_reviewer(by=self.manager, review=review, person=person)
            declare_no_conflict(by=person, review=review)

    def passed(self, review: Review, person: User, opinion: str = "材料齐全，同意申报级别。") -> Review:
        """Every step that needs one person, by this person."""
        while review.steps.filter(state=ReviewStep.State.ACTIVE, reviewers=1).exists():
            self.take_up(review, person)
            agree_with_rest(by=person, review=review, item="01.01")
            pass_step(by=person, review=review, opinion=opinion)
        return review

    def notice(self, review: Review, *, ended: bool) -> None:
        """A public notice that began some days ago: with all its days gone, or still open."""
        award = give_notice(by=self.manager, review=review, days=7)
        since = self.today - timedelta(days=9 if ended else 3)
        AwardedLevel.objects.filter(pk=award.pk).update(
            notice_from=since, notice_until=since + timedelta(days=6)
        )

    def decided(self, hospital: int, edition: str = EMR) -> Review:
        review = self.passed(self.review(hospital, edition), self.reviewer)
        decide_award(by=self.manager, review=review, level=review.snapshot.level)
        return review

    def published(self) -> None:
        for number, edition in ((7, EMR), (14, EMR), (7, SERVICE)):
            review = self.decided(number, edition)
            self.notice(review, ended=True)
            publish_award(by=self.manager, review=review)

    def on_notice(self) -> None:
        review = self.decided(21)
        self.notice(review, ended=False)
        raise_objection(
            by=self.manager,
            review=review,
            from_whom="示例公司（来信）",
            text="来信反映：该院门诊医师处方的统计口径与附表不一致，请核实。",
            filed_on=self.today - timedelta(days=1),
        )
        self.notice(self.decided(26), ended=True)

    def awaits_decision(self) -> None:
        self.passed(self.review(28), self.reviewer)

    def revoked(self) -> None:
        review = self.decided(18)
        revoke_award(by=self.manager, review=review, reason="公示前核实：部分截图取自测试系统，结论撤销。")

    def returned(self) -> None:
        review = self.review(12)
        self.take_up(review, self.reviewer)
        mark_clause(
            by=self.reviewer,
            review=review,
            clause="07.02.3-1",
            mark="disagree",
            reason="用血申请单没有与配血记录关联的截图，统计口径与附表不一致。",
        )
        return_to_hospital(
            by=self.reviewer,
            review=review,
            reason="07.02配血与用血的统计口径与附表不一致，请核对后重新提交。",
        )

    def questioned(self) -> None:
        """The county hospital has one question to answer, and one answered."""
        review = self.review(self.laid.county)
        self.take_up(review, self.reviewer)
        agree_with_rest(by=self.reviewer, review=review, item="01.01")
        first = ask_hospital(
            by=self.reviewer, review=review, item="05.01", clause="05.01.3-1",
            text="标本采集时间由谁记录、在哪个系统里？请说明，必要时重新提交截图。",
            due_on=self.today + timedelta(days=3),
        )  # fmt: skip
        write_into(
            by=self.laid.people["demo-county"], review=review, question=first,
            text="由护士在移动护理系统中扫码记录，采集时间自动写入检验系统。",
        )  # fmt: skip
        ask_hospital(
            by=self.reviewer, review=review, item="03.01",
            text="门诊处方的分母为何比上一年少了约一成？是否有科室没有纳入统计？",
            due_on=self.today + timedelta(days=2),
        )  # fmt: skip

    def doubted(self) -> None:
        """A level 4 submission on its second step, with doubts."""
        review = self.review(24)
        self.take_up(review, self.city)
        for item in ("01.01", "01.02"):
            agree_with_rest(by=self.city, review=review, item=item)
        pass_step(by=self.city, review=review, opinion="市级审核：材料齐全，建议省级重点看检验与输血。")
        self.take_up(review, self.reviewer)
        mark_clause(
            by=self.reviewer, review=review, clause="01.01.3-1", mark="question",
            reason="截图里看不到下达时间，请确认是否为正式系统。",
        )  # fmt: skip
        for clause in ("01.02.4-1", "05.01.4-1", "07.02.4-1"):
            mark_clause(
                by=self.reviewer, review=review, clause=clause, mark="disagree",
                reason="提供的材料只说明功能存在，没有说明与其他系统的数据一致。",
            )  # fmt: skip
        agree_with_rest(by=self.reviewer, review=review, item="01.01")

    def experts(self) -> None:
        """The highest level of the province: three experts, a site visit half done."""
        review = self.passed(self.review(30), self.reviewer, "省级审核通过，提交专家评审。")
        self.take_up(review, self.expert, self.city, self.reviewer)
        give_opinion(by=self.city, review=review, opinion="闭环记录完整，同意6级。")
        visit = plan_visit(
            by=self.expert, review=review, visited_on=self.today, size=8, seed="DEMO-2026",
            members="省级评审专家三人（演示）",
        )  # fmt: skip
        findings: list[tuple[Any, str, str]] = [
            (item, "refuted" if n == 1 else "supported", text)
            for n, (item, text) in enumerate(
                zip(
                    visit.items.all()[:4],
                    (
                        "在护士站现场演示，记录与自评一致。",
                        "现场抽查三例，均未见对应的执行记录。",
                        "在检验科现场核对，字典统一。",
                        "系统管理员现场调出日志，时间顺序正确。",
                    ),
                    strict=True,
                )
            )
        ]
        for item, verdict, reason in findings:
            decide_on_site(
                by=self.expert, review=review, visit=visit, item=item, verdict=verdict, reason=reason
            )

    def overdue(self) -> None:
        """Two that should have been done: one in somebody's hands, one that nobody was given."""
        for number, days in ((5, 6), (9, 2)):
            review = self.review(number)
            if number == 5:
                self.take_up(review, self.reviewer)
            self._opened(review, days_ago=10 + days)
            review.steps.filter(state=ReviewStep.State.ACTIVE).update(
                due_on=self.today - timedelta(days=days)
            )

    def _opened(self, review: Review, *, days_ago: int) -> None:
        Review.objects.filter(pk=review.pk).update(opened_at=timezone.now() - timedelta(days=days_ago))

    def for_the_reviewer(self) -> None:
        """Two submissions of service level to begin with: one for passing, one for returning."""
        for number in (3, 4):
            assign_reviewer(by=self.manager, review=self.review(number, SERVICE), person=self.reviewer)
        review = self.review(10, SERVICE)
        self.take_up(review, self.reviewer)
        question = ask_hospital(
            by=self.reviewer, review=review, item="01.01", text="号源池是否包含院外渠道？"
        )
        lead = User.objects.get(username="demo-h10")
        write_into(by=lead, review=review, question=question, text="包含，医院微信和区域平台共用。")
        close_question(by=self.reviewer, review=review, question=question)

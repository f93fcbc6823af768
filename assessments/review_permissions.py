"""Who may do what in a review. Each check returns None or raises the reason as a Refusal.

Every check stands before a ``Desk``, which is read once per request; inside an action it is read again
with the review locked, so that two people at one step come one after the other.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.conflicts import conflict_of
from assessments.models import (
    Assessment,
    AwardedLevel,
    Objection,
    Review,
    ReviewAssignment,
    ReviewQuestion,
    ReviewStep,
    StageKind,
)
from assessments.queries.reviewing.desk import Desk, desk_of, loaded
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Organisation
from hospitals.refusals import Refusal

REVIEWS = (Role.REVIEWER, Role.BUREAU_MANAGER)
SPEAKS_FOR_HOSPITAL = (Role.QUALITY_LEAD, Role.DIRECTOR)
State = Review.State


def manages(user: Person, office: Organisation) -> bool:
    """A manager of the office itself or of a bureau above it, which may step in."""
    return any(
        m.role == Role.BUREAU_MANAGER and office.path.startswith(m.organisation.path)
        for m in access.memberships_of(user)
    )


def works_for(user: Person, step: ReviewStep) -> bool:
    """Whether the person may be a reviewer of the step: somebody of the office or of a bureau above it;
    for a step of experts anybody who reviews in the same province."""
    office = step.office
    root = f"/{office.path.split('/')[1]}/"
    return any(
        m.role in REVIEWS
        and (
            office.path.startswith(m.organisation.path)
            or (step.kind == StageKind.EXPERT and m.organisation.path.startswith(root))
        )
        for m in access.memberships_of(user)
    )


def _check_reviewing(desk: Desk) -> ReviewStep:
    if desk.review.state != State.REVIEWING:
        raise Refusal(
            _("这次评审的状态是“%(state)s”，不能再办理。页面可能已过期，请刷新后查看。")
            % {"state": desk.review.get_state_display()}
        )
    if desk.active is None:
        raise Refusal(_("各环节都已办结，正在等待作出结论。"))
    return desk.active


def _check_free(desk: Desk) -> None:
    if desk.conflict:
        raise Refusal(_("您%(conflict)s") % {"conflict": desk.conflict})


def check_can_see_work(desk: Desk) -> None:
    """Marks, evidence beside the clause, opinions, site visits: never for the hospital's own people."""
    if desk.staff:
        raise Refusal(_("评审过程不对被评审医院公开；您可以查看进度、问题和结论。"))
    _check_free(desk)
    if not access.oversees(desk.user, desk.review.assessment.hospital, *REVIEWS) and (
        desk.mine is None or desk.mine.declared_at is None
    ):
        raise Refusal(_("请先作无利益冲突声明，再查看评审材料。"))


def check_can_assign(desk: Desk) -> None:
    step = _check_reviewing(desk)
    if not manages(desk.user, step.office):
        raise Refusal(_("评审人由%(office)s的管理员分配。") % {"office": step.office.label})
    _check_free(desk)


def check_can_declare(desk: Desk) -> None:
    _check_reviewing(desk)
    _check_assigned(desk)
    if desk.mine is not None and desk.mine.declared_at is not None:
        raise Refusal(_("您已作过声明。"))


def _check_assigned(desk: Desk) -> ReviewStep:
    step = _check_reviewing(desk)
    if desk.mine is None:
        raise Refusal(_("这一环节没有分配给您。请联系%(office)s的管理员。") % {"office": step.office.label})
    if not works_for(desk.user, step):
        raise Refusal(
            _("您已不在%(office)s承担评审工作，不能再办理；已记录的内容都在。")
            % {"office": step.office.label}
        )
    _check_free(desk)
    return step


def check_can_review(desk: Desk) -> None:
    """Marking, asking, giving an opinion, deciding on site: an assigned reviewer who declared to be free."""
    _check_assigned(desk)
    if desk.mine is None or desk.mine.declared_at is None:
        raise Refusal(_("请先作无利益冲突声明，再开始评审。"))


def check_can_close(desk: Desk) -> None:
    """Passing or returning: the office's manager, or an assigned reviewer who declared to be free."""
    step = _check_reviewing(desk)
    _check_free(desk)
    if desk.mine is None and manages(desk.user, step.office):
        return
    check_can_review(desk)


def opinions_missing(desk: Desk) -> int:
    """How many reviewers have still to give their opinion; the person's own counts with the closing."""
    step = desk.active
    if step is None:
        return 0
    given = sum(
        1
        for one in step.assignments.all()
        if one.ended_at is None and (one.done_at is not None or one is desk.mine)
    )
    return max(0, step.reviewers - given)


def check_can_return(desk: Desk) -> None:
    check_can_close(desk)
    assert desk.active is not None
    if manages(desk.user, desk.active.office):
        return
    _check_opinions(desk)


def _check_opinions(desk: Desk) -> None:
    if missing := opinions_missing(desk):
        raise Refusal(
            _("这一环节需要%(need)s位评审人的意见，还差%(missing)s位。")
            % {"need": desk.active.reviewers if desk.active else 0, "missing": missing}
        )


def check_can_pass(desk: Desk, *, open_questions: int, visit_finished: bool) -> None:
    """What must be there before a step may be passed."""
    check_can_close(desk)
    assert desk.active is not None
    _check_opinions(desk)
    if open_questions:
        raise Refusal(_("还有%(n)s个问题没有关闭，请先看过答复并关闭。") % {"n": open_questions})
    if desk.active.site_visit and not visit_finished:
        raise Refusal(_("这一环节须现场核查，请先完成一次现场核查记录。"))


def leads(desk: Desk) -> Organisation:
    """The bureau whose scheme the review follows: it decides on the result."""
    scheme = desk.review.scheme
    return scheme.bureau if scheme is not None else desk.steps[-1].office


def check_leads(desk: Desk) -> None:
    bureau = leads(desk)
    if not manages(desk.user, bureau):
        raise Refusal(_("评定结论、公示与撤销由%(bureau)s的管理员办理。") % {"bureau": bureau.label})
    _check_free(desk)


def check_can_award(desk: Desk, *, upheld: bool) -> None:
    """Deciding the level: after every step, or anew after an objection was upheld."""
    check_leads(desk)
    if desk.review.state == State.REVIEWING:
        if not desk.all_passed:
            raise Refusal(_("还有环节没有办结，不能作出结论。"))
        return
    if desk.review.state in (State.DECIDED, State.NOTICE) and upheld:
        return
    raise Refusal(
        _("这次评审的状态是“%(state)s”，不能再作结论。页面可能已过期，请刷新后查看。")
        % {"state": desk.review.get_state_display()}
    )


def check_can_give_notice(desk: Desk, *, upheld: bool) -> None:
    check_leads(desk)
    if desk.review.state != State.DECIDED:
        raise Refusal(_("作出结论之后才能公示，每个结论公示一次。"))
    if upheld:
        raise Refusal(_("有成立的异议，请先重新作出结论。"))


def check_can_publish(
    desk: Desk, award: AwardedLevel, *, over: bool, open_objections: int, upheld: bool
) -> None:
    """``over``: the public notice has run to its end, or the scheme asks for none."""
    check_leads(desk)
    if award.published_at is not None or desk.review.state not in (State.DECIDED, State.NOTICE):
        raise Refusal(_("这个结果已经公布或已经撤销。"))
    if upheld:
        raise Refusal(_("有成立的异议，请先重新作出结论。"))
    if open_objections:
        raise Refusal(_("还有%(n)s个异议没有答复，不能公布。") % {"n": open_objections})
    if not over:
        raise Refusal(_("公示期满后才能公布。"))


def check_can_revoke(desk: Desk, award: AwardedLevel) -> None:
    check_leads(desk)
    if award.revoked_at is not None:
        raise Refusal(_("这个结果已经撤销。"))


def check_can_object(desk: Desk, award: AwardedLevel | None) -> None:
    """The hospital itself, or the bureau that writes down what came in from outside."""
    if desk.review.state != State.NOTICE or award is None:
        raise Refusal(_("公示期内才能提出异议。"))
    if desk.staff:
        if not access.holds(desk.user, desk.review.assessment.hospital, *SPEAKS_FOR_HOSPITAL):
            raise Refusal(_("异议由本院质控负责人或院领导提出。"))
        return
    check_leads(desk)


def check_can_answer_objection(desk: Desk, objection: Objection) -> None:
    check_leads(desk)
    if objection.outcome != Objection.Outcome.OPEN:
        raise Refusal(_("这个异议已经答复。"))


def check_can_write(desk: Desk, question: ReviewQuestion) -> None:
    """Both sides write into a thread until it is closed."""
    if question.closed_at is not None:
        raise Refusal(_("这个问题已经关闭，不能再写。"))
    _check_reviewing(desk)
    if desk.staff:
        if not access.holds(desk.user, desk.review.assessment.hospital, *SPEAKS_FOR_HOSPITAL):
            raise Refusal(_("答复由本院质控负责人或院领导提交，您可以查看。"))
        return
    check_can_review(desk)


def check_can_close_question(desk: Desk, question: ReviewQuestion) -> None:
    if question.closed_at is not None:
        raise Refusal(_("这个问题已经关闭。"))
    check_can_close(desk)


def check_can_see_schemes(user: Person, bureau: Organisation) -> None:
    if not any(
        m.role in REVIEWS and bureau.path.startswith(m.organisation.path) for m in access.memberships_of(user)
    ):
        raise Refusal(_("评审流程由本级卫生健康行政部门的人员查看。"))


def check_can_edit_schemes(user: Person, bureau: Organisation) -> None:
    if not access.holds(user, bureau, Role.BUREAU_MANAGER):
        raise Refusal(_("评审流程由本级卫生健康行政部门的管理员设置，您可以查看。"))


# -- what a review means for the rest of the product


def is_assigned_reviewer(user: Person, assessment: Assessment) -> bool:
    """Whether the person reviews the submission now: assigned, declared, working in a bureau. One query,
    none for people outside bureaus."""
    return review_done_by(user, assessment) is not None


def review_done_by(user: Person, assessment: Assessment) -> Review | None:
    """The review of the submission that the person works on now. One query, none for people outside bureaus."""
    if not access.organisations_where(user, REVIEWS):
        return None
    return (
        Review.objects.filter(
            assessment=assessment,
            state=State.REVIEWING,
            steps__state=ReviewStep.State.ACTIVE,
            steps__assignments__person_id=user.pk,
            steps__assignments__ended_at__isnull=True,
            steps__assignments__declared_at__isnull=False,
        )
        .select_related("scheme__bureau", "assessment__hospital")
        .first()
    )


def ever_reviewed(user: Person, assessment: Assessment) -> bool:
    """Whether the person was ever given a step of a review of the assessment. One query."""
    return ReviewAssignment.objects.filter(
        person_id=user.pk, step__review__assessment=assessment, declared_at__isnull=False
    ).exists()


def check_review_lets_judge(user: Person, assessment: Assessment) -> None:
    """Evidence of a submission under review is judged by its reviewers, and not any more after the decision.

    Seven queries at most.
    """
    newest = loaded(Review.objects.filter(assessment=assessment)).order_by("-id").first()
    if newest is not None and newest.state == State.REVIEWING:
        check_can_review(desk_of(newest, user))
        return
    if newest is not None and newest.state in (State.DECIDED, State.NOTICE, State.FINAL, State.REVOKED):
        raise Refusal(_("评审已经作出结论，证据结论不再改变。"))
    if sentence := conflict_of(user, assessment.hospital):
        raise Refusal(_("您%(conflict)s") % {"conflict": sentence})

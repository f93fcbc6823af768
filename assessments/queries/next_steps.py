"""What to do next in an assessment, most pressing first, for the person who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Assessment, Assignment
from assessments.permissions import allowed, check_can_assign
from assessments.queries.progress import Share
from engine.rubric.values import Rubric
from hospitals.access import Person

MOST_STEPS = 5


class Line(Protocol):
    """What of an item the steps look at."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def clauses(self) -> Share: ...
    @property
    def missing(self) -> int: ...
    @property
    def done(self) -> bool: ...
    @property
    def late(self) -> bool: ...
    @property
    def mine(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class NextStep:
    """A sentence and where it is done; ``blocks``: nothing can be submitted before."""

    sentence: str
    url: str
    blocks: bool = False


def next_steps(
    assessment: Assessment,
    user: Person,
    *,
    lines: Sequence[Line],
    rubric: Rubric,
    bases: Mapping[str, int],
    problems: int,
    open_overall: int,
    assignments: Mapping[str, Assignment],
) -> tuple[NextStep, ...]:
    """What the reader can do next, most pressing first; nothing once the assessment is closed."""
    if not assessment.is_open:
        return ()
    here = str(assessment.public_id)
    steps: list[NextStep] = []
    mine = [line for line in lines if line.mine and not line.done and (line.clauses.open or line.missing)]
    if mine:
        steps.append(
            NextStep(
                ngettext(
                    "填写分配给您的项目：还有%(n)s项，先填 %(code)s %(name)s。",
                    "填写分配给您的项目：还有%(n)s项，先填 %(code)s %(name)s。",
                    len(mine),
                )
                % {"n": len(mine), "code": mine[0].code, "name": mine[0].name},
                reverse("item", args=[here, mine[0].code]),
            )
        )
    if problems:
        steps.append(
            NextStep(
                ngettext(
                    "更正%(n)s处自相矛盾的数据，更正前不能提交。",
                    "更正%(n)s处自相矛盾的数据，更正前不能提交。",
                    problems,
                )
                % {"n": problems},
                reverse("submit", args=[here]),
                blocks=True,
            )
        )
    leads = allowed(check_can_assign, user, assessment)
    unassigned = len([line for line in lines if line.code not in assignments])
    if leads and unassigned:
        steps.append(
            NextStep(
                ngettext(
                    "%(n)s个项目还没有分工，请分配到科室或个人。",
                    "%(n)s个项目还没有分工，请分配到科室或个人。",
                    unassigned,
                )
                % {"n": unassigned},
                reverse("assignments", args=[here]) + "?show=unassigned",
            )
        )
    late = [line for line in lines if line.late]
    if leads and late:
        steps.append(
            NextStep(
                ngettext(
                    "%(n)s个项目已逾期，请催办或调整期限。",
                    "%(n)s个项目已逾期，请催办或调整期限。",
                    len(late),
                )
                % {"n": len(late)},
                reverse("assignments", args=[here]) + "?show=late",
            )
        )
    without_base = sum(1 for base in rubric.statistical_bases if base.feeds and base.key not in bases)
    if without_base and not mine:
        steps.append(
            NextStep(
                ngettext(
                    "填写统计口径：%(n)s个公共分母还没有数值，填一次，所有相关项目通用。",
                    "填写统计口径：%(n)s个公共分母还没有数值，填一次，所有相关项目通用。",
                    without_base,
                )
                % {"n": without_base},
                reverse("basis", args=[here]),
            )
        )
    open_items = [line for line in lines if line.clauses.open]
    open_clauses = sum(line.clauses.open for line in open_items)
    if open_items and not mine:
        steps.append(
            NextStep(
                ngettext(
                    "继续填报：%(clauses)s条条款未答，从 %(code)s %(name)s 开始。",
                    "继续填报：%(clauses)s条条款未答，从 %(code)s %(name)s 开始。",
                    open_clauses,
                )
                % {
                    "clauses": sum(line.clauses.open for line in open_items),
                    "code": open_items[0].code,
                    "name": open_items[0].name,
                },
                reverse("item", args=[here, open_items[0].code]),
            )
        )
    if leads and open_overall:
        steps.append(
            NextStep(
                ngettext(
                    "确认总体要求：目标等级以内还有%(n)s条未确认。",
                    "确认总体要求：目标等级以内还有%(n)s条未确认。",
                    open_overall,
                )
                % {"n": open_overall},
                reverse("overall", args=[here]),
            )
        )
    if leads and not open_items and not problems:
        steps.append(NextStep(_("条款已答完，请核对后提交。"), reverse("submit", args=[here])))
    return tuple(steps[:MOST_STEPS])

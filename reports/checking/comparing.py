"""Computing a report's figures again from what is inside it, and saying line by line whether they are those printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.display import points
from engine.roadmap.assumptions import AssumptionsRefused, with_changes
from engine.roadmap.constraints import ConstraintsRefused, read_constraints
from engine.roadmap.plan import make_plan
from engine.roadmap.plan_json import NotAPlan, plan_from_json, plan_to_json
from engine.roadmap.values import OBJECTIVES, Plan
from engine.rubric.errors import FlagsError
from engine.rubric.flags import with_flags
from engine.rubric.values import Rubric
from engine.scoring import ENGINE_VERSION
from engine.scoring.answers import Answers, AnswersRefused
from engine.scoring.card_json import card_to_json
from engine.scoring.formats import FormatError, answers_from_json
from engine.scoring.gap import UnknownTarget
from engine.scoring.score import score
from hospitals.refusals import Refusal
from reports.checking.parcel import ANSWERS, CARD, GROUND, PLAN, figures_of
from reports.checking.reading import Handed, digest, parsed
from rubrics.queries import get_assumptions

#: editions by id: what the check may compute with
Library = Mapping[str, Rubric]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was checked. ``matches`` None: could not be checked, ``note`` says why."""

    what: str
    given: str
    found: str
    matches: bool | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """``verdict``: same | differs | unknown (the figures could not be computed here)."""

    kind: str
    hospital: str
    reference: str
    made_at: str
    rubric: str
    target: int
    sha256: str
    pages: int
    lines: tuple[Line, ...]
    figures: int  # how many were computed and compared

    @property
    def verdict(self) -> str:
        if any(line.matches is False for line in self.lines):
            return "differs"
        return "same" if all(line.matches for line in self.lines) and self.figures else "unknown"

    @property
    def differing(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.matches is False)


def check_report(handed: Handed, library: Library) -> Checked:
    """Digests, figures, card, plan, and the total and the effort as printed. Raises Refusal for what cannot be read at all."""
    listed = handed.listed
    lines = list(_digests(handed))
    compared = 0
    rubric, why = _rubric(listed, library)
    if rubric is None:
        lines.append(Line(_("评价标准"), str(listed.get("rubric", ""))[:60], "", None, why))
    else:
        lines.append(Line(_("评价标准"), rubric.id, rubric.id, True))
        answers = _answers(handed, rubric)
        figures, more = _computed(handed, rubric, answers)
        lines += more
        compared = len(figures)
        lines += _figures(listed, figures)
        lines += _printed(handed, figures)
        if listed.get("kind") == "roadmap" and "plan effort" not in figures:
            lines.append(
                Line(
                    _("建设规划"),
                    "—",
                    "—",
                    None,
                    _("答案在规划之后有改动，规划没有附上，页面上的数字没有核对。"),
                )
            )
    engine = str(listed.get("engine", ""))[:40]
    if engine != ENGINE_VERSION:
        lines.append(
            Line(
                _("评分引擎"),
                engine,
                ENGINE_VERSION,
                None,
                _("报告由另一版本的引擎生成，数字不同时未必是改动所致。"),
            )
        )
    return Checked(
        kind=str(listed.get("kind", ""))[:20],
        hospital=str(listed.get("hospital", ""))[:200],
        reference=str(listed.get("reference", ""))[:60],
        made_at=str(listed.get("made_at", ""))[:40],
        rubric=str(listed.get("rubric", ""))[:60],
        target=listed["target"] if isinstance(listed.get("target"), int) else 0,
        sha256=handed.sha256,
        pages=handed.pages,
        lines=tuple(lines),
        figures=compared,
    )


def _digests(handed: Handed) -> Iterable[Line]:
    expected = handed.listed["files"]
    for name in sorted({*map(str, expected), *handed.files}):
        given, inside = str(expected.get(name, ""))[:64], handed.files.get(name)
        what = _("附件%(name)s的指纹") % {"name": name[:60]}
        if inside is None:
            yield Line(what, given[:16], "", False, _("清单里有，文件里没有。"))
        else:
            found = digest(inside)
            yield Line(what, given[:16], found[:16], given == found)


def _rubric(listed: Mapping[str, Any], library: Library) -> tuple[Rubric | None, str]:
    rubric = library.get(str(listed.get("rubric", "")))
    if rubric is None:
        return None, _("本系统没有这个标准，数字不能在这里重新计算。")
    flags = listed.get("flags")
    if isinstance(flags, dict) and flags:
        try:
            rubric = with_flags(
                rubric, {code: {int(level): kind for level, kind in of.items()} for code, of in flags.items()}
            )
        except (FlagsError, ValueError, AttributeError, TypeError):
            return None, _("附带的基本项、选择项标识与标准对不上，数字不能重新计算。")
    if rubric.content_hash != listed.get("rubric_hash"):
        return None, _("报告所依据的标准内容与本系统的不同，数字不能在这里重新计算。")
    return rubric, ""


def _answers(handed: Handed, rubric: Rubric) -> Answers:
    if ANSWERS not in handed.files:
        raise Refusal(_("这个PDF里没有附带答案，不能核对数字。"))
    try:
        return answers_from_json(rubric, parsed(handed.files[ANSWERS], ANSWERS))
    except FormatError as error:
        raise Refusal(_("附件%(name)s里的答案不完整，不能核对。") % {"name": ANSWERS}) from error


def _computed(handed: Handed, rubric: Rubric, answers: Answers) -> tuple[dict[str, str], list[Line]]:
    target = handed.listed.get("target")
    lines = []
    try:
        card = score(rubric, answers)
        plan = _plan(handed, rubric, answers) if PLAN in handed.files else None
        figures = figures_of(rubric, answers, card, target if isinstance(target, int) else 0, plan)
    except (AnswersRefused, UnknownTarget) as error:
        raise Refusal(_("附带的答案自相矛盾或目标等级不存在，不能核对。")) from error
    if CARD in handed.files:
        same = parsed(handed.files[CARD], CARD) == card_to_json(card)
        lines.append(Line(_("评分卡全部内容"), CARD, _("重新评分"), same))
    if plan is not None:
        same = parsed(handed.files[PLAN], PLAN) == plan_to_json(plan)
        lines.append(Line(_("建设规划全部内容"), PLAN, _("重新求解"), same))
    return figures, lines


def _plan(handed: Handed, rubric: Rubric, answers: Answers) -> Plan:
    try:
        given = plan_from_json(parsed(handed.files[PLAN], PLAN))
        if not isinstance(given.target, int):
            raise NotAPlan
        ground = parsed(handed.files.get(GROUND, b""), GROUND)
        own = {key: value for key, value in ground["assumptions"].items() if key != "size_factors"}
        assumptions = with_changes(get_assumptions(), {**own, "size_factor": str(given.size_factor)})
        constraints = read_constraints(ground["constraints"], rubric)
        objective = next(one for one in OBJECTIVES if one == given.objective)
        beds = ground.get("beds")
    except (
        NotAPlan,
        AssumptionsRefused,
        ConstraintsRefused,
        KeyError,
        AttributeError,
        StopIteration,
    ) as error:
        raise Refusal(_("附带的建设规划不完整，不能核对。")) from error
    return make_plan(
        rubric, answers, given.target, objective,
        assumptions=assumptions, constraints=constraints, start=given.start,
        beds=beds if isinstance(beds, int) else None,
    )  # fmt: skip


def _figures(listed: Mapping[str, Any], figures: Mapping[str, str]) -> Iterable[Line]:
    """One line for all that agree, one for every figure that does not."""
    given = listed.get("figures")
    given = given if isinstance(given, dict) else {}
    wrong = [
        Line(in_words(name), str(given.get(name, "—"))[:60], figures.get(name, "—"), False)
        for name in sorted({*figures, *map(str, given)})
        if str(given.get(name, "—")) != figures.get(name, "—")
    ]
    right = len(figures) - sum(line.found != "—" for line in wrong)
    if right:
        yield Line(_("清单中的数字"), str(len(given)), str(right), True, _("重新计算后一致的个数"))
    yield from wrong[:200]


def _printed(handed: Handed, figures: Mapping[str, str]) -> Iterable[Line]:
    """The level's total as a reader sees it: it must stand in the text of the pages. A roadmap without its plan
    prints the figures of answers that are not inside: nothing of its pages can be compared."""
    if handed.listed.get("kind") == "roadmap" and "plan effort" not in figures:
        return
    total = points(figures["total"])
    bare = "".join(handed.text.split())
    yield Line(_("印在页面上的总评分"), total if total in bare else "—", total, total in bare)
    if "plan effort" in figures and figures["plan effort"] != "0":
        effort = tenths_of(figures["plan effort"])
        yield Line(_("印在页面上的工作量（人周）"), effort if effort in bare else "—", effort, effort in bare)


def tenths_of(effort: str) -> str:
    from decimal import Decimal

    from reports.view_models.roadmap.wording import tenths

    return str(tenths(Decimal(effort)))


def in_words(name: str) -> str:
    """A figure's name for readers."""
    words: dict[str, Callable[[], str]] = {
        "level": lambda: _("总体等级"),
        "total": lambda: _("总评分"),
        "gaps needed": lambda: _("达标所需的差距数"),
        "gaps suggested": lambda: _("建议先处理的差距数"),
        "plan status": lambda: _("规划的求解结论"),
        "plan effort": lambda: _("规划工作量（人周）"),
        "plan cost": lambda: _("规划费用（元）"),
        "plan finish": lambda: _("规划完成时间"),
        "plan items": lambda: _("规划项目数"),
        "plan level after": lambda: _("规划完成后的等级"),
        "plan total after": lambda: _("规划完成后的总评分"),
    }
    if name in words:
        return words[name]()
    head, _sep, rest = name[:60].partition(" ")
    key, _sep, part = rest.partition(" ")
    parts = {
        "holds": _("是否达标"),
        "basic": _("基本项达标数"),
        "optional": _("选择项达标数"),
        "total": _("总评分与要求"),
        "score": _("得分"),
        "passes": _("达标级别"),
    }
    if head == "level" and part in parts:
        return _("%(level)s级：%(what)s") % {"level": key, "what": parts[part]}
    if head == "item" and part in parts:
        return _("项目%(item)s：%(what)s") % {"item": key, "what": parts[part]}
    return name[:60]

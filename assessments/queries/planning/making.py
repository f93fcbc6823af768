"""The plan for a ground. Made once for the same ground: a page, its parts and adopting ask for the same one."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.queries.planning.ground import Ground
from engine.roadmap.plan import make_plan
from engine.roadmap.values import OBJECTIVES, Plan
from engine.scoring.gap import UnknownTarget
from hospitals.refusals import Refusal

KEPT_FOR = 6 * 60 * 60  # seconds


def known_plan(ground: Ground, objective: str) -> Plan | None:
    """The plan where it was made already, at no cost."""
    found = cache.get(_key(ground, objective))
    return found if isinstance(found, Plan) else None


def _key(ground: Ground, objective: str) -> str:
    return f"plan:{ground.mark(objective)}"


def plan_for(ground: Ground, objective: str = "") -> Plan:
    """The plan of one objective (default: the chosen one). No query; under a second where it is not known yet.

    Raises Refusal where there is nothing above the level reached, or the target is none.
    """
    chosen = next((one for one in OBJECTIVES if one == (objective or ground.setting.objective)), None)
    if chosen is None:
        raise Refusal(_("规划方案只有投入最少、工期最短和余量最大三种。"))
    if not ground.targets:
        raise Refusal(_("已达到最高等级，没有更高的目标可以规划。"))
    if found := known_plan(ground, chosen):
        return found
    setting = ground.setting
    try:
        made = make_plan(
            ground.rubric,
            ground.answers,
            setting.target,
            chosen,
            assumptions=ground.assumptions,
            constraints=setting.constraints,
            start=setting.start,
            beds=ground.beds,
        )
    except UnknownTarget as unknown:
        raise Refusal(unknown.message.in_language(get_language() or "")) from unknown
    cache.set(_key(ground, chosen), made, KEPT_FOR)
    return made

"""Why a set of basic/optional flags cannot be the official one: a sentence per level."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from engine.rubric.flags import count_basic
from engine.rubric.values import Rubric
from rubrics.flags import Flags


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Basic and optional items of one level as counted, beside the gate table."""

    level: int
    basic: int
    need_basic: int
    optional: int
    need_optional: int

    @property
    def right(self) -> bool:
        return self.basic == self.need_basic and self.optional == self.need_optional


def counts_per_level(rubric: Rubric, flags: Flags) -> tuple[LevelCount, ...]:
    basic = count_basic(rubric, flags)
    given = {gate.level: sum(gate.level in levels for levels in flags.values()) for gate in rubric.gates}
    return tuple(
        LevelCount(
            gate.level,
            basic[gate.level],
            gate.basic,
            given[gate.level] - basic[gate.level],
            gate.optional_total,
        )
        for gate in rubric.gates
    )


def refusals_of_flags(rubric: Rubric, flags: Flags) -> tuple[str, ...]:
    """Sentences in the language of the request; empty when names and counts fit the standard."""
    sentences = []
    unknown = sorted(set(flags) - set(rubric.by_code))
    if unknown:
        sentences.append(_("标准中没有项目%(items)s。") % {"items": "、".join(unknown)})
    for item in rubric.items:
        asked = {level.level for level in item.asked_levels}
        given = set(flags.get(item.code, {}))
        for level in sorted(asked - given):
            sentences.append(
                _("%(code)s.%(level)s未标明是基本项还是选择项。") % {"code": item.code, "level": level}
            )
        for level in sorted(given - asked):
            sentences.append(_("标准中%(code)s没有%(level)s级。") % {"code": item.code, "level": level})
    if sentences:
        return tuple(sentences)
    return tuple(refusal_of_count(count) for count in counts_per_level(rubric, flags) if not count.right)


def refusal_of_count(count: LevelCount) -> str:
    return _("%(level)s级：基本项应为%(need)s项，现为%(have)s项%(change)s。") % {
        "level": count.level,
        "need": count.need_basic,
        "have": count.basic,
        "change": _("，还差%(n)s项") % {"n": count.need_basic - count.basic}
        if count.basic < count.need_basic
        else _("，多出%(n)s项") % {"n": count.basic - count.need_basic},
    }

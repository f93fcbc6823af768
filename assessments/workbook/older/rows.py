"""From the rows of a hospital's own workbook to fields of ours; what is not understood is named by its row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from assessments.answer_fields import LONGEST_NOTE
from assessments.folders.naming import Place, typed_place
from assessments.workbook.content import Passport
from assessments.workbook.older.columns import proposed_state, squeeze
from assessments.workbook.older.sheets import Sheet
from assessments.workbook.reading import Filled, Refused
from engine.rubric.values import Rubric

ALIKE = 0.72  # share of common pairs of signs from which a text is proposed as a clause
NOTE_WORDS = {"problem": "问题", "plan": "整改", "evidence": "证据"}
_DAY = re.compile(r"(20\d{2})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})")
_FIGURES = re.compile(r"[1-9]\d?")


@dataclass(frozen=True, slots=True)
class Mapped:
    """``columns``: field -> number of its column. ``states``: word, squeezed -> state of ours."""

    sheet: str
    head: int
    columns: Mapping[str, int]
    states: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Likely:
    """A row without a code whose text is like a clause: taken only when somebody says so."""

    row: int
    text: str
    clause: str
    percent: int


@dataclass(slots=True)
class Taken:
    """``assigned``: item -> {"department", "person", "due"} as written, where its rows agree."""

    filled: Filled
    likely: list[Likely] = field(default_factory=list)
    assigned: dict[str, dict[str, str]] = field(default_factory=dict)
    unsure: list[Refused] = field(default_factory=list)
    formulas: int = 0
    rows: int = 0


def take_rows(
    sheet: Sheet,
    mapped: Mapped,
    rubric: Rubric,
    *,
    notes: Mapping[str, str] | None = None,
    accepted: Collection[int] = (),
) -> Taken:
    """Read every row below the headings. ``notes``: what stands in the items' notes now; new lines follow it.
    ``accepted``: rows whose likely clause somebody confirmed."""
    texts = _pairs_of_clauses(rubric)
    values: dict[str, Any] = {}
    addresses: dict[str, str] = {}
    refused: list[Refused] = []
    lines: dict[str, list[str]] = {}
    said: dict[str, dict[str, set[str]]] = {}
    taken = Taken(Filled(Passport(rubric.id, rubric.content_hash, "", ""), {}, {}, {}))
    for number, row in sheet.rows.items():
        if number <= mapped.head or not any(row.get(column) for column in mapped.columns.values()):
            continue
        taken.rows += 1
        at = {name: row.get(column, "") for name, column in mapped.columns.items()}
        taken.formulas += sum(
            f"{get_column_letter(column)}{number}" in sheet.formulas for column in mapped.columns.values()
        )
        place = _place(at, rubric)
        if place.reason is not None or not place.item:
            likely = _likely(at.get("text", ""), number, texts)
            if likely is not None and number in accepted:
                place = typed_place(likely.clause, rubric)
            else:
                if likely is not None:
                    taken.likely.append(likely)
                sentence = (
                    place.reason.in_language(get_language() or "")
                    if place.reason
                    else _("这一行没有条款编号，也没有可以识别的项目。")
                )
                refused.append(Refused(_row(number), _shown(at), sentence))
                continue
        _take_state(at, place, number, mapped, values, addresses, refused)
        where = f"{place.level}级第{place.clause}条" if place.clause else ""
        for name, word in NOTE_WORDS.items():
            if text := " ".join(at.get(name, "").split()):
                lines.setdefault(place.item, []).append(f"{where}{word}：{text}")
        for name in ("department", "person", "due"):
            if text := at.get(name, "").strip():
                said.setdefault(place.item, {}).setdefault(name, set()).add(text)
    for item, new in lines.items():
        note, left = _note((notes or {}).get(item, ""), new)
        if left:
            sentence = _("备注最多%(most)s个字，%(n)s行没有写入。请把这些内容作为附件上传。")
            refused.append(Refused(item, left[0][:40], sentence % {"most": LONGEST_NOTE, "n": len(left)}))
        if note is not None:
            values[f"{item}/note"] = note
            addresses[f"{item}/note"] = mapped.sheet
    for item, fields in said.items():
        for name, words in fields.items():
            if len(words) == 1:
                taken.assigned.setdefault(item, {})[name] = next(iter(words))
            else:
                taken.unsure.append(
                    Refused(item, "、".join(sorted(words))[:120], _("同一项目写了不同的内容，没有采用。"))
                )
    taken.filled = Filled(taken.filled.passport, {}, values, addresses, tuple(refused))
    return taken


def day_of(text: str) -> date | None:
    """2026-11-30, 2026/11/30, 2026年11月30日."""
    found = _DAY.search(unicodedata.normalize("NFKC", text))
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _place(at: Mapping[str, str], rubric: Rubric) -> Place:
    """The clause a row names: by its code, else by item, level and number in columns of their own."""
    code = at.get("code", "")
    place = typed_place(code, rubric) if code else Place()
    if code and place.reason is None and place.clause:
        return place
    if not place.item and at.get("item"):
        from_item = typed_place(at["item"], rubric)
        place = from_item if from_item.item else (place if code else from_item)
    if place.item and not place.clause:
        level = _FIGURES.search(unicodedata.normalize("NFKC", at.get("level", "")))
        clause = _FIGURES.search(unicodedata.normalize("NFKC", at.get("clause", "")))
        held = place.level or (int(level[0]) if level else 0)
        if held and clause:
            return typed_place(f"{place.item}.{held}-{clause[0]}", rubric)
        if held and (one := _clause_by_text(at.get("text", ""), place.item, held, rubric)):
            return Place(item=place.item, level=held, clause=one)
    return place


def _clause_by_text(text: str, item: str, level: int, rubric: Rubric) -> int:
    """Within one level the text decides when it is the clause's own; one clause alone needs none."""
    entry = rubric.by_code[item].by_level.get(level)
    clauses = entry.clauses if entry else ()
    if len(clauses) == 1:
        return clauses[0].n
    own = squeeze(text)
    same = [
        clause.n for clause in clauses if own and own in (squeeze(clause.text.zh), squeeze(clause.text.en))
    ]
    return same[0] if len(same) == 1 else 0


def _take_state(
    at: Mapping[str, str],
    place: Place,
    number: int,
    mapped: Mapped,
    values: dict[str, Any],
    addresses: dict[str, str],
    refused: list[Refused],
) -> None:
    word = at.get("state", "")
    if not word:
        return
    address = f"{get_column_letter(mapped.columns['state'])}{number}"
    if not place.clause:
        refused.append(Refused(address, word[:40], _("只写到项目或级别，不知道是哪一条，状态没有采用。")))
        return
    state = mapped.states.get(squeeze(word)) or proposed_state(word)
    if state is None:
        refused.append(Refused(address, word[:40], _("没有认出这个状态。请在对照表里选择它的意思。")))
        return
    name = f"{place.item}/clauses.{place.level}.{place.clause}"
    if state == "not_answered":
        return  # to be confirmed: nothing is claimed, nothing is cleared
    if name in values and values[name] != state:
        refused.append(
            Refused(
                address,
                word[:40],
                _("这一条在%(address)s已写了另一个状态，没有采用。") % {"address": addresses[name]},
                name,
            )
        )
        return
    values[name], addresses[name] = state, addresses.get(name, address)


def _note(now: str, new: list[str]) -> tuple[str | None, list[str]]:
    """The note with the new lines, None where nothing is added; and the lines that do not fit in whole."""
    note, left = now, list[str]()
    for line in dict.fromkeys(new):
        if line in now:
            continue
        longer = f"{note}\n{line}" if note else line
        if len(longer) > LONGEST_NOTE:
            left.append(line)
        else:
            note = longer
    return (note if note != now else None), left


def _row(number: int) -> str:
    return _("第%(n)s行") % {"n": number}


def _shown(at: Mapping[str, str]) -> str:
    return next((text[:80] for name in ("code", "item", "text") if (text := at.get(name, ""))), "")


def _pairs(text: str) -> frozenset[str]:
    plain = squeeze(re.sub(r"[，。；、,.;]", "", text))
    return frozenset(plain[n : n + 2] for n in range(len(plain) - 1))


def _pairs_of_clauses(rubric: Rubric) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(
        (f"{item.code}.{level.level}-{clause.n}", _pairs(clause.text.zh))
        for item in rubric.items
        for level in item.asked_levels
        for clause in level.clauses
    )


def _likely(text: str, number: int, clauses: tuple[tuple[str, frozenset[str]], ...]) -> Likely | None:
    own = _pairs(text)
    if len(own) < 6:
        return None
    scored = sorted(
        ((2 * len(own & other) / (len(own) + len(other) or 1), code) for code, other in clauses), reverse=True
    )
    best, second = scored[0], scored[1]
    if best[0] < ALIKE or best[0] == second[0]:
        return None
    return Likely(number, text[:80], best[1], round(best[0] * 100))

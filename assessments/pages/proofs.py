"""The facts beside a clause's screenshots (实证资料) as a form: on the questionnaire page, and all of an item at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.actions.merging import Conflict, Merge
from assessments.actions.proving import OF_CLAUSES, OF_LEVELS, plain
from assessments.models import Assessment, ClauseProof, LevelProof
from assessments.queries.frame import AssessmentFrame, said
from engine.rubric.values import Item, Rubric


@dataclass(frozen=True, slots=True)
class ProofField:
    """One field: ``value`` in the control, ``before`` what the page showed, ``theirs``/``by`` where somebody else
    changed it meanwhile, ``problem`` why it was not saved. ``kind``: text | date | moment | long."""

    name: str
    label: str
    kind: str
    value: str
    before: str
    hint: str = ""
    placeholder: str = ""
    problem: str = ""
    theirs: str = ""
    by: str = ""
    longest: int = 200
    spreads: bool = False


@dataclass(frozen=True, slots=True)
class ProofForm:
    """The fields of one place: ``place`` is clauses.01.01.4-1 or levels.4. ``said``: what became of the last save."""

    assessment: str
    item: str
    place: str
    code: str
    words: str
    fields: tuple[ProofField, ...]
    updated: str
    can_write: bool
    why_not: str
    said: str = ""

    @property
    def dom_id(self) -> str:
        return f"proof-{self.code.replace('.', '-')}"

    @property
    def filled(self) -> int:
        return sum(bool(field.before) for field in self.fields)


@dataclass(frozen=True, slots=True)
class ProofLevel:
    level: int
    figures: ProofForm | None  # how the numerator was counted; none where nothing is counted
    clauses: tuple[ProofForm, ...]


@dataclass(frozen=True, slots=True)
class ProofPage:
    """Context ``page`` of assessments/proofs/page.html."""

    frame: AssessmentFrame
    code: str
    name: str
    levels: tuple[ProofLevel, ...]
    why_not: str


@dataclass(frozen=True, slots=True)
class ProofsOfItem:
    """What the forms of one item are made from; no query any more. ``owner``: whose item it is."""

    assessment: Assessment
    rubric: Rubric
    item: Item
    clauses: Mapping[str, ClauseProof]
    levels: Mapping[int, LevelProof]
    owner: str
    why_not: str


def _labels() -> dict[str, tuple[str, str, str, str, int]]:
    """field -> label, kind, hint, placeholder, longest"""
    return {
        "menu_path": (_("菜单路径"), "text", "", _("如：住院医生站 → 医嘱管理 → 医嘱录入"), 300),
        "live_since": (_("上线日期"), "date", "", "", 10),
        "dictionary": (_("使用的字典"), "text", "", _("如：医嘱项目字典（院内编码）"), 200),
        "test_account": (_("演示账号"), "text", _("只写账号名，不写密码"), "", 80),
        "owner": (_("责任人"), "text", _("留空则为分工中的责任人"), "", 80),
        "sql_text": (_("分子统计SQL"), "long", "", "", 20_000),
        "database_name": (_("数据库"), "text", "", "", 120),
        "run_at": (_("执行时间"), "moment", "", "", 16),
    }


def clause_form(
    read: ProofsOfItem,
    code: str,
    words: str,
    merge: Merge | None = None,
    typed: Mapping[str, str] | None = None,
) -> ProofForm:
    row = read.clauses.get(code)
    return _form(read, f"clauses.{code}", code, words, row, tuple(OF_CLAUSES), merge, typed)


def level_form(
    read: ProofsOfItem, level: int, merge: Merge | None = None, typed: Mapping[str, str] | None = None
) -> ProofForm:
    row = read.levels.get(level)
    code = f"{read.item.code}.{level}"
    return _form(read, f"levels.{level}", code, "", row, tuple(OF_LEVELS), merge, typed)


def proof_page(read: ProofsOfItem, frame: AssessmentFrame) -> ProofPage:
    """Every clause and every counted level of an item."""
    item = read.item
    return ProofPage(
        frame=frame,
        code=item.code,
        name=said(item.name),
        levels=tuple(
            ProofLevel(
                entry.level,
                level_form(read, entry.level) if item.application.kind == "ratio" else None,
                tuple(
                    clause_form(read, f"{item.code}.{entry.level}-{clause.n}", said(clause.text))
                    for clause in entry.clauses
                ),
            )
            for entry in item.asked_levels
        ),
        why_not=read.why_not,
    )


def form_at(
    read: ProofsOfItem, place: str, merge: Merge | None = None, typed: Mapping[str, str] | None = None
) -> ProofForm:
    """The form of one place. Raises LookupError where the item has no such clause or level."""
    kind, _dot, code = place.partition(".")
    for entry in read.item.asked_levels:
        if kind == "levels" and code == str(entry.level):
            return level_form(read, entry.level, merge, typed)
        for clause in entry.clauses:
            if kind == "clauses" and code == f"{read.item.code}.{entry.level}-{clause.n}":
                return clause_form(read, code, said(clause.text), merge, typed)
    raise LookupError(place)


def _form(
    read: ProofsOfItem,
    place: str,
    code: str,
    words: str,
    row: ClauseProof | LevelProof | None,
    names: tuple[str, ...],
    merge: Merge | None,
    typed: Mapping[str, str] | None,
) -> ProofForm:
    problems = dict(merge.problems) if merge else {}
    conflicts = {one.path: one for one in merge.conflicts} if merge else {}
    fields = []
    for name, (label, kind, hint, placeholder, longest) in _labels().items():
        if name not in names:
            continue
        path = f"{place}.{name}"
        stored = str(plain(getattr(row, name)) or "") if row else ""
        conflict, problem = conflicts.get(path), problems.get(path, "")
        fields.append(
            ProofField(
                name=name,
                label=label,
                kind=kind,
                value=(typed or {}).get(name, "") if conflict or problem else stored,
                before=stored,
                hint=hint,
                placeholder=read.owner if name == "owner" else placeholder,
                problem=problem,
                theirs=_theirs(conflict),
                by=conflict.by if conflict else "",
                longest=longest,
                spreads=name in ("live_since", "dictionary", "test_account", "owner"),
            )
        )
    return ProofForm(
        assessment=str(read.assessment.public_id),
        item=read.item.code,
        place=place,
        code=code,
        words=words,
        fields=tuple(fields),
        updated=str(row.updated_by or "") if row and row.pk else "",
        can_write=not read.why_not,
        why_not=read.why_not,
        said=_outcome(merge),
    )


def _theirs(conflict: Conflict | None) -> str:
    if conflict is None:
        return ""
    return str(conflict.theirs) if conflict.theirs else _("（未填）")


def _outcome(merge: Merge | None) -> str:
    if merge is None:
        return ""
    if merge.conflicts:
        return _("有人同时改了下面的内容，您填的还没有保存。再次保存即以您的为准。")
    return "" if merge.problems else _("已保存")

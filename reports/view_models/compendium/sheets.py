"""From answers and proof material to the sheets of a compendium. No query."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.templatetags.display import category_name, figure, level_name, points, state_name
from assessments.models import Attachment
from assessments.pages.wording import dimensions
from assessments.queries.missing_material import (
    bases_at,
    clause_lacks,
    is_claimed,
    is_picture,
    level_lacks,
)
from assessments.queries.proofs import Materials
from engine.rubric.values import Clause, Item, ItemLevel, Rubric
from engine.scoring.answers import DimensionIndex, DirectIndex, ItemAnswers, RuleCounts
from engine.scoring.card import ItemResult
from reports.standing import Standing
from reports.view_models.compendium.values import (
    ClauseSheet,
    Compendium,
    Fact,
    ItemSheet,
    LevelSheet,
    OtherFile,
    Picture,
    Query,
    RoleSheet,
)
from reports.view_models.compendium.words import kind_words, missing_word
from reports.view_models.words import lang

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def compendium_of(
    standing: Standing, materials: Materials, wordings: Mapping[str, str], *, scope: str = ""
) -> Compendium:
    """Sheets of the whole assessment, or of one role (``01``) or item (``01.01``).

    Levels up to the target, and above it those the hospital claims something of. Raises LookupError for a scope the
    standard does not have.
    """
    rubric = standing.rubric
    roles = []
    for role in rubric.roles:
        items = tuple(
            _item(standing, item, materials, wordings)
            for item in rubric.items
            if item.role == role.code and (not scope or scope in (role.code, item.code))
        )
        if items:
            name = lang(role.name)
            filename = _NOT_IN_NAMES.sub(" ", f"{role.code} {name}").strip()
            roles.append(RoleSheet(role.code, name, filename, items))
    if not roles:
        raise LookupError(scope)
    return Compendium(
        title=_("实证材料汇编"),
        scope=scope_words(rubric, scope),
        target=standing.target,
        target_words=level_name(standing.target),
        official_wording=bool(wordings),
        roles=tuple(roles),
        signers=(_("责任科室负责人"), _("信息部门负责人"), _("质控部门负责人")),
    )


def scope_words(rubric: Rubric, scope: str) -> str:
    """01 病房医师, 01.01 病房医嘱处理, or 全部角色."""
    if not scope:
        return _("全部角色")
    if scope in rubric.by_code:
        return f"{scope} {lang(rubric.by_code[scope].name)}"
    return next((f"{role.code} {lang(role.name)}" for role in rubric.roles if role.code == scope), scope)


def _item(standing: Standing, item: Item, materials: Materials, wordings: Mapping[str, str]) -> ItemSheet:
    given = standing.answers.items.get(item.code, ItemAnswers())
    result = standing.card.items[item.code]
    pictures, files = _files(materials.files.get(item.code, ()), item.code)
    printed: dict[str, str] = {}  # query -> level it stands at, so that none is printed twice
    levels = (
        []
        if given.no_such_service
        else [
            _level(standing, item, entry, given, result, materials, wordings, printed)
            for entry in item.asked_levels
            if entry.level <= standing.target or is_claimed(entry, given)
        ]
    )
    keeper = materials.keeper(item.code)
    about = [
        Fact(
            _("自评"),
            _("功能%(function)s，得分%(score)s（%(scored)s）")
            % {
                "function": level_name(result.function_level),
                "score": points(result.score),
                "scored": level_name(result.scored_level),
            },
        ),
        _fact(_("责任科室、责任人"), keeper.words),
    ]
    if item.application.kind == "ratio":
        about.append(Fact(_("分子口径"), lang(item.application.numerator)))
        about.append(Fact(_("分母口径"), lang(item.application.denominator)))
    elif item.application.condition is not None:
        about.append(Fact(_("应用要求"), lang(item.application.condition)))
    return ItemSheet(
        code=item.code,
        name=lang(item.name),
        about=tuple(fact for fact in about if fact.text),
        no_such_service=given.no_such_service,
        levels=tuple(levels),
        pictures=pictures,
        files=files,
    )


def _level(
    standing: Standing,
    item: Item,
    entry: ItemLevel,
    given: ItemAnswers,
    result: ItemResult,
    materials: Materials,
    wordings: Mapping[str, str],
    printed: dict[str, str],
) -> LevelSheet:
    claimed = is_claimed(entry, given)
    words = kind_words()
    return LevelSheet(
        code=f"{item.code}.{entry.level}",
        level=entry.level,
        words=level_name(entry.level),
        category=category_name(entry.category),
        no_requirement=entry.no_requirement,
        figures=_figures(item, entry, given, result) if claimed else (),
        queries=_queries(standing.rubric, item, entry, given, materials, printed) if claimed else (),
        lacks=tuple(words[kind] for kind in level_lacks(item, entry, given, materials)),
        clauses=tuple(_clause(item, entry, clause, given, materials, wordings) for clause in entry.clauses),
    )


def _figures(item: Item, entry: ItemLevel, given: ItemAnswers, result: ItemResult) -> tuple[Fact, ...]:
    """The counts a level rests on, with the ratio the engine made of them."""
    facts: list[Fact] = []
    factors = result.factors.get(entry.level)
    if item.application.kind == "ratio":
        counted = given.counted_at(entry.level)
        if counted is None:
            facts.append(_fact(_("分子 / 分母"), ""))
        else:
            numerator, denominator, at = counted
            text = f"{figure(numerator)} / {figure(denominator)}"
            if at != entry.level:
                text += _("（分子沿用%(level)s）") % {"level": level_name(at)}
            facts.append(Fact(_("分子 / 分母"), text))
            if factors is not None:
                facts.append(Fact(_("有效应用比例"), points(factors.application)))
    elif item.application.kind == "implemented":
        facts.append(
            _fact(_("是否在用"), "" if given.in_use is None else _("已在用") if given.in_use else _("未在用"))
        )
    if entry.has_index:
        index = given.data_quality.get(entry.level)
        text = ""
        if index is not None and factors is not None and factors.data_quality is not None:
            text = points(factors.data_quality) + _parts_of(index)
        facts.append(_fact(_("数据质量指数"), text))
    return tuple(facts)


def _parts_of(index: DirectIndex | DimensionIndex | RuleCounts) -> str:
    """（一致性 0.95，完整性 0.90）or the counts by rule."""
    if isinstance(index, DimensionIndex):
        names = dimensions()
        parts = [f"{names.get(key, key)} {points(value)}" for key, value in index.values.items()]
    elif isinstance(index, RuleCounts):
        parts = [f"{rule} {figure(have)}/{figure(of)}" for rule, (have, of) in index.counts.items()]
    else:
        return ""
    return _("（%(parts)s）") % {"parts": _("，").join(parts)} if parts else ""


def _queries(
    rubric: Rubric,
    item: Item,
    entry: ItemLevel,
    given: ItemAnswers,
    materials: Materials,
    printed: dict[str, str],
) -> tuple[Query, ...]:
    """The numerator's query of this level and those of the bases it divides by; a text stands once per item."""
    if item.application.kind != "ratio":
        return ()
    found = []
    here = level_name(entry.level)
    counted = given.counted_at(entry.level)
    proof = materials.levels.get((item.code, entry.level))
    if proof is not None or counted is None or counted[2] == entry.level:
        text = proof.sql_text if proof else ""
        found.append(
            Query(
                _("分子"),
                text,
                proof.database_name if proof else "",
                moment(proof.run_at) if proof else "",
                materials.owner(item.code),
                see=_seen(printed, text, here),
            )
        )
    for key in bases_at(rubric, item.code, entry.level):
        row = materials.bases.get(key)
        base = next(one for one in rubric.statistical_bases if one.key == key)
        text = row.sql_text if row else ""
        name = lang(base.name)
        found.append(
            Query(
                _("分母：%(name)s") % {"name": name},
                text,
                row.database_name if row else "",
                moment(row.run_at) if row else "",
                row.owner if row else "",
                see=_seen(printed, text or key, here),
            )
        )
    return tuple(found)


def _seen(printed: dict[str, str], text: str, here: str) -> str:
    if not text:
        return ""
    first = printed.setdefault(text, here)
    return "" if first == here else first


def _clause(
    item: Item,
    entry: ItemLevel,
    clause: Clause,
    given: ItemAnswers,
    materials: Materials,
    wordings: Mapping[str, str],
) -> ClauseSheet:
    code = f"{item.code}.{entry.level}-{clause.n}"
    state = given.state(entry.level, clause.n)
    row = materials.clauses.get(code)
    lacks = clause_lacks(item, clause, code, state, materials)
    facts: list[Fact] = []
    if state in ("met", "partly"):
        wanted = {
            "menu_path": (_("菜单路径"), row.menu_path if row else ""),
            "live_since": (_("上线日期"), day(row.live_since) if row else ""),
            "dictionary": (_("使用的字典"), row.dictionary if row else ""),
            "test_account": (_("演示账号"), row.test_account if row else ""),
            "owner": (_("责任人"), materials.owner(item.code, code)),
        }
        facts = [_fact(label, text) for name, (label, text) in wanted.items() if text or name in lacks]
    pictures, files = _files(materials.files.get(code, ()), code)
    words = kind_words()
    return ClauseSheet(
        code=code,
        text=wordings.get(code) or lang(clause.text),
        official=code in wordings,
        claim=state,
        claim_words=state_name(state),
        facts=tuple(facts),
        pictures=pictures,
        files=files,
        lacks=tuple(words[kind] for kind in lacks),
    )


def _files(rows: Sequence[Attachment], place: str) -> tuple[tuple[Picture, ...], tuple[OtherFile, ...]]:
    pictures = tuple(
        Picture(f"{place}-{number}", _caption(row, place), row)
        for number, row in enumerate((row for row in rows if is_picture(row)), start=1)
    )
    return pictures, tuple(
        OtherFile(row.original_name, row.caption, row.sha256) for row in rows if not is_picture(row)
    )


def _caption(row: Attachment, place: str) -> str:
    """What the hospital wrote, then the line of each number that stands in the picture."""
    words = row.caption or ("" if row.masked is not None else _named(row.original_name, place))
    return " ".join(filter(None, (words, *(f"{number} {line}" for number, line in row.numbered))))


def _named(name: str, place: str) -> str:
    """The name of a file that has no caption; nothing where it only repeats the number."""
    stem = name.rpartition(".")[0]
    return "" if stem.startswith(place) else stem


def _fact(label: str, text: str) -> Fact:
    return Fact(label, text or missing_word(), not text)


def day(value: date | None) -> str:
    return value.isoformat() if value else ""


def moment(value: datetime | None) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""

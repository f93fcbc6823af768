"""One item as it was verified: every clause with its verdict, the checks that spoke, material and decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from assessments.models import (
    Anchor,
    Assessment,
    Attachment,
    EvidenceBundle,
    EvidenceDecision,
    EvidenceUse,
    Review,
    ReviewAssignment,
)
from assessments.pages.wording import states
from assessments.permissions import allowed, is_staff_of, reason
from assessments.queries.frame import read_frame, said
from assessments.queries.verification.item_page import (
    AnchorLine,
    ClauseBlock,
    DecisionLine,
    ItemEvidencePage,
    LensLine,
    LevelBlock,
    MaterialLine,
    Neighbour,
    SpokeLine,
)
from assessments.queries.verification.lensed import Lensed, lensed
from assessments.queries.verification.levels import figures_of_level
from assessments.verification_permissions import check_can_anchor, check_can_judge, check_can_upload
from engine.evidence.verdicts import GROUPS, WORDS, Spoke
from engine.rubric.values import Clause, Item, ItemLevel
from engine.scoring.card import Lens
from hospitals.access import Person
from rubrics.queries import get_catalogue

FEW = 10  # outside the hospital a denominator under this is not shown
Kind = EvidenceDecision.Kind


def lens_words() -> dict[Lens, str]:
    return {
        "claimed": _("自评"),
        "not_refuted": _("至多（去掉不符的）"),
        "provisional": _("暂定（含有相符数据）"),
        "strict": _("至少（严格口径）"),
    }


def item_evidence_page(
    assessment: Assessment,
    user: Person,
    code: str,
    *,
    found: Lensed | None = None,
    why_not: str | None = None,
) -> ItemEvidencePage | None:
    """None when the edition has no such item. At most fifteen queries for staff, fourteen for a bureau.

    ``found``: another submission than the newest, and ``why_not``: why the reader may not judge, where a
    review has read both. Raises AnswersRefused when open answers cannot be scored at all.
    """
    inside = is_staff_of(user, assessment)
    found = found or lensed(assessment, submitted_only=not inside)
    rubric = found.rubric
    item = rubric.by_code.get(code)
    if item is None:
        return None
    materials = _materials(assessment, user, code, inside)
    decisions = _decisions(assessment, code, unnamed_reviewers(assessment) if inside else frozenset())
    row = assessment.item_answers.select_related("updated_by").filter(item_code=code).first()
    assignment = assessment.assignments.filter(item_code=code).first() if inside else None
    can_upload = inside and allowed(check_can_upload, user, assessment, item=code, assignment=assignment)
    bundles = _bundles(assessment, code) if inside else {}
    if why_not is None:
        why_not = reason(check_can_judge, user, assessment, answer=row if inside else None)
    levels = tuple(
        _level(assessment, item, entry, found, materials, decisions, bundles, inside)
        for entry in item.asked_levels
    )
    span = found.lenses.spans[code]
    words = lens_words()
    return ItemEvidencePage(
        frame=read_frame(assessment, user, rubric),
        code=code,
        name=said(item.name),
        focus=said(item.focus),
        lenses=tuple(LensLine(lens, words[lens], span.levels[lens], getattr(span, lens)) for lens in words),
        levels=(
            *(level for level in reversed(levels) if level.open),
            *(level for level in levels if not level.open),
        ),
        shared=tuple(materials.get("", ())),
        items=tuple(
            Neighbour(
                one.code,
                said(one.name),
                len(found.lenses.spans[one.code].refuted),
                len(found.lenses.spans[one.code].not_verified),
            )
            for one in rubric.items
        ),
        run=found.run.number if found.run else None,
        inside=inside,
        why_not_judge=why_not,
        on_site=not inside and not why_not,
        can_upload=can_upload,
        reusable=_reusable(assessment) if can_upload else (),
        records=_records() if inside and assessment.is_open else (),
    )


def _level(
    assessment: Assessment,
    item: Item,
    entry: ItemLevel,
    found: Lensed,
    materials: Mapping[str, Sequence[MaterialLine]],
    decisions: Mapping[tuple[int, int | None], Sequence[DecisionLine]],
    bundles: Mapping[str, Sequence[tuple[str, str]]],
    inside: bool,
) -> LevelBlock:
    clauses = tuple(
        _clause(item, entry, clause, found, materials, decisions, bundles, inside) for clause in entry.clauses
    )
    claimed = found.lenses.spans[item.code].levels["claimed"]
    return LevelBlock(
        level=entry.level,
        category=entry.category,
        confirmed=entry.category_confirmed,
        figures=figures_of_level(item, entry, found.lenses, few=0 if inside else FEW),
        clauses=clauses,
        decisions=tuple(decisions.get((entry.level, None), ())),
        tally=tuple(
            (group, said(word), sum(1 for one in clauses if one.group == group))
            for group, word in GROUPS.items()
        ),
        matching=sum(1 for one in clauses if one.word == "matching_data" and not one.strict),
        open=entry.level <= max(assessment.target_level, claimed),
    )


def _clause(
    item: Item,
    entry: ItemLevel,
    clause: Clause,
    found: Lensed,
    materials: Mapping[str, Sequence[MaterialLine]],
    decisions: Mapping[tuple[int, int | None], Sequence[DecisionLine]],
    bundles: Mapping[str, Sequence[tuple[str, str]]],
    inside: bool,
) -> ClauseBlock:
    code = f"{item.code}.{entry.level}-{clause.n}"
    verdict = found.lenses.verdicts.at(item.code, entry.level, clause.n)
    given = found.lenses.claimed.items.get(item.code)
    claimed = given.state(entry.level, clause.n) if given is not None else "not_answered"
    group = verdict.group()
    few = not inside and any(0 < each.denominator < FEW for each in verdict.spoke)
    return ClauseBlock(
        code=code,
        n=clause.n,
        text=said(clause.text),
        claimed=claimed,
        claimed_word=states()[claimed],
        word=verdict.word,
        word_label=said(WORDS[verdict.word]),
        group=group,
        group_label=said(GROUPS[group]),
        provisional=verdict.provisional,
        strict=verdict.strict,
        reason=too_few() if few else said(verdict.reason),
        would_verify="" if few else said(verdict.would_verify),
        spoke=tuple(_spoke(each, inside) for each in verdict.spoke),
        materials=tuple(materials.get(code, ())),
        decisions=tuple(decisions.get((entry.level, clause.n), ())),
        bundles=tuple(bundles.get(code, ())),
    )


def too_few() -> str:
    return _("相关记录少于%(few)s条，院外不显示具体数字。") % {"few": FEW}


def outcome_words() -> dict[str, str]:
    return {
        "supported": _("核验相符"),
        "matching_data": _("有相符数据"),
        "refuted": _("核验不符"),
        "could_not_check": _("无法核验"),
        "not_applicable": _("不适用"),
    }


def _spoke(each: Spoke, inside: bool) -> SpokeLine:
    few = not inside and 0 < each.denominator < FEW
    counts = ""
    if each.denominator:
        counts = _("少于%(few)s") % {"few": FEW} if few else f"{each.numerator:,} / {each.denominator:,}"
        if each.kind == "topic" and not few:
            counts = f"{each.denominator:,}"
    return SpokeLine(
        kind=each.kind,
        id=each.id,
        label=said(each.label),
        outcome=each.outcome,
        word=outcome_words()[each.outcome],
        counts=counts,
        reason=too_few() if few else said(each.reason),
        family=each.route == "family",
        supplied=each.supplied,
    )


def _materials(
    assessment: Assessment, user: Person, code: str, inside: bool
) -> dict[str, list[MaterialLine]]:
    """Files by clause ("" for the whole item); a bureau sees those that were handed in. One query."""
    rows = (
        Attachment.objects.kept()
        .filter(assessment=assessment, item_code=code)
        .select_related("uploaded_by", "anchor__alike")
    )
    if not inside:
        rows = rows.filter(uploaded_at__lte=assessment.submitted_at)
    records = get_catalogue().records
    found: dict[str, list[MaterialLine]] = defaultdict(list)
    for row in rows:
        row.assessment = assessment  # the same row: no query for each
        anchor: Anchor | None = getattr(row, "anchor", None)
        found[row.clause_code].append(
            MaterialLine(
                id=row.pk,
                public_id=str(row.public_id),
                name=row.original_name,
                picture=row.content_type.startswith("image/"),
                caption=row.caption,
                by=row.uploaded_by.name,
                at=row.uploaded_at,
                anchor=AnchorLine(
                    record=anchor.record,
                    record_name=said(records[anchor.record].label) if anchor.record in records else "",
                    key=anchor.key if inside else "",
                    shown_at=anchor.shown_at,
                    found=anchor.found,
                    found_word=anchor.get_found_display(),
                    alike=anchor.alike.original_name if anchor.alike else "",
                )
                if anchor is not None
                else None,
                can_anchor=inside
                and row.content_type.startswith("image/")
                and allowed(check_can_anchor, user, row),
                own=row.uploaded_by_id == user.pk,
            )
        )
    return found


def unnamed_reviewers(assessment: Assessment) -> frozenset[int]:
    """People whose names the hospital does not read: reviewers, as long as nothing is decided. One query."""
    return frozenset(
        ReviewAssignment.objects.filter(
            step__review__assessment=assessment, step__review__state=Review.State.REVIEWING
        ).values_list("person_id", flat=True)
    )


def _decisions(
    assessment: Assessment, code: str, unnamed: frozenset[int]
) -> dict[tuple[int, int | None], list[DecisionLine]]:
    """Decisions in force by level and clause. One query."""
    rows = assessment.evidence_decisions.filter(item_code=code, withdrawn_at__isnull=True).select_related(
        "by", "attachment"
    )
    found: dict[tuple[int, int | None], list[DecisionLine]] = defaultdict(list)
    for row in rows:
        found[row.level, row.clause_n].append(
            DecisionLine(
                id=row.pk,
                kind=row.kind,
                word=row.get_kind_display(),
                verdict=row.get_verdict_display() if row.verdict else "",
                reason=row.reason,
                material=row.attachment.original_name if row.attachment else "",
                by=_("评审人员") if row.by_id in unnamed else row.by.name,
                at=row.at,
            )
        )
    return found


def _bundles(assessment: Assessment, code: str) -> dict[str, list[tuple[str, str]]]:
    """Bundles handed in for single clauses of the item. One query."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for use in EvidenceUse.objects.filter(
        assessment=assessment, clause_code__startswith=f"{code}."
    ).select_related("bundle"):
        found[use.clause_code].append((use.bundle.title, use.bundle.get_state_display()))
    return found


def _reusable(assessment: Assessment) -> tuple[tuple[str, str], ...]:
    """One query."""
    kept = EvidenceBundle.objects.filter(hospital=assessment.hospital, state=EvidenceBundle.State.KEPT)
    return tuple((str(bundle.public_id), f"{bundle.title} r{bundle.revision}") for bundle in kept[:30])


def _records() -> tuple[tuple[str, str], ...]:
    return tuple(
        (record.key, said(record.label)) for record in get_catalogue().records.values() if record.natural_key
    )

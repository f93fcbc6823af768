"""Freezing what an assessment says, so that screens, documents and comparisons never score it again."""

from __future__ import annotations

from django.db.models import Max

from accounts.models import User
from assessments.models import Assessment, ScoreSnapshot, VerificationRun
from assessments.queries.answers import answers_of
from assessments.queries.verification.lensed import decisions_of
from assessments.queries.verification.lensed import of as lensed_of
from engine.evidence.decisions import Decision
from engine.rubric.values import Rubric
from engine.scoring import ENGINE_VERSION
from engine.scoring.answers import Answers
from engine.scoring.card_json import card_to_json
from engine.scoring.formats import answers_to_json
from engine.scoring.score import score
from rubrics.models import Confirmation
from rubrics.queries import get_rubric


def freeze(*, assessment: Assessment, by: User) -> ScoreSnapshot:
    """Store answers, score card, checks, basis, edition hash, flags in force and engine version as they are now.

    Call inside the transaction that submits. Raises AnswersRefused when the answers contradict
    themselves; the caller has checked and said so before.
    """
    rubric = get_rubric(assessment.edition)
    answers = answers_of(assessment)
    card = score(rubric, answers)
    last = assessment.snapshots.aggregate(number=Max("number"))["number"] or 0
    run = assessment.verification_runs.filter(state=VerificationRun.State.DONE).first()
    return ScoreSnapshot.objects.create(
        assessment=assessment,
        number=last + 1,
        answers=answers_to_json(rubric, answers),
        card=card_to_json(card),
        run=run,
        verified=verified_cards(rubric, answers, run, decisions_of(assessment)),
        basis=basis_rows(assessment, rubric),
        edition_hash=assessment.edition.content_hash,
        engine_version=ENGINE_VERSION,
        confirmation=Confirmation.objects.filter(
            edition=assessment.edition, withdrawn_at__isnull=True
        ).first(),
        level=card.level,
        total=card.total,
        taken_by=by,
    )


def verified_cards(
    rubric: Rubric, answers: Answers, run: VerificationRun | None, decisions: tuple[Decision, ...]
) -> dict[str, object]:
    """The other three lenses as they are now; empty when nothing was counted or decided."""
    if run is None and not decisions:
        return {}
    lenses = lensed_of(rubric, answers, run, decisions).lenses
    return {
        "digest": run.digest if run else "",
        "coverage": str(lenses.coverage),
        **{lens: card_to_json(card) for lens, card in lenses.cards.items() if lens != "claimed"},
    }


def basis_rows(assessment: Assessment, rubric: Rubric) -> list[dict[str, object]]:
    """The statistical basis in the rubric's order, with where every figure comes from."""
    figures = {row.key: row for row in assessment.base_figures.select_related("proof")}
    return [
        {
            "key": base.key,
            "value": figure.value,
            "sql": figure.sql_text,
            "database": figure.database_name,
            "run_at": figure.run_at.isoformat() if figure.run_at else "",
            "owner": figure.owner,
            "proof": {"name": figure.proof.original_name, "sha256": figure.proof.sha256}
            if figure.proof and figure.proof.removed_at is None
            else {},
        }
        for base in rubric.statistical_bases
        if (figure := figures.get(base.key)) is not None
    ]

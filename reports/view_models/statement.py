"""The statement of truthfulness as a paper to be signed and sealed, of what the director approved."""

from __future__ import annotations

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from assessments.models import Assessment, Signature
from assessments.queries.results import live_result
from assessments.queries.signing.page import role_name
from assessments.queries.signing.rounds import Paper
from assessments.queries.signing.statement import promise_of
from engine.rubric.values import Rubric
from engine.scoring.formats import answers_from_json
from reports.view_models.official import BLANK, DraftTable, OfficialDraft, Section


def statement_of(assessment: Assessment, rubric: Rubric, paper: Paper) -> OfficialDraft:
    """Level and total are those of the document that was approved. No query."""
    snapshot = paper.round.snapshot
    if snapshot is not None:
        level, total = snapshot.level, snapshot.total
    else:
        card = live_result(rubric, answers_from_json(rubric, dict(paper.document))).card
        level, total = card.level, card.total
    promise = promise_of(assessment, rubric, level=level, total=total, digest=paper.digest)
    rows = tuple(
        (
            str(Signature.Step(str(one["step"])).label),
            str(one["department"]) or "—",
            str(one["name"]),
            role_name(str(one["role"])),
            _moment(str(one["at"])),
        )
        for one in paper.signatures
    )
    hospital = assessment.hospital.label
    return OfficialDraft(
        kind="statement",
        title=promise.title,
        to="",
        sections=(
            Section("", (promise.opening, *promise.paragraphs)),
            Section(
                "",
                (),
                DraftTable(
                    _("签署表"),
                    (_("环节"), _("科室"), _("姓名"), _("角色"), _("签署时间")),
                    rows,
                    (0.22, 0.22, 0.16, 0.18, 0.22),
                ),
            ),
            Section(
                "",
                (
                    _("分管院领导（签字）：%(blank)s") % {"blank": BLANK * 2},
                    _("法定代表人（签字）：%(blank)s") % {"blank": BLANK * 2},
                    _("（单位公章）"),
                ),
            ),
        ),
        signed=hospital,
        day=None,
        name=_("真实性承诺书-%(hospital)s-%(digest)s") % {"hospital": hospital, "digest": paper.digest[:8]},
        final=True,
    )


def _moment(text: str) -> str:
    at = parse_datetime(text)
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""

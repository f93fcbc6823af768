"""What every result says about itself: whose, under which edition, from what, and that it is not official."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from reports.standing import Standing
from reports.view_models.words import disclaimer, lang


@dataclass(frozen=True, slots=True)
class Identity:
    """``source`` is live, snapshot or file; ``source_words`` says it in a sentence."""

    hospital: str
    title: str
    edition: str
    edition_key: str
    document_number: str
    official: bool
    status_note: str
    window: tuple[date, date] | None
    source: str
    source_words: str
    snapshot_number: int | None
    engine_version: str
    edition_hash: str
    unconfirmed_flags: int
    disclaimer: str

    @property
    def live(self) -> bool:
        return self.source == "live"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where links of a page lead. ``why`` and ``clauses`` are continued with a code and a slash."""

    items: Mapping[str, str]
    why: str
    clauses: str


def identity_of(standing: Standing) -> Identity:
    rubric, frozen = standing.rubric, standing.frozen
    return Identity(
        hospital=standing.hospital,
        title=standing.title,
        edition=lang(rubric.title),
        edition_key=rubric.id,
        document_number=rubric.document_number or "",
        official=rubric.official,
        status_note=lang(rubric.status_note),
        window=standing.window,
        source=standing.source,
        source_words=source_words(standing),
        snapshot_number=frozen.number if frozen else None,
        engine_version=standing.card.engine_version,
        edition_hash=(frozen.edition_hash if frozen else rubric.content_hash)[:12],
        unconfirmed_flags=standing.unconfirmed_flags,
        disclaimer=disclaimer(),
    )


def source_words(standing: Standing) -> str:
    if standing.frozen is not None:
        return gettext("第%(number)s次提交，%(date)s由%(person)s提交后冻结，不再变化。") % {
            "number": standing.frozen.number,
            "date": date_format(timezone.localtime(standing.frozen.at), "Y-m-d H:i"),
            "person": standing.frozen.by,
        }
    if standing.live:
        return gettext("按当前填写内容实时计算，尚未提交，会随填写变化。")
    return gettext("按文件中的答案计算。")

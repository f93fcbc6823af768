"""The index of a compendium: which file holds what, and the list of what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.queries.missing_material import Missing
from reports.covers.reading import OwnCover
from reports.documents.compendium.paper import compendium_style
from reports.documents.compendium.word import cover_facts, notes
from reports.documents.gap import Document
from reports.documents.word import WordColumn, WordPaper
from reports.view_models.compendium.missing import place_words
from reports.view_models.compendium.values import Compendium
from reports.view_models.compendium.words import kind_words
from reports.view_models.identity import Identity

Row = tuple[str, ...]


@dataclass(frozen=True)
class IndexPaper:
    """Context ``page`` of reports/document/compendium_index.html."""

    view: Compendium
    identity: Identity
    language: str
    made_at: datetime
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    missing: tuple[Row, ...]
    cover: OwnCover | None


def missing_rows(missing: Sequence[Missing]) -> tuple[Row, ...]:
    """Place, what is missing, whose it is, until when."""
    words = kind_words()
    return tuple(
        (
            place_words(one),
            _("、").join(words[kind] for kind in one.kinds),
            one.keeper.words or "—",
            one.keeper.due_on.isoformat() if one.keeper.due_on else "—",
        )
        for one in missing
    )


def set_index(
    view: Compendium, identity: Identity, missing: Sequence[Missing], cover: OwnCover | None
) -> Document:
    page = IndexPaper(
        view=view,
        identity=identity,
        language="en" if (get_language() or "").startswith("en") else "zh-Hans",
        made_at=timezone.localtime(),
        facts=tuple((label, text) for label, text in cover_facts(view, identity) if text),
        notes=notes(view, identity),
        missing=missing_rows(missing),
        cover=cover,
    )
    return Document(
        html=render_to_string("reports/document/compendium_index.html", {"page": page}),
        css=compendium_style(),
        expected_pages=4 + len(missing) // 25,
    )


def write_index_word(
    view: Compendium, identity: Identity, missing: Sequence[Missing], cover: OwnCover | None
) -> bytes:
    paper = WordPaper(
        title=f"{view.title} {_('目录')}",
        author=cover.issuer if cover and cover.issuer else identity.hospital,
        head=f"{identity.hospital} · {view.title} · {_('目录')}",
    )
    paper.logo(cover)
    paper.text((cover and cover.title) or view.title, "Subtitle")
    paper.text(identity.edition, "Title")
    paper.text(identity.hospital, "Zhiping Lead")
    for label, text in cover_facts(view, identity):
        if text:
            paper.labelled(label, text)
    if identity.live:
        paper.text(_("草稿"), bold=True)
    for text in notes(view, identity):
        paper.text(text, "Zhiping Small")
    paper.heading(_("文件与项目"), new_page=True)
    rows: list[Sequence[str]] = []
    for role in view.roles:
        for number, item in enumerate(role.items):
            rows.append(
                (
                    role.filename if number == 0 else "",
                    f"{item.code} {item.name}",
                    str(item.claimed_count),
                    str(item.picture_count),
                    str(item.lack_count),
                )
            )
    rows.append((_("合计"), "", str(view.claimed_count), str(view.picture_count), str(view.lack_count)))
    paper.table(
        [
            WordColumn(_("文件"), 0.24),
            WordColumn(_("项目"), 0.4),
            WordColumn(_("自评符合或部分符合"), 0.14, True),
            WordColumn(_("截图"), 0.11, True),
            WordColumn(_("缺项"), 0.11, True),
        ],
        rows,
        total=True,
    )
    paper.heading(_("缺材料清单"), new_page=True)
    if missing:
        paper.table(
            [
                WordColumn(_("位置"), 0.3),
                WordColumn(_("缺什么"), 0.32),
                WordColumn(_("责任科室、责任人"), 0.24),
                WordColumn(_("期限"), 0.14),
            ],
            missing_rows(missing),
        )
    else:
        paper.text(_("到目标等级为止，没有缺少的材料。"))
    return paper.content()

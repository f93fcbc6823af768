"""Addresses of rubrics: everybody who is signed in reads; whoever speaks for the installation confirms.

The world has several hospitals, so no quality lead may confirm for all of them.
"""

from __future__ import annotations

from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile

from engine.evidence.yearly_table import rows_of
from rubrics.flags import flags_of
from rubrics.models import Edition
from rubrics.quality_table import write_table
from rubrics.queries import get_catalogue
from tests.factories.official_annex import annex_rows, build
from tests.factories.rubrics import library
from tests.web.permissions.format import EVERYBODY, Ask, Row, expect
from tests.web.permissions.world import World

_EMR = {"edition": "emr-2018"}


def _ticks(world: World) -> dict[str, object]:
    edition = Edition.objects.get(key="emr-2018")
    flags = flags_of(library()["emr-2018"])
    basic = [
        f"{item}.{level}"
        for item, levels in flags.items()
        for level, flag in levels.items()
        if flag == "basic"
    ]
    return {"basic": basic, "checked": "yes", "stamp": f"{edition.content_hash[:16]}-0"}


@cache
def _table() -> bytes:
    return write_table(library()["emr-2018"], rows_of(get_catalogue(), "emr-2018"), 2027)


@cache
def _document() -> bytes:
    return build(annex_rows(library()["emr-2018"]))


ROWS: dict[str, Row] = {
    "rubrics": Row(get=Ask(EVERYBODY(200))),
    "rubric": Row(kwargs=lambda w: _EMR, get=Ask(EVERYBODY(200))),
    "rubric-item": Row(kwargs=lambda w: {**_EMR, "item": "01.01"}, get=Ask(EVERYBODY(200))),
    "rubric-clause": Row(kwargs=lambda w: {**_EMR, "clause": "01.01.4-2"}, get=Ask(EVERYBODY(302))),
    "rubric-search": Row(kwargs=lambda w: _EMR, query="?q=病人", get=Ask(EVERYBODY(200))),
    "figures-import": Row(
        kwargs=lambda w: _EMR,
        get=Ask(EVERYBODY(200)),
        post=(
            Ask(
                expect(others=403, system=200, bureau_manager=200),
                data=lambda w: {"year": "2027", "table": SimpleUploadedFile("dq.xlsx", _table())},
                about="a table to compare",
            ),
            Ask(expect(others=403, system=400, bureau_manager=400), data=lambda w: {}, about="no file"),
        ),
    ),
    "figures-export": Row(
        kwargs=lambda w: {**_EMR, "year": 2018},
        get=(
            Ask(EVERYBODY(200), about="the table that came with the standard"),
            Ask(EVERYBODY(404), kwargs=lambda w: {**_EMR, "year": 1999}, about="no such table"),
        ),
    ),
    "rubric-flags": Row(
        kwargs=lambda w: _EMR,
        get=Ask(EVERYBODY(200)),
        post=(
            Ask(expect(others=403, system=302, bureau_manager=302), data=_ticks, about="right counts"),
            Ask(
                expect(others=403, system=400, bureau_manager=400), data=lambda w: {}, about="nothing ticked"
            ),
            Ask(
                EVERYBODY(403),
                data=_ticks,
                kwargs=lambda w: {"edition": "smart-service-2019"},
                about="nothing to confirm",
            ),
        ),
    ),
    "rubric-flags-withdraw": Row(
        kwargs=lambda w: _EMR,
        post=Ask(expect(others=403, system=302, bureau_manager=302), data=lambda w: {"reason": "示例"}),
    ),
    "rubric-flags-import": Row(
        kwargs=lambda w: _EMR,
        get=Ask(EVERYBODY(200)),
        post=(
            Ask(
                expect(others=403, system=200, bureau_manager=200),
                data=lambda w: {"document": SimpleUploadedFile("annex.docx", _document())},
                about="the annex",
            ),
            Ask(expect(others=403, system=400, bureau_manager=400), data=lambda w: {}, about="no file"),
        ),
    ),
}

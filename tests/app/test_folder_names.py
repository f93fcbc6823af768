"""What the name of a screenshot and its folders say: clause, order, caption, or why nothing."""

from __future__ import annotations

from typing import Any

import pytest

from assessments.folders.naming import place_of, typed_place
from engine.rubric.load import load_joined


@pytest.fixture(scope="module")
def emr() -> Any:
    return load_joined("rubrics/library/emr-2018.yaml")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("01.01.4-1.png", ("01.01.4-1", None, "")),
        ("01.01.4-1(2).jpg", ("01.01.4-1", 2, "")),
        ("01.01.4-1 (2).png", ("01.01.4-1", 2, "")),
        ("01.01.4-1_医嘱界面.png", ("01.01.4-1", None, "医嘱界面")),
        ("01.01.4-1-2 说明.png", ("01.01.4-1", 2, "说明")),
        ("01.01.4-1_2026年.png", ("01.01.4-1", None, "2026年")),
        ("０１．０１．４－１．png", ("01.01.4-1", None, "")),
        ("1.1.4-1.png", ("01.01.4-1", None, "")),
        ("01.01.4（1）（2）.png", ("01.01.4-1", 2, "")),
        ("01.01.4①.png", ("01.01.4-1", None, "")),
        ("01-01-4-1.png", ("01.01.4-1", None, "")),
        ("01.01.2_单条.png", ("01.01.2-1", None, "单条")),
        ("01.01.4.png", ("01.01", None, "")),
        ("01.01/4级/1.png", ("01.01", 1, "")),
        ("01.01 病房医嘱处理/4-1(2)截图.png", ("01.01.4-1", 2, "截图")),
        ("a/01.01/4/医嘱.png", ("01.01", None, "医嘱")),
        ("2025/01.01.4-1/界面.png", ("01.01.4-1", None, "界面")),
        ("病房医嘱处理 4级第1条.png", ("01.01.4-1", None, "")),
        ("病房医嘱处理-1.png", ("01.01", 1, "")),
        ("Inpatient order processing/level 4/x.png", ("01.01", None, "x")),
    ],
)
def test_a_name_says_clause_order_and_caption(emr: Any, path: str, expected: tuple[str, int, str]) -> None:
    place = place_of(path, emr)
    assert (place.clause_code or place.item, place.position, place.caption) == expected


@pytest.mark.parametrize(
    "path",
    [
        "微信图片_20261012.png",
        "2026-10-12 截图.png",
        "01.01.4-9.png",
        "02.01/01.01.4-1.png",
        "99.01.4-1.png",
        "V1.2.png",
    ],
)
def test_a_name_that_says_nothing_or_two_things_goes_nowhere_and_says_why(emr: Any, path: str) -> None:
    place = place_of(path, emr)
    assert place.item == ""
    assert place.reason is not None
    assert place.reason.zh
    assert place.reason.en


def test_what_a_person_types_is_read_like_a_name(emr: Any) -> None:
    assert typed_place(" 1.1.4（1） ", emr).clause_code == "01.01.4-1"
    assert typed_place("病房医嘱处理", emr).item == "01.01"
    assert typed_place("没有这一条", emr).reason is not None

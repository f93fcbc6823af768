"""Attestations: what is signed stays as it was, field by field."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evidence.attestation import (
    AttestationRefused,
    canonical,
    check,
    fingerprint,
    new_key,
    read_attestation,
    read_private_key,
    read_public_key,
    sign,
)

PRIVATE, PUBLIC = new_key()
KEYS = {fingerprint(read_public_key(PUBLIC)): read_public_key(PUBLIC)}
CHECKER = Path(__file__).parents[3] / "scripts" / "check_attestation.py"
BODY: dict[str, Any] = {
    "hospital": {"name": "示例市人民医院", "code": "H00000000001"},
    "rubric": "emr-2018",
    "window": {"from": "2026-07-01", "to": "2026-09-30"},
    "files": [{"name": "order@HIS.csv", "sha256": "ab" * 32, "rows": 12}],
    "findings": {
        "findings": [
            {"rule": "01.01.3-consistency-1", "numerator": 9412, "denominator": 10000, "coefficient": "0.94"},
            {"rule": "01.01.4-completeness-1", "numerator": 1, "denominator": 8, "coefficient": "0.13"},
        ]
    },
}


def signed() -> dict[str, Any]:
    return sign(BODY, read_private_key(PRIVATE))


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every leaf of a document."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from paths(part, (*at, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from paths(part, (*at, number))
    else:
        yield at


def changed(document: dict[str, Any], at: tuple[Any, ...]) -> dict[str, Any]:
    """A copy in which this one leaf is another."""
    altered = copy.deepcopy(document)
    place = altered
    for step in at[:-1]:
        place = place[step]
    before = place[at[-1]]
    place[at[-1]] = (
        before + 1 if isinstance(before, int) else before[:-1] + ("0" if before[-1] != "0" else "1")
    )
    return altered


def test_an_untouched_attestation_is_valid_after_a_round_trip_through_text() -> None:
    document = read_attestation(json.dumps(signed(), ensure_ascii=False, indent=2))
    assert check(document, KEYS).outcome == "valid"


def test_changing_any_single_field_is_noticed() -> None:
    document = signed()
    leaves = [at for at in paths(document) if at != ("format",)]
    assert len(leaves) > 15
    for at in leaves:
        assert check(changed(document, at), KEYS).outcome in ("altered", "unknown_key"), at


def test_adding_removing_or_moving_a_part_is_noticed() -> None:
    document = signed()
    added = copy.deepcopy(document)
    added["body"]["extra"] = "1"
    removed = copy.deepcopy(document)
    del removed["body"]["findings"]["findings"][1]
    swapped = copy.deepcopy(document)
    swapped["body"]["findings"]["findings"].reverse()
    for altered in (added, removed, swapped):
        assert check(altered, KEYS).outcome == "altered"


def test_a_digest_made_to_fit_does_not_help() -> None:
    altered = changed(signed(), ("body", "files", 0, "rows"))
    altered["digest"] = sign(altered["body"], read_private_key(new_key()[0]))["digest"]
    assert check(altered, KEYS).outcome == "altered"


def test_another_key_is_unknown_and_named() -> None:
    other, _public = new_key()
    found = check(sign(BODY, read_private_key(other)), KEYS)
    assert found.outcome == "unknown_key"
    assert "没有登记" in found.sentence.zh


def test_every_bit_of_the_signature_counts() -> None:
    document = signed()
    value = document["signature"]["value"]
    for place in range(len(value) - 2):
        other = "A" if value[place] != "A" else "B"
        document["signature"]["value"] = value[:place] + other + value[place + 1 :]
        assert check(document, KEYS).outcome == "altered"
    document["signature"]["value"] = value[:-3] + chr(ord(value[-3]) + 1) + value[-2:]
    assert check(document, KEYS).outcome == "altered"


def test_fractions_are_refused_with_their_place() -> None:
    with pytest.raises(AttestationRefused, match=r"\$\.findings\[0\]\.share"):
        canonical({"findings": [{"share": 0.5}]})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": "zhiping-attestation/2"}',
        '{"format": "zhiping-attestation/1", "body": {}}',
        '{"format": "zhiping-attestation/1", "body": {}, "digest": 1, "signature": {}}',
        '{"format": "zhiping-attestation/1", "body": {"a": 1, "a": 2}, "digest": "", "signature": {}}',
    ],
)
def test_what_is_no_attestation_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(AttestationRefused) as refused:
        read_attestation(text)
    assert refused.value.sentence.zh.endswith("。")


def test_a_private_key_handed_in_as_public_is_refused_loudly() -> None:
    with pytest.raises(AttestationRefused, match="must not leave"):
        read_public_key(PRIVATE)


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(AttestationRefused):
        read_public_key(b"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n")
    with pytest.raises(AttestationRefused):
        read_private_key(PUBLIC)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=3))
def test_the_canonical_form_survives_writing_and_reading(body: dict[str, Any]) -> None:
    assert canonical(json.loads(json.dumps(body))) == canonical(body)


def run_checker(tmp_path: Path, document: dict[str, Any], public: bytes = PUBLIC) -> tuple[int, str]:
    (tmp_path / "a.json").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    (tmp_path / "k.pem").write_bytes(public)
    done = subprocess.run(
        [sys.executable, "-I", str(CHECKER), str(tmp_path / "a.json"), "--key", str(tmp_path / "k.pem")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_checker_that_stands_alone_agrees(tmp_path: Path) -> None:
    assert len(CHECKER.read_text("utf-8").splitlines()) < 150
    code, said = run_checker(tmp_path, signed())
    assert (code, said.split(":")[0]) == (0, "valid")
    code, said = run_checker(tmp_path, changed(signed(), ("body", "files", 0, "rows")))
    assert (code, said.split(":")[0]) == (1, "altered")
    code, said = run_checker(tmp_path, signed(), new_key()[1])
    assert (code, said.split(":")[0]) == (1, "unknown key")


def test_the_checker_recounts_coefficients(tmp_path: Path) -> None:
    body = copy.deepcopy(BODY)
    body["findings"]["findings"][0]["coefficient"] = "0.95"
    code, said = run_checker(tmp_path, sign(body, read_private_key(PRIVATE)))
    assert (code, said.split(":")[0]) == (1, "arithmetic differs")
    assert "01.01.3-consistency-1" in said


def test_the_checker_answers_bad_input_with_one_line(tmp_path: Path) -> None:
    code, said = run_checker(tmp_path, {"format": "else"})
    assert code == 2
    assert len(said.strip().splitlines()) == 1

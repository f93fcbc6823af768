"""Attestations (核验证明): counts signed where the data are, checked where nobody may see a row.

The document, zhiping-attestation/1, is JSON::

    {"format": "zhiping-attestation/1",
     "body": {"hospital", "rubric", "edition_hash", "window", "mapping_hash", "files", "findings", …},
     "digest": "<SHA-256 of the canonical body>",
     "signature": {"algorithm": "Ed25519", "key": "<fingerprint>", "value": "<base64>"}}

Canonical means UTF-8 JSON with sorted keys, no white space, no fractions (decimals are strings). The
signature covers the canonical form of body and digest together with the format and the algorithm, so
that no field can be changed, added or removed unnoticed. The body holds no failing rows.

A submission package, zhiping-submission/1, is sealed and checked in the same way; its body is the
submission of an assessment (docs/reference/formats.md).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.rubric.values import Text

FORMAT = "zhiping-attestation/1"
SUBMISSION_FORMAT = "zhiping-submission/1"
#: what is signed in this way, in words
_NAMES = {
    FORMAT: Text("核验证明", "attestation"),
    SUBMISSION_FORMAT: Text("上报包", "submission package"),
}
ALGORITHM = "Ed25519"
_KEYS = {"format", "body", "digest", "signature"}
_SIGNATURE_KEYS = {"algorithm", "key", "value"}

Outcome = Literal["valid", "altered", "unknown_key", "arithmetic_differs"]


class AttestationRefused(ValueError):
    """The document or key cannot be used; ``sentence`` says what, where and what to do."""

    def __init__(self, sentence: Text) -> None:
        self.sentence = sentence
        super().__init__(sentence.en)


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking found; ``sentence`` is for a person, ``places`` name what differs (paths, never values)."""

    outcome: Outcome
    sentence: Text
    places: tuple[str, ...] = ()


def canonical(value: object) -> bytes:
    """The bytes that are hashed and signed. Raises AttestationRefused on a fraction or an unknown type."""
    if not _is_plain(value):
        _refuse_fractions(value, "$")  # says where
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


_LEAVES = frozenset({str, int, bool, type(None)})
_KEY = frozenset({str})


def _is_plain(value: object) -> bool:
    """Quickly, for the million values of a large attestation: nothing in it needs a closer look."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind in _LEAVES:
            continue
        if isinstance(one, dict):
            if not set(map(type, one)) <= _KEY:
                return False
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        else:
            return False
    return True


def _refuse_fractions(value: object, path: str) -> None:
    if isinstance(value, Mapping):
        for key, part in value.items():
            if not isinstance(key, str):
                raise AttestationRefused(Text(f"{path}的键不是文字。", f"A key at {path} is not text."))
            _refuse_fractions(part, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            _refuse_fractions(part, f"{path}[{number}]")
    elif not (value is None or isinstance(value, str | bool | int)):
        raise AttestationRefused(
            Text(
                f"{path}处的值不能写入核验证明：小数请写成文字。",
                f"The value at {path} cannot stand in an attestation: write decimals as text.",
            )
        )


def new_key() -> tuple[bytes, bytes]:
    """A fresh key pair: (private, public) as PEM. The private one never leaves the hospital."""
    private = Ed25519PrivateKey.generate()
    return (
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        public_pem(private.public_key()),
    )


def public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def read_public_key(pem: bytes) -> Ed25519PublicKey:
    """A public key in PEM. Raises AttestationRefused for anything else, a private key above all."""
    if b"PRIVATE KEY" in pem:
        raise AttestationRefused(
            Text(
                "这是私钥。私钥不能离开医院，请提供公钥文件（.pub.pem），并更换这把私钥。",
                "This is a private key. It must not leave the hospital: hand in the public key (.pub.pem) "
                "and replace this one.",
            )
        )
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, TypeError) as error:
        raise AttestationRefused(
            Text("这不是PEM格式的公钥文件。", "This is no public key in PEM form.")
        ) from error
    if not isinstance(key, Ed25519PublicKey):
        raise AttestationRefused(Text("只接受Ed25519公钥。", "Only Ed25519 public keys are accepted."))
    return key


def read_private_key(pem: bytes) -> Ed25519PrivateKey:
    """An Ed25519 private key in PEM without a password."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise AttestationRefused(
            Text(
                "这不是可用的PEM私钥文件（不支持口令保护）。",
                "This is no usable private key in PEM form (password protection is not supported).",
            )
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise AttestationRefused(Text("只接受Ed25519私钥。", "Only Ed25519 private keys are accepted."))
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the raw public key, in hexadecimal: how a key is named."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()


def sign(
    body: Mapping[str, Any], private: Ed25519PrivateKey, *, document_format: str = FORMAT
) -> dict[str, Any]:
    """A whole document over ``body``."""
    whole = canonical(body)
    digest = hashlib.sha256(whole).hexdigest()
    value = private.sign(_signed(whole, digest, document_format))
    return {
        "format": document_format,
        "body": dict(body),
        "digest": digest,
        "signature": {
            "algorithm": ALGORITHM,
            "key": fingerprint(private.public_key()),
            "value": base64.b64encode(value).decode("ascii"),
        },
    }


def _signed(body: bytes, digest: str, document_format: str) -> bytes:
    """The canonical form of body, digest, format and algorithm together; ``body`` is canonical already, and its key
    comes second."""
    first = canonical({"algorithm": ALGORITHM})[:-1]
    rest = canonical({"digest": digest, "format": document_format})[1:]
    return first + b',"body":' + body + b"," + rest


def read_attestation(text: str | bytes, *, document_format: str = FORMAT) -> dict[str, Any]:
    """Parse a document and refuse anything but the format; repeated keys are refused too."""
    name = _NAMES[document_format]
    try:
        document = json.loads(text, object_pairs_hook=_no_repetition, parse_float=_no_fraction)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise AttestationRefused(
            Text(f"这不是{name.zh}文件（JSON）。", f"This is no {name.en} file (JSON).")
        ) from error
    if not isinstance(document, dict) or document.get("format") != document_format:
        raise AttestationRefused(
            Text(f"文件格式不是{document_format}。", f"The file is not in the format {document_format}.")
        )
    signature = document.get("signature")
    if (
        set(document) != _KEYS
        or not isinstance(document["body"], dict)
        or not isinstance(signature, dict)
        or set(signature) != _SIGNATURE_KEYS
        or not all(isinstance(value, str) for value in (document["digest"], *signature.values()))
    ):
        raise AttestationRefused(
            Text(
                f"{name.zh}缺少内容，或多出了格式里没有的内容。请重新导出。",
                f"The {name.en} lacks parts or holds more than the format knows. Export it again.",
            )
        )
    return document


def _no_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is repeated")
    return found


def _no_fraction(text: str) -> None:
    raise ValueError(f"a fraction: {text}")


def check(document: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey]) -> Checked:
    """Whether a known key signed exactly this. ``keys``: by fingerprint.

    Arithmetic is not looked at here; :func:`engine.evidence.recounting.differences` does that.
    """
    signature = document["signature"]
    key = keys.get(signature["key"])
    if signature["algorithm"] != ALGORITHM:
        return _altered(("signature.algorithm",))
    if key is None:
        return Checked(
            "unknown_key",
            Text(
                f"签名密钥{signature['key'][:16]}没有登记，无法确认是谁签的。请医院到卫健委登记公钥。",
                f"The signing key {signature['key'][:16]} is not registered, so nobody knows who signed. "
                "The hospital registers its public key at the bureau.",
            ),
        )
    body = canonical(document["body"])
    digest = hashlib.sha256(body).hexdigest()
    try:
        value = base64.b64decode(signature["value"], validate=True)
        if base64.b64encode(value).decode("ascii") != signature["value"]:
            return _altered(("signature.value",))
        key.verify(value, _signed(body, digest, document["format"]))
    except (InvalidSignature, binascii.Error):
        return _altered(("body",) if digest != document["digest"] else ("signature.value",))
    if digest != document["digest"]:
        return _altered(("digest",))
    return Checked(
        "valid", Text("签名有效，内容未被改动。", "The signature is valid and nothing was changed.")
    )


def _altered(places: tuple[str, ...]) -> Checked:
    return Checked(
        "altered",
        Text(
            f"内容与签名不符（{'、'.join(places)}），文件在签名后被改动过。请医院重新导出。",
            f"Content and signature disagree ({', '.join(places)}): the file was changed after signing. "
            "The hospital exports it again.",
        ),
        places,
    )

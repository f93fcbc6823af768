#!/usr/bin/env python3
"""Checks a zhiping-attestation/1 file. Needs only Python 3.9+ and the package "cryptography".

    python check_attestation.py FILE --key PUBLIC.pem

Prints one line: valid | altered | unknown key | arithmetic differs, with what and where.
Exit status: 0 valid, 1 not valid, 2 the input cannot be read.

What is checked: the signature (Ed25519) over the canonical form of format, algorithm, digest and
body; the digest; every coefficient against its numerator and denominator (rounded half up to as
many places as it has).
"""

import argparse
import base64
import hashlib
import json
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

FORMAT = "zhiping-attestation/1"


class Unusable(Exception):
    """The input cannot be checked at all."""


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def no_fraction(text):
    raise ValueError("a fraction: " + text)


def no_repetition(pairs):
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is repeated")
    return found


def read(path):
    try:
        document = json.loads(
            Path(path).read_bytes().decode("utf-8"), object_pairs_hook=no_repetition, parse_float=no_fraction
        )
    except (OSError, ValueError) as error:
        raise Unusable(f"{path} is no attestation: {error}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Unusable(f"{path} is not in the format {FORMAT}")
    if set(document) != {"format", "body", "digest", "signature"} or set(document["signature"]) != {
        "algorithm",
        "key",
        "value",
    }:
        raise Unusable(f"{path} lacks parts or holds more than the format knows")
    return document


def read_key(path):
    try:
        key = serialization.load_pem_public_key(Path(path).read_bytes())
        raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    except (OSError, ValueError, AttributeError) as error:
        raise Unusable(f"{path} is no Ed25519 public key in PEM form") from error
    return key, hashlib.sha256(raw).hexdigest()


def signature_outcome(document, key, name):
    signature, body = document["signature"], document["body"]
    if signature["key"] != name:
        return "unknown key: signed with " + signature["key"][:16]
    digest = hashlib.sha256(canonical(body)).hexdigest()
    signed = canonical(
        {"format": FORMAT, "algorithm": signature["algorithm"], "digest": digest, "body": body}
    )
    try:
        value = base64.b64decode(signature["value"], validate=True)
        if base64.b64encode(value).decode("ascii") != signature["value"]:
            return "altered: signature.value"
        key.verify(value, signed)
    except (InvalidSignature, ValueError):
        return "altered: the body or the signature was changed after signing"
    if digest != document["digest"] or signature["algorithm"] != "Ed25519":
        return "altered: digest or algorithm"
    return ""


def agrees(coefficient, numerator, denominator):
    told = Decimal(coefficient)
    return told == (Decimal(numerator) / Decimal(denominator)).quantize(told, ROUND_HALF_UP)


def differences(body):
    """Places where the file's own figures contradict each other."""
    found = []
    for finding in body.get("findings", {}).get("findings", []):
        rule, numerator, denominator = (finding.get(key) for key in ("rule", "numerator", "denominator"))
        coefficient = finding.get("coefficient")
        if not isinstance(numerator, int) or not isinstance(denominator, int) or numerator > denominator:
            found.append(f"{rule}: numerator and denominator")
        elif coefficient is None or not denominator or finding.get("value"):
            continue
        elif not agrees(coefficient, numerator, denominator):
            found.append(f"{rule}: coefficient")
    return found


def main():
    parser = argparse.ArgumentParser(description="Checks a " + FORMAT + " file.")
    parser.add_argument("file")
    parser.add_argument("--key", required=True, help="the hospital's public key (PEM)")
    arguments = parser.parse_args()
    try:
        document = read(arguments.file)
        key, name = read_key(arguments.key)
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    outcome = signature_outcome(document, key, name)
    if not outcome:
        places = differences(document["body"])
        outcome = "arithmetic differs: " + "; ".join(places) if places else ""
    print(outcome or "valid: signed by " + name[:16])
    return 1 if outcome else 0


if __name__ == "__main__":
    sys.exit(main())

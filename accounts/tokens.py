"""How a key for programs looks, and what is kept of it.

A key holds 256 random bits, so a plain SHA-256 of it cannot be turned back; no slow hashing is needed, and
one indexed look-up by digest tells nothing through its duration.
"""

from __future__ import annotations

import hashlib
import re
import secrets

PREFIX = "zhp_"  # so that a key found in a file or a log is known for what it is
_SHAPE = re.compile(r"zhp_[A-Za-z0-9_-]{43}", re.ASCII)


def new_key() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def is_key(text: str) -> bool:
    return bool(_SHAPE.fullmatch(text))


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def hint_of(key: str) -> str:
    """The beginning, enough for a person to tell keys apart and too little to guess the rest."""
    return key[: len(PREFIX) + 6]

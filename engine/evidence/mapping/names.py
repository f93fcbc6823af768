"""Column names taken apart: width, case, separators, words in both languages, concepts."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from engine.evidence.mapping.words import CHINESE, ENGLISH, LONGEST

_HAN = re.compile(r"[㐀-鿿]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PARTS = re.compile(r"[㐀-鿿]+|[a-z]+")
_BRACKETED = re.compile(r"[（(【\[]([^（()）】\]]*)[）)】\]]")
#: Particles and habits that carry no meaning of their own.
_NOISE = frozenset(
    {"of", "the", "a", "an", "by", "to", "for", "and", "or", "t", "f", "v", "c", "n", "s", "d"}
)
#: Written differently, meant the same; compared before words are looked for.
_SAME = (
    ("患者", "病人"),
    ("医生", "医师"),
    ("代码", "编码"),
    ("样本", "标本"),
    ("日期", "时间"),
    ("号码", "号"),
    ("编号", "号"),
    ("标识号", "号"),
    ("标识", "号"),
    ("流水号", "号"),
    ("单号", "号"),
    ("id", "号"),
    ("化验", "检验"),
    ("的", ""),
)


def plain(name: str) -> str:
    """Full width to half width, no outer white space, no quotes, the part after the last dot."""
    text = unicodedata.normalize("NFKC", name).strip().strip("\"'`[]﻿").strip()
    head, dot, tail = text.rpartition(".")
    return tail if dot and tail and head.replace("_", "").isalnum() else text


@lru_cache(maxsize=20_000)
def folded(name: str) -> str:
    """Lower case without separators: names that only differ in case, width or underscores are equal."""
    return re.sub(r"[\W_]+", "", plain(name).lower())


@lru_cache(maxsize=20_000)
def unified(name: str) -> str:
    """:func:`folded` with the common synonyms and suffixes written one way."""
    text = folded(name)
    if _HAN.search(text):
        for word, same in _SAME:
            text = text.replace(word, same)
    return text


def variants(label: str) -> tuple[str, ...]:
    """Readings of a label with brackets: without them, and with them in place of what they explain.

    ``病人到检（报到）时间`` is 病人到检时间 and 报到时间.
    """
    found = [_BRACKETED.sub("", label)]
    for match in _BRACKETED.finditer(label):
        inside, tail = match[1], label[match.end() :]
        for word in re.split(r"[、，,]", inside):
            if tail:
                found += [_BRACKETED.sub("", word + tail), _BRACKETED.sub("", label[: match.start()]) + word]
            elif len(word) >= 2:
                found.append(word)
    return tuple(dict.fromkeys(text.strip() for text in found if text.strip()))


@lru_cache(maxsize=20_000)
def concepts(name: str) -> frozenset[str]:
    """What the words of a name stand for; a word nobody knows stands for itself, marked by ``?``."""
    found: set[str] = set()
    for part in _PARTS.findall(_CAMEL.sub(" ", _BRACKETED.sub(" ", plain(name))).lower()):
        if _HAN.match(part):
            found.update(_chinese(part))
        else:
            found.update(_english(part))
    return frozenset(found)


def _chinese(text: str) -> set[str]:
    """Words from the left, always the longest known one."""
    found: set[str] = set()
    at = 0
    while at < len(text):
        for length in range(min(LONGEST, len(text) - at), 0, -1):
            if (known := CHINESE.get(text[at : at + length])) is not None:
                found.update(known)
                at += length
                break
        else:
            if text[at] not in "的之及与和":
                found.add(f"?{text[at]}")
            at += 1
    return found


def _english(word: str) -> set[str]:
    if word in _NOISE:
        return set()
    if word in ENGLISH:
        return set(ENGLISH[word])
    parts = _split(word)
    if parts is None:
        return {f"?{word}"}
    return {concept for part in parts for concept in ENGLISH[part]}


def _split(word: str) -> list[str] | None:
    """``reporttime`` as report, time: the fewest known words that fill it, none shorter than two letters."""
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end - 1):
            before = best[start]
            if before is None or word[start:end] not in ENGLISH:
                continue
            found = best[end]
            if found is None or len(before) + 1 < len(found):
                best[end] = [*before, word[start:end]]
    return best[len(word)]

"""Exact detectors on one value. Values come in, kinds go out; nothing is kept, logged or quoted.

Patterns and false-positive controls: number shapes are bounded by anything but letters, digits and
dots, so that nothing is found inside hashes (hex, base64, UUID) or DICOM identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from assessments.probes.screening.columns import Hint, hint_of
from assessments.probes.screening.surnames import DOUBLE, LAST, NEVER, SINGLE

PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
    ]
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# A hash is one long word: hexadecimal, UUID, or base64 with capitals, small letters and digits together.
_TOKEN = re.compile(
    r"(?:[0-9a-f]{24,}|[0-9A-F]{24,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|(?=[^\s]*[a-z])(?=[^\s]*[A-Z])(?=[^\s]*\d)[A-Za-z0-9+/_-]{20,}={0,2})"
)
_ODD = {
    0x3000: " ",
    **{0xFF01 + n: chr(0x21 + n) for n in range(94)},
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xAD)),
}
_SCIENTIFIC = re.compile(r"'?\s*(\d\.\d+)[Ee]\+?(\d{1,2})")

_LEFT, _RIGHT = r"(?<![0-9A-Za-z])(?<![0-9]\.)", r"(?![0-9A-Za-z])(?!\.[0-9])"
RESIDENT = r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]"
RESIDENT_15 = r"[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"
MOBILE = r"(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}"
LANDLINE = r"(?:010|02[0-57-9]|0[3-9]\d{2})[- ]?[2-8]\d{6,7}"
CARD = r"(?:62|4|5[1-5]|9)\d{14,17}"
EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}"
IP = r"\d{1,3}(?:\.\d{1,3}){3}"
PLATE = r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·-]?[A-HJ-NP-Z0-9]{5,6}"
ADDRESS = (
    r"(?:省|市|区|县|州|旗|盟)[^,，。;；\n]{0,20}?(?:镇|乡|村|街道|路|街|大道|巷|弄|胡同|里|小区|花园|苑|庄|屯|社区)[^,，。;；\n]{0,16}?"
    r"[0-9A-Za-z一二三四五六七八九十百]+\s*(?:号|室|栋|幢|组|单元|楼|弄|队|户)"
    r"|(?:路|街|大道|巷|胡同|小区|花园|苑|村)[0-9一二三四五六七八九十百]+(?:号|弄|组)[^,，。;；\n]{0,8}?[0-9]+(?:号|室|栋|幢|单元|户)"
)
_SHAPES: dict[str, re.Pattern[str]] = {
    "resident_id": re.compile(_LEFT + RESIDENT + _RIGHT, re.ASCII),
    "resident_id_15": re.compile(_LEFT + RESIDENT_15 + _RIGHT, re.ASCII),
    "mobile": re.compile(_LEFT + MOBILE + _RIGHT, re.ASCII),
    "landline": re.compile(_LEFT + LANDLINE + _RIGHT, re.ASCII),
    "bank_card": re.compile(_LEFT + CARD + _RIGHT, re.ASCII),
    "email": re.compile(EMAIL, re.ASCII),
    "ip": re.compile(r"(?<![0-9.])" + IP + r"(?![0-9.])", re.ASCII),
    "plate": re.compile(r"(?<![A-Za-z0-9])" + PLATE + r"(?![A-Za-z0-9])"),
    "address": re.compile(ADDRESS),
}
_PASSPORT = re.compile(_LEFT + r"(?:[EGDSP]\d{8}|[EG][A-Z]\d{7}|[HM]\d{8,10}|\d{8})" + _RIGHT, re.ASCII)

HAN = "\u3400-\u9fff"
NAME = f"(?:(?:{'|'.join(DOUBLE)})[{HAN}]?|[{SINGLE}][{HAN}]?)[{LAST}]"
MINORITY = f"[{HAN}]{{2,10}}[·•・][{HAN}]{{2,10}}"
_NAME = re.compile(f"(?:{NAME})|(?:{MINORITY})")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z'-]*\d{0,3}(?:[ ,]+[A-Z][A-Za-z.'-]*\d{0,3}){1,3}")


def normalised(value: str) -> str:
    """Full-width forms narrowed, zero-width characters and a leading apostrophe removed, 1.38E+10 written out."""
    text = value.translate(_ODD).strip()
    text = text.removeprefix("'")
    found = _SCIENTIFIC.fullmatch(text)
    if found is not None and int(found.group(2)) >= len(found.group(1)) - 2:
        try:
            whole = format(Decimal(text).quantize(Decimal(1)), "f")
        except InvalidOperation:
            return text
        return whole if len(whole) <= 20 else text
    return text


def is_token(value: str) -> bool:
    return _TOKEN.fullmatch(value.strip()) is not None


def resident_id_holds(number: str) -> bool:
    """GB 11643: province prefix and check character."""
    number = number.upper()
    if number[:2] not in PROVINCES:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17]


def luhn_holds(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        worth = int(digit) * (1 + place % 2)
        total += worth - 9 if worth > 9 else worth
    return total % 10 == 0


def looks_like_name(value: str) -> bool:
    """Two to four Han characters (spaces between them removed) that begin like a surname and end like a given name."""
    text = value.translate(_ODD).strip()
    if " " in text:
        text = text.replace(" ", "")
    return _NAME.fullmatch(text) is not None and text not in NEVER


def looks_like_latin_name(value: str) -> bool:
    return _LATIN_NAME.fullmatch(value.strip()) is not None and not is_token(value)


def shapes_in(value: str, hint: Hint) -> list[tuple[str, bool]]:
    """Kinds whose shape the value has, each with whether it stands the exact check as well."""
    text = normalised(value)
    if is_token(text):
        return []
    text = _without_tokens(text)
    found: dict[str, bool] = {}
    scientific = _SCIENTIFIC.fullmatch(value.translate(_ODD).strip())
    if scientific is not None and scientific.group(2) in ("17", "14"):
        # An identity number that a spreadsheet rounded: region and year of birth are left of it.
        digits = scientific.group(1).replace(".", "")
        if len(digits) >= 6 and digits[:2] in PROVINCES and digits[2:4] != "00":
            found["resident_id" if scientific.group(2) == "17" else "resident_id_15"] = True
    for kind, shape in _SHAPES.items():
        for match in shape.finditer(text):
            found[kind] = found.get(kind, False) or _holds(kind, match.group(), text, hint)
            if found[kind]:
                break
    if hint.document and _PASSPORT.search(text):
        found["passport"] = True
    if found.get("resident_id"):
        found.pop("bank_card", None)
    return list(found.items())


def places_of_shapes(text: str) -> list[tuple[str, int, int]]:
    """Kind, start and end of every number, address or the like in ``text``, for pictures that were read by a machine.

    An identity number counts by its shape alone: one digit read wrongly must not hide it.
    """
    anything = hint_of("")
    return [
        (kind, *match.span())
        for kind, shape in _SHAPES.items()
        for match in shape.finditer(text)
        if kind == "resident_id" or _holds(kind, match.group(), text, anything)
    ]


def _without_tokens(text: str) -> str:
    if len(text) < 24 or (" " not in text and text.isascii() is False):
        return text
    return " ".join(word for word in text.split(" ") if not is_token(word))


def _holds(kind: str, matched: str, text: str, hint: Hint) -> bool:
    if kind == "resident_id":
        return resident_id_holds(matched)
    if kind == "resident_id_15":
        return matched[:2] in PROVINCES
    if kind == "bank_card":
        return luhn_holds(matched)
    if kind == "ip":
        octets = [int(octet) for octet in matched.split(".")]
        if max(octets) > 255 or octets[0] == 0:
            return False
        return hint.network or (text == matched and (octets[0] in (10, 172, 192) or max(octets) > 99))
    return True


def words_of_name(name: str) -> Iterable[str]:
    """The Han words of a file or sheet name, extension left out."""
    return re.findall(f"[{HAN}·]+", re.sub(r"\.[A-Za-z0-9]{1,8}$", "", name))

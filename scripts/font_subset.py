"""Cuts Noto Sans CJK (Simplified Chinese face) down to what the product prints."""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).resolve().parents[1]
FACE = "Noto Sans CJK SC"
APPS = ("accounts", "assessments", "audit", "config", "engine", "hospitals", "reports", "rubrics")


def encodable(codec: str) -> set[int]:
    """Characters of a Chinese code page, found by trying every code point of the basic plane."""
    found = set()
    for code in range(0x20, 0x10000):
        if 0xD800 <= code <= 0xDFFF or 0xE000 <= code <= 0xF8FF:
            continue
        try:
            chr(code).encode(codec)
        except UnicodeEncodeError:
            continue
        found.add(code)
    return found


def written_by_the_product() -> set[int]:
    """Every character in the rubric library, the templates, the code and the catalogues."""
    patterns = (
        "rubrics/library/*.yaml",
        "templates/**/*",
        "locale/**/*.po",
        *(f"{app}/**/*.py" for app in APPS),
    )
    files = {file for pattern in patterns for file in HERE.glob(pattern)}
    text = "".join(file.read_text(encoding="utf-8", errors="ignore") for file in files if file.is_file())
    return {ord(character) for character in text if ord(character) >= 0x20}


def face_of(collection: Path) -> TTFont:
    for font in TTCollection(str(collection)).fonts:
        if font["name"].getDebugName(1).startswith(FACE) or font["name"].getDebugName(16) == FACE:
            return font
    sys.exit(f"{collection} has no face {FACE}.")


def cut(font: TTFont, characters: set[int], family: str, style: str, file: Path) -> None:
    options = subset.Options()
    options.layout_features = ["kern", "locl", "tnum", "palt", "liga", "ccmp"]
    options.name_IDs = ["*"]
    options.hinting = False
    options.desubroutinize = False
    options.notdef_outline = True
    options.drop_tables += ["vhea", "vmtx", "VORG", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    names = font["name"]
    full, plain = f"{family} {style}", f"{family}-{style}".replace(" ", "")
    for identifier, value in {
        1: family,
        2: style,
        3: plain,
        4: full,
        6: plain,
        16: family,
        17: style,
    }.items():
        names.removeNames(nameID=identifier)
        names.setName(value, identifier, 3, 1, 0x409)
    if "CFF " in font:
        top = font["CFF "].cff
        top.fontNames = [plain]
        top.topDictIndex[0].FamilyName, top.topDictIndex[0].FullName = family, full
    file.parent.mkdir(parents=True, exist_ok=True)
    font.save(file)
    print(f"{file.name}: {len(font.getBestCmap())} characters, {file.stat().st_size / 1e6:.1f} MB")


def main(source: Path, target: Path) -> None:
    latin = (
        set(range(0x20, 0x7F))
        | set(range(0xA0, 0x180))
        | set(range(0x2000, 0x2070))
        | set(range(0x2190, 0x2300))  # arrows and signs of arithmetic
    )
    signs = set(range(0x2460, 0x2600)) | set(range(0x25A0, 0x2600)) | {0x2713, 0x2717, 0x3000, 0x2022}
    main_set = encodable("gb2312") | latin | signs | written_by_the_product()
    rest = encodable("gbk") - main_set
    cut(
        face_of(source / "NotoSansCJK-Regular.ttc"),
        main_set,
        "Noto Sans SC",
        "Regular",
        target / "NotoSansSC-Regular.otf",
    )
    cut(
        face_of(source / "NotoSansCJK-Bold.ttc"),
        main_set,
        "Noto Sans SC",
        "Bold",
        target / "NotoSansSC-Bold.otf",
    )
    cut(
        face_of(source / "NotoSansCJK-Regular.ttc"),
        rest,
        "Noto Sans SC More",
        "Regular",
        target / "NotoSansSCMore-Regular.otf",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

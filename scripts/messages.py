"""The English catalogue: source strings are Chinese, locale/en holds their translation.

    python scripts/messages.py collect   writes locale/en/LC_MESSAGES/django.po from code and templates,
                                         keeping what is translated, and compiles it
    python scripts/messages.py check     says what is missing, unused or not compiled; status 1 if anything is

Uses Babel, so that nobody needs the gettext programs. Files in locale/parts/*.po, if there are any, are read as further
translations while several people work at once.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
PO = HERE / "locale/en/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
APPS = ("accounts", "audit", "hospitals", "rubrics", "assessments", "reports", "config")
CALLS = {
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "_",
    "N_",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
}

Key = str | tuple[str, ...]


def in_python(file: Path) -> Iterator[tuple[Key, str | None]]:
    """(message or (singular, plural), context) of every translation call with literal arguments."""
    import ast

    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in CALLS:
            continue
        words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if not words:
            continue
        if name.startswith("npgettext"):
            yield (words[1], words[2]), words[0]
        elif name.startswith("pgettext"):
            yield words[1], words[0]
        elif name.startswith("ngettext"):
            yield (words[0], words[1]), None
        else:
            yield words[0], None


def in_template(file: Path) -> Iterator[tuple[Key, str | None]]:
    """The same for a template, by way of Django's own reading of its tags."""
    from django.utils.translation.template import templatize

    text = templatize(file.read_text(encoding="utf-8"), origin=str(file))
    string = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\"\"\"(?:.|\n)*?\"\"\")"""
    pattern = re.compile(
        rf"\b(gettext|_|ngettext|pgettext|npgettext)\(\s*{string}(?:\s*,\s*{string})?(?:\s*,\s*{string})?"
    )
    import ast

    for call, *literals in pattern.findall(text):
        words = [ast.literal_eval(literal) for literal in literals if literal]
        if call == "ngettext":
            yield (words[0], words[1]), None
        elif call == "pgettext":
            yield words[1], words[0]
        elif call == "npgettext":
            yield (words[1], words[2]), words[0]
        else:
            yield words[0], None


def collected() -> dict[tuple[Key, str | None], str]:
    """Every source string with the file it was first seen in."""
    found: dict[tuple[Key, str | None], str] = {}
    for app in APPS:
        for file in sorted((HERE / app).rglob("*.py")):
            if "migrations" not in file.parts:
                for entry in in_python(file):
                    found.setdefault(entry, str(file.relative_to(HERE)))
    for file in sorted((HERE / "templates").rglob("*.*")):
        if file.suffix in {".html", ".txt", ".xml"}:
            for entry in in_template(file):
                found.setdefault(entry, str(file.relative_to(HERE)))
    return found


def translations() -> dict[tuple[Key, str | None], str | tuple[str, ...]]:
    known: dict[tuple[Key, str | None], str | tuple[str, ...]] = {}
    for file in [PO, *sorted((HERE / "locale/parts").glob("*.po"))]:
        if not file.exists():
            continue
        with file.open("rb") as stream:
            for message in read_po(stream, locale="en"):
                if message.id and message.string and not message.fuzzy:
                    key = tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id
                    known[key, message.context] = message.string
    return known


def catalogue() -> tuple[Catalog, list[str]]:
    """The catalogue as it should be, and the source strings that have no English yet."""
    known = translations()
    result = Catalog(locale="en", project="zhiping", charset="utf-8", creation_date=None)
    missing = []
    for (key, context), place in sorted(collected().items(), key=lambda e: (str(e[0][0]), str(e[0][1]))):
        words = key if isinstance(key, tuple) else (key,)
        string = known.get((key, context), known.get((words[0], context)))
        if string is None and all(word.isascii() for word in words):
            string = key  # already English, e.g. a product name
        if string is not None and isinstance(key, tuple) and isinstance(string, str):
            string = (string, string)
        if string is not None and not isinstance(key, tuple) and isinstance(string, tuple):
            string = string[0]
        if string is None or (isinstance(string, tuple) and not all(string)):
            missing.append(f"{place}: {words[0]}")
            continue
        flags = ["python-format"] if any(re.search(r"%\(\w+\)[sd]", word) for word in words) else []
        result.add(key, string, context=context, flags=flags)
    return result, missing


def as_po(result: Catalog) -> str:
    buffer = io.BytesIO()
    write_po(buffer, result, width=110, omit_header=True, sort_output=False, no_location=True)
    header = 'msgid ""\nmsgstr ""\n"POT-Creation-Date: 2026-01-01 00:00+0000\\n"\n"PO-Revision-Date: 2026-01-01 00:00+0000\\n"\n"Language: en\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    return header + buffer.getvalue().decode()


def compiled(po_text: str) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, read_po(io.BytesIO(po_text.encode()), locale="en"))
    return buffer.getvalue()


def wrong_placeholders() -> list[str]:
    """Translations whose %(name)s differ from the source's: they would fail when shown."""
    wrong = []
    for (key, _), string in translations().items():
        words = key if isinstance(key, tuple) else (key,)
        strings = string if isinstance(string, tuple) else (string,)
        wanted = set(re.findall(r"%\((\w+)\)[sd]", words[-1])) | set(re.findall(r"\{(\w+)\}", words[-1]))
        for text in strings:
            got = set(re.findall(r"%\((\w+)\)[sd]", text)) | set(re.findall(r"\{(\w+)\}", text))
            if not got <= wanted:
                wrong.append(f"{words[0]} -> {text}")
    return wrong


def problems() -> list[str]:
    result, missing = catalogue()
    found = [f"not translated: {line}" for line in missing]
    found += [f"placeholders differ: {line}" for line in wrong_placeholders()]
    text = as_po(result)
    if not PO.exists() or PO.read_text(encoding="utf-8") != text:
        found.append(
            f"{PO.relative_to(HERE)} is not what code and templates say: run scripts/messages.py collect"
        )
    elif not MO.exists() or MO.read_bytes() != compiled(text):
        found.append(f"{MO.relative_to(HERE)} is stale: run scripts/messages.py collect")
    return found


def main(action: str) -> int:
    if action == "collect":
        result, missing = catalogue()
        PO.parent.mkdir(parents=True, exist_ok=True)
        text = as_po(result)
        PO.write_text(text, encoding="utf-8")
        MO.write_bytes(compiled(text))
        for line in missing:
            print(f"not translated: {line}")
        print(f"{len(result)} messages, {len(missing)} without English")
        return 0
    found = problems()
    print("\n".join(found) or "The catalogue is complete and compiled.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))

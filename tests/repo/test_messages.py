"""Every string has its English, and the compiled catalogue is the one that was translated."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def messages() -> ModuleType:
    specification = importlib.util.spec_from_file_location("messages", ROOT / "scripts/messages.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_every_string_is_translated_and_the_catalogue_is_compiled() -> None:
    assert messages().problems() == []


def test_a_string_without_english_is_noticed(monkeypatch: object) -> None:
    module = messages()
    real = module.collected
    module.collected = lambda: {**real(), ("从未翻译过的一句话", None): "somewhere.html"}
    assert any("从未翻译过的一句话" in problem for problem in module.problems())


ANYWHERE = ("中文", "智评", "01.01.4（1）.png")  # the name of the language, of the product, of a file


def untranslated(text: str) -> list[str]:
    for part in (
        r"{%\s*comment.*?endcomment\s*%}",
        r"{%\s*blocktranslate.*?endblocktranslate\s*%}",
        r"{#.*?#}|{%.*?%}|{{.*?}}",
        "|".join(map(re.escape, ANYWHERE)),
    ):
        text = re.sub(part, "", text, flags=re.DOTALL)
    return re.findall(r"[（），。；：、“”\u4e00-\u9fff]+", text)


def test_templates_hold_no_chinese_sign_outside_what_is_translated() -> None:
    assert untranslated("{% translate '得分' %}（{{ score }}）") == ["（）"]
    left = {
        str(path.relative_to(ROOT)): signs
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if (signs := untranslated(path.read_text(encoding="utf-8")))
    }
    assert left == {}

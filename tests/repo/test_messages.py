"""Every string has its English, and the compiled catalogue is the one that was translated."""

from __future__ import annotations

import importlib.util
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

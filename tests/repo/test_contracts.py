"""Who may import whom, and where each outside library may be used."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("reports", "assessments", "rubrics", "hospitals", "accounts", "audit")

#: outside library -> the modules (or packages, ending in a dot) of the product that import it
HOMES = {
    "weasyprint": ("reports.pdf",),
    "plotly": ("reports.charts.plotly_figure",),
    # scoring by columns; made-up extracts; all hospitals of a region by all items
    "numpy": ("engine.scoring.columns", "assessments.demo.packages.", "reports.comparing."),
    "yaml": ("engine.rubric.", "assessments.probes."),  # the library and mappings; what packages say
    "ibis": ("engine.evidence.", "assessments.probes."),
    "duckdb": ("assessments.probes.",),
    "cryptography": ("engine.evidence.attestation",),
}

#: layer of a file inside an app; a file imports only layers with a higher number, or its own
LAYERS = {
    "urls": 0,
    "views": 1, "api": 1, "tasks": 1, "admin": 1, "management": 1,
    "actions": 2, "queries": 2,
    "jobs": 3,
    "models": 4,
}  # fmt: skip


def product_modules() -> Iterator[tuple[str, ast.Module]]:
    for folder in (*APPS, "engine", "config"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" in file.parts:
                continue
            parts = list(file.relative_to(ROOT).with_suffix("").parts)
            if parts[-1] == "__init__":
                parts.pop()
            yield ".".join(parts), ast.parse(file.read_text(encoding="utf-8"))


def imports_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_import_contracts_hold() -> None:
    outcome = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_with_a_home_is_imported_nowhere_else(library: str) -> None:
    strays = [
        name
        for name, tree in product_modules()
        if not any(name == home or name.startswith(f"{home.rstrip('.')}.") for home in HOMES[library])
        and any(target.split(".")[0] == library for target in imports_of(tree))
    ]
    assert strays == []


def test_inside_an_app_imports_point_from_addresses_to_models() -> None:
    wrong = []
    for name, tree in product_modules():
        app, _, rest = name.partition(".")
        layer = LAYERS.get(rest.split(".")[0]) if app in APPS else None
        if layer is None:
            continue
        for target in imports_of(tree):
            target_app, _, target_rest = target.partition(".")
            target_layer = LAYERS.get(target_rest.split(".")[0])
            if target_app == app and target_layer is not None and target_layer < layer:
                wrong.append(f"{name} imports {target}")
    assert wrong == []


def test_actions_take_the_actor_by_name() -> None:
    """One function, one verb: public functions that write are keyword-only and say who acts."""
    wrong = []
    for name, tree in product_modules():
        if ".actions" not in f".{name}" or name.startswith("engine"):
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith(("_", "check_can_", "can_")):
                named = [argument.arg for argument in node.args.kwonlyargs]
                if any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list) and (
                    node.args.args or "by" not in named
                ):
                    wrong.append(f"{name}.{node.name}")
    assert wrong == []

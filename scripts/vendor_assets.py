"""Fetches the browser libraries with npm and lays them out in static/vendor, with VENDOR.md.

Run it only to change a version: the results are in the repository and nothing at run time needs npm.
Icons: add a name of Tabler Icons to static/vendor/icons.txt and run this again.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "static" / "vendor"

PINNED = {
    "@tabler/core": "1.6.1",
    "@tabler/icons": "3.51.0",
    "htmx.org": "2.0.11",
    "plotly.js-basic-dist-min": "4.1.1",
}
FILLED = 'fill="currentColor"'
OUTLINE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
HEAD = """# Libraries served to the browser

Everything here was taken from npm by `scripts/vendor_assets.py` and is served from this installation;
nothing is loaded from elsewhere. A test compares the files with the hashes below.

| file | package | version | licence | what for | SHA-256 |
|---|---|---|---|---|---|
"""
TAIL = """
Changes against the packages: the `sourceMappingURL` comment is cut off `tabler.min.css`; `icons.svg` gathers
the icons named in `icons.txt` into one sprite; `plotly.css` holds the rules that plotly.js would otherwise
insert at run time, which the content security policy forbids. Pages with charts link it with the id
`plotly.js-style-global` and the class `no-inline-styles`, which are the marks plotly.js looks for.

Plotly's basic bundle (lines, bars, outlines) is a fifth of the strict one, needs no code made at run time
either, and leaves out the map code, whose style element the content security policy would refuse.
"""


def written(name: str, text: str) -> Path:
    path = VENDOR / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def sprite(icons: Path) -> str:
    symbols = []
    for name in (VENDOR / "icons.txt").read_text(encoding="utf-8").split():
        kind, _, plain = name.rpartition("/")
        svg = (icons / (kind or "outline") / f"{plain}.svg").read_text(encoding="utf-8")
        shapes = re.findall(r"<(?:path|circle|line|rect|polyline|ellipse)\b[^>]*/>", svg)
        body = "".join(" ".join(s.split()) for s in shapes if 'd="M0 0h24v24H0z"' not in s)
        paint = FILLED if kind == "filled" else OUTLINE
        identity = plain + ("-filled" if kind == "filled" else "")
        symbols.append(f'<symbol id="{identity}" viewBox="0 0 24 24"><g {paint}>{body}</g></symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def plotly_rules(bundle: str) -> str:
    """The style sheet inside the bundle, with X and Y replaced as plotly.js does when it inserts them."""
    found = re.search(r'\{"X,X div":.*?\};', bundle, re.S)
    if found is None:
        raise SystemExit("this version of plotly.js keeps its style rules elsewhere")
    literal = found.group(0).rstrip(";")
    rules = json.loads(
        subprocess.run(
            ["node", "-p", f"JSON.stringify({literal})"], check=True, capture_output=True, text=True
        ).stdout
    )
    lines = []
    for selector, body in rules.items():
        full = selector.replace("X", ".js-plotly-plot .plotly").replace("Y", ".plotly-notifier")
        lines.append(f"{full}{{{body}}}")
    return "\n".join(lines) + "\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{name}@{version}" for name, version in PINNED.items()]
        subprocess.run(["npm", "install", "--ignore-scripts", "--prefix", folder, *names], check=True)
        modules = Path(folder) / "node_modules"
        core = (modules / "@tabler/core/dist/css/tabler.min.css").read_text(encoding="utf-8")
        plotly = (modules / "plotly.js-basic-dist-min/plotly-basic.min.js").read_text(encoding="utf-8")
        rows = [
            (
                "tabler/tabler.min.css",
                "@tabler/core",
                "MIT",
                "layout grid, forms, buttons, tables",
                re.sub(r"\n?/\*# sourceMappingURL=.*?\*/\n?", "\n", core),
            ),
            (
                "tabler-icons/icons.svg",
                "@tabler/icons",
                "MIT",
                "icons",
                sprite(modules / "@tabler/icons/icons"),
            ),
            (
                "htmx/htmx.min.js",
                "htmx.org",
                "0BSD",
                "parts of pages fetched from the server",
                (modules / "htmx.org/dist/htmx.min.js").read_text(encoding="utf-8"),
            ),
            ("plotly/plotly-basic.min.js", "plotly.js-basic-dist-min", "MIT", "charts", plotly),
            (
                "plotly/plotly.css",
                "plotly.js-basic-dist-min",
                "MIT",
                "rules of the charts",
                plotly_rules(plotly),
            ),
        ]
        for folder_name, package in [
            ("tabler", "@tabler/icons"),  # the same authors and the same text; @tabler/core carries no copy
            ("tabler-icons", "@tabler/icons"),
            ("htmx", "htmx.org"),
            ("plotly", "plotly.js-basic-dist-min"),
        ]:
            written(f"{folder_name}/LICENSE", (modules / package / "LICENSE").read_text(encoding="utf-8"))
        lines = []
        for name, package, licence, purpose, text in rows:
            digest = hashlib.sha256(written(name, text).read_bytes()).hexdigest()
            lines.append(f"| {name} | {package} | {PINNED[package]} | {licence} | {purpose} | `{digest}` |\n")
        written("VENDOR.md", HEAD + "".join(lines) + TAIL)


if __name__ == "__main__":
    main()

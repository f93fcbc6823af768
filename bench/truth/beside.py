"""Runs the peers over the same hospitals, in an environment of their own under var/."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from bench.truth.claims import write_claims
from bench.truth.hospitals import Told, hospital
from bench.truth.ours import believe

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "bench" / "requirements-peers.txt"
ENVIRONMENT = ROOT / "var" / "peers"
PEERS = ("pandera", "great expectations", "soda", "pandera by hand", "soda by hand")


def python_of_the_peers() -> Path:
    """Their interpreter; the environment is made anew when the requirements have changed."""
    python, mark = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "requirements.sha256"
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text() != digest:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)], check=True)
        mark.write_text(digest)
    return python


def extract(number: int, seed: int, folder: str) -> Told:
    """One hospital judged by ours and written for the peers, every second one into a folder of its own."""
    one = hospital(number, seed)
    believe(one)
    write_claims(one, Path(folder) / str(number % 2) / f"{number:03d}")
    return one.told


def ask(python: Path, folder: Path, told: Sequence[Told], peers: Sequence[str]) -> dict[str, float]:
    """Note in ``told`` what each peer believes; CPU seconds by peer."""
    done = subprocess.run(
        [str(python), str(ROOT / "bench" / "truth" / "peers.py"), str(folder), *peers],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    spent = dict.fromkeys(peers, 0.0)
    for line in done.stdout.splitlines():
        said = json.loads(line)
        spent[said["peer"]] += said["cpu_s"]
        for clause in said["believed"]:
            told[said["number"]].believed[clause].add(said["peer"])
    return spent


def beside(hospitals: int, seed: int, peers: Sequence[str] = PEERS) -> tuple[list[Told], dict[str, float]]:
    """What ours and the peers believe of the first hospitals, and each peer's CPU seconds."""
    python = python_of_the_peers()
    with tempfile.TemporaryDirectory(prefix="zhiping-peers-") as place:
        with ProcessPoolExecutor(2) as pool:
            told = list(pool.map(extract, range(hospitals), [seed] * hospitals, [place] * hospitals))
        with ThreadPoolExecutor(2) as threads:
            both = threads.map(lambda half: ask(python, Path(place) / half, told, peers), ("0", "1"))
            first, second = list(both)
    return told, {peer: first[peer] + second[peer] for peer in peers}

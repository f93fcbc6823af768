"""How many lies are believed: 200 made-up hospitals with known truth, ours beside data-quality tools.

    python bench/bench_truthfulness.py                           200 hospitals, the reported seed
    python bench/bench_truthfulness.py --hospitals 40 --seed 7   for tuning, another seed
    python bench/bench_truthfulness.py --peers 60                beside it the peers on the first 60, made under var/

Each hospital claims every clause that some façade check, decision-support check or closed loop names
and its data can tell about. What it does wrong is drawn; which clauses are lies then follows from what
the wrong destroys. "believed" is a clause that ends as supported without an authenticity warning on the
records behind it. *recall*: lies that are not believed. *precision*: truths among what is believed.
*false acceptance*: lies that are believed. Hospitals reach the engine as tables, because none of these
lies is about files (bench/truth/tables.py); whose data a package states is asked of the real reader.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.truth.beside import PEERS, beside  # noqa: E402
from bench.truth.hospitals import WRONGS, Told, hospital  # noqa: E402
from bench.truth.ours import believe  # noqa: E402

REPORTED_SEED = 20261122


def told_by(number: int, seed: int) -> tuple[Told, float]:
    """One hospital judged, and the CPU seconds it took."""
    began = time.process_time()
    one = hospital(number, seed)
    believe(one)
    return one.told, time.process_time() - began


def figures(all_told: Iterable[Told], who: str) -> dict[str, float]:
    tally: Counter[str] = Counter()
    for told in all_told:
        for clause, true in told.truths.items():
            tally[f"{'true' if true else 'lie'} {'believed' if who in told.believed[clause] else 'not'}"] += 1
    lies = tally["lie believed"] + tally["lie not"]
    truths = tally["true believed"] + tally["true not"]
    believed = tally["lie believed"] + tally["true believed"]
    return {
        "lies": lies,
        "truths": truths,
        "recall": tally["lie not"] / lies if lies else 1.0,
        "false_acceptance": tally["lie believed"] / lies if lies else 0.0,
        "precision": tally["true believed"] / believed if believed else 1.0,
        "truths_believed": tally["true believed"] / truths if truths else 1.0,
    }


def print_beside(hospitals: int, seed: int, peers: Sequence[str]) -> None:
    """Figures of everybody, and of each kind of lie the share that is believed."""
    told, spent = beside(hospitals, seed, peers)
    judges = ("ours", *peers)
    print(f"{hospitals} hospitals, seed {seed}")
    print("| | " + " | ".join(judges) + " |")
    print("|---" * (len(judges) + 1) + "|")
    by_judge = {judge: figures(told, judge) for judge in judges}
    for name in ("recall", "precision", "false_acceptance", "truths_believed"):
        print(f"| {name} | " + " | ".join(f"{by_judge[judge][name]:.3f}" for judge in judges) + " |")
    for wrong in WRONGS[1:]:
        those = [one for one in told if one.wrong == wrong]
        row = (figures(those, judge)["false_acceptance"] for judge in judges)
        print(f"| {wrong}: lies believed | " + " | ".join(f"{share:.0%}" for share in row) + " |")
    print(
        "| CPU seconds a hospital | | "
        + " | ".join(f"{spent[peer] / hospitals:.2f}" for peer in peers)
        + " |"
    )
    print(
        json.dumps({"bench": "truthfulness beside peers", "hospitals": hospitals, "seed": seed, **by_judge})
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hospitals", type=int, default=200)
    parser.add_argument("--seed", type=int, default=REPORTED_SEED)
    parser.add_argument(
        "--peers", type=int, default=0, metavar="N", help="the peers too, on N hospitals only"
    )
    parser.add_argument("--only", nargs="+", choices=PEERS, metavar="PEER", help="these peers only")
    arguments = parser.parse_args()
    if arguments.peers:
        print_beside(arguments.peers, arguments.seed, arguments.only or PEERS)
        return
    began, many = time.perf_counter(), arguments.hospitals
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        results = list(pool.map(told_by, range(many), [arguments.seed] * many, chunksize=5))
    told, cpu = [one for one, _ in results], sum(seconds for _, seconds in results)
    took = time.perf_counter() - began
    print(f"{many} hospitals in {took:.1f} s ({cpu:.1f} s of CPU), seed {arguments.seed}")
    for wrong in WRONGS:
        those = figures([one for one in told if one.wrong == wrong], "ours")
        print(
            f"  {wrong:34} lies {those['lies']:4}  not believed {those['recall']:6.1%}   "
            f"truths {those['truths']:4}  believed {those['truths_believed']:6.1%}"
        )
    whole = figures(told, "ours")
    print(
        f"recall {whole['recall']:.3f}  precision {whole['precision']:.3f}  false acceptance "
        f"{whole['false_acceptance']:.3f}  honest claims believed {whole['truths_believed']:.3f}"
    )
    print(
        json.dumps(
            {
                "bench": "truthfulness",
                "hospitals": many,
                "seconds": round(took, 1),
                "cpu_s": round(cpu, 1),
                **whole,
            }
        )
    )


if __name__ == "__main__":
    main()

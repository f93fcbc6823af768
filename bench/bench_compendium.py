"""The evidence compendium of a whole hospital: 39 items, 400 screenshots of 1366 x 768, one file per role and an index.

Answers are those of the demo hospital, the screenshots are drawn (menus, a table of text, a form) and all different;
every clause claimed has its facts, every numerator a query of twelve lines. Each form runs in a process of its own,
so that the peak memory is its own; drawing the screenshots is not counted. CPU seconds stand beside wall seconds.

    python bench/bench_compendium.py
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import translation  # noqa: E402
from PIL import Image, ImageDraw, ImageFont  # noqa: E402

from assessments.demo.answers import reach  # noqa: E402
from assessments.demo.weak_spots import near_level_four  # noqa: E402
from assessments.documents import library  # noqa: E402
from assessments.models import Attachment, BaseFigure, ClauseProof, LevelProof  # noqa: E402
from assessments.queries.missing_material import find_missing  # noqa: E402
from assessments.queries.proofs import Keeper, Materials  # noqa: E402
from bench.apart import apart, usage  # noqa: E402
from engine.rubric.values import Rubric  # noqa: E402
from engine.scoring.score import score  # noqa: E402
from reports.documents.compendium import Making, write_archive  # noqa: E402
from reports.standing import file_standing  # noqa: E402
from reports.view_models.compendium import compendium_of  # noqa: E402
from reports.view_models.identity import identity_of  # noqa: E402

SHOTS, SIZE, TARGET = 400, (1366, 768), 4
WORDS = "医嘱 开立 护士 核对 执行 检验 标本 报告 危急值 药品 剂量 频次 途径 病区 床号 示例 时间 状态 已完成 待审核"
QUERY = (
    "SELECT COUNT(DISTINCT o.visit_id)\nFROM orders o\n  JOIN visits v ON v.visit_id = o.visit_id\nWHERE "
    + ("\n  AND ".join(f"o.column_{n} BETWEEN DATE '2026-07-01' AND DATE '2026-09-30'" for n in range(9)))
)


def draw_screens(folder: Path) -> None:
    """Screens of a made-up hospital system, each with its own text."""
    font = ImageFont.truetype(str(HERE / "static" / "fonts" / "NotoSansSC-Regular.otf"), 14)
    words = WORDS.split()
    pick = random.Random(7)
    for number in range(SHOTS):
        screen = Image.new("RGB", SIZE, "#f4f6f8")
        pen = ImageDraw.Draw(screen)
        pen.rectangle((0, 0, SIZE[0], 40), fill="#1f6f8b")
        pen.text((16, 10), f"示例医院信息系统  {number:03}", font=font, fill="white")
        pen.rectangle((0, 40, 180, SIZE[1]), fill="#e1e8ec")
        for row in range(22):
            top = 60 + row * 30
            pen.text((16, top), pick.choice(words) + pick.choice(words), font=font, fill="#23343c")
            pen.line((200, top + 24, 1340, top + 24), fill="#c9d3d8")
            for column in range(8):
                text = pick.choice(words) + str(pick.randrange(10_000))
                pen.text((210 + column * 140, top), text, font=font, fill=pick.choice(("#23343c", "#8a1f11")))
        screen.save(folder / f"{number:03}.png", compress_level=1)


def materials_of(rubric: Rubric, claimed: list[str]) -> Materials:
    """Facts for every clause, the screenshots spread evenly over the claimed ones."""
    files: dict[str, list[Attachment]] = {}
    for number in range(SHOTS):
        code = claimed[number * len(claimed) // SHOTS]
        shot = Attachment(
            item_code=code[:5],
            clause_code=code,
            original_name=f"{number:03}.png",
            content_type="image/png",
            caption=f"示例界面{number:03}：医嘱录入后护士站实时可见",
            sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        )
        shot.file.name = f"{number:03}.png"
        files.setdefault(code, []).append(shot)
    at = datetime(2026, 10, 8, 9, 30, tzinfo=UTC)
    return Materials(
        clauses={
            code: ClauseProof(
                item_code=code[:5],
                clause_code=code,
                menu_path="住院医生站 → 医嘱管理 → 医嘱录入",
                live_since=date(2021, 3, 15),
                dictionary="医嘱项目字典",
                test_account="yishi01",
            )
            for code in claimed
        },
        levels={
            (item.code, level.level): LevelProof(sql_text=QUERY, database_name="HIS", run_at=at)
            for item in rubric.items
            for level in item.asked_levels
        },
        files={code: tuple(shots) for code, shots in files.items()},
        bases={
            base.key: BaseFigure(
                key=base.key, value=1, sql_text=QUERY, database_name="HIS", run_at=at, owner="示例"
            )
            for base in rubric.statistical_bases
        },
        keepers={item.code: Keeper("示例科", 1, "示例人员", date(2026, 12, 31)) for item in rubric.items},
    )


def measure(form: str, folder: str) -> None:
    settings.MEDIA_ROOT = folder
    rubric = library()["emr-2018"]
    answers = near_level_four(rubric, reach(rubric, TARGET, beds=1200, seed="main")).answers
    claimed = [
        f"{item.code}.{level.level}-{clause.n}"
        for item in rubric.items
        for level in item.asked_levels
        for clause in level.clauses
        if item.code in answers.items and answers.items[item.code].state(level.level, clause.n) == "met"
    ]
    standing = file_standing(rubric, answers, score(rubric, answers), target=TARGET)
    with translation.override("zh-hans"):
        began, cpu = time.perf_counter(), time.process_time()
        materials = materials_of(rubric, claimed)
        missing = find_missing(rubric, answers, materials, TARGET)
        view = compendium_of(standing, materials, {})
        told: list[int] = []
        making = Making(view, identity_of(standing), form, None, missing)
        content = write_archive(making, lambda percent, step: told.append(percent))
    if kept := os.environ.get("KEEP"):
        (Path(kept) / f"compendium-{form}.zip").write_bytes(content)
    print(
        json.dumps(
            {
                "form": form,
                "items": sum(len(role.items) for role in view.roles),
                "clauses": len(claimed),
                "shots": view.picture_count,
                "megabytes": round(len(content) / 1e6, 1),
                "steps_told": len(told),
                **usage(began, cpu),
            }
        )
    )


def main() -> None:
    if len(sys.argv) == 3:
        measure(sys.argv[1], sys.argv[2])
        return
    results = []
    with tempfile.TemporaryDirectory() as folder:
        draw_screens(Path(folder))
        for form in ("docx", "pdf"):
            result = {"load_before": os.getloadavg()[0], **apart(__file__, form, folder)}
            results.append(result)
            print(
                f"{form}: {result['items']} items, {result['clauses']} clauses, {result['shots']} screenshots in "
                f"{result['wall_s']} s ({result['cpu_s']} s of CPU), peak {result['peak_mb']} MB, "
                f"file {result['megabytes']} MB"
            )
    print(json.dumps({"bench": "compendium", "results": results}))


if __name__ == "__main__":
    main()

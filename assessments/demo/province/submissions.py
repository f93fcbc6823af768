"""What the hospitals of a made-up province handed in, year by year, as frozen snapshots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Literal

from accounts.models import User
from assessments.demo.answers import reach
from assessments.demo.province.variety import varied
from assessments.models import Assessment, AwardedLevel, ScoreSnapshot
from engine.rubric.values import Rubric
from engine.scoring import ENGINE_VERSION
from engine.scoring.answers import Answers
from engine.scoring.card import Lens
from engine.scoring.card_json import card_to_json
from engine.scoring.formats import answers_to_json
from engine.scoring.score import score
from hospitals.models import Organisation
from rubrics.models import Edition

DRAWN_PER_LEVEL = 6  # answers are drawn so often per level; each hospital varies the ones it gets
#: chances of levels 0 to 8 in the first year, tertiary and secondary
EMR_LEVELS = {"3": (1, 2, 10, 48, 30, 7, 2, 0, 0), "2": (10, 28, 38, 20, 4, 0, 0, 0, 0)}
SERVICE_LEVELS = {"3": (8, 30, 38, 20, 4, 0), "2": (30, 40, 24, 6, 0, 0)}
RISE, LEAP = 0.16, 0.004  # of gaining a level within a year, and of two, which is hard to believe
AWAY = 0.07  # did not take part in a year
#: share that handed in data for checking: the newest year first; before that nobody could
CHECKED = (0.4, 0.25, 0.1)
FACADES = 1 / 6  # of those: claim two levels more than their data leave
Json = dict[str, Any]
Kind = Literal["honest", "facade"]


@dataclass(frozen=True)
class Handed:
    """What a submission at a level looks like. ``cards``: the claimed one first, then those of the checks."""

    level: int
    answers: Json
    cards: dict[str, Json]


def hand_in(
    hospitals: list[Organisation],
    edition: Edition,
    rubric: Rubric,
    years: int,
    last: int,
    by: User,
    random: Random,
) -> None:
    chances = EMR_LEVELS if edition.key.startswith("emr") else SERVICE_LEVELS
    drawn: dict[tuple[int, int, Kind], Handed] = {}
    standing: dict[int, int] = {}
    for year in range(last - years + 1, last + 1):
        rows = []
        for hospital in hospitals:
            before = standing.get(hospital.pk)
            if before is None:
                weights = chances[hospital.grade[:1]]
                level = random.choices(range(len(weights)), weights)[0]
            else:
                gained = 2 if (luck := random.random()) < LEAP else int(luck < RISE)
                level = min(rubric.top_level, before + gained)
            standing[hospital.pk] = level
            if random.random() < AWAY:
                continue
            rows.append((hospital, level))
        _write(rows, edition, rubric, year, last - year, by, random, drawn)


def _drawn(
    kept: dict[tuple[int, int, Kind], Handed], rubric: Rubric, level: int, kind: Kind, random: Random
) -> Handed:
    key = (level, random.randrange(DRAWN_PER_LEVEL), kind)
    if key not in kept:
        answers = reach(rubric, level, beds=600, seed=f"province {key[1]}").answers
        few = Random(f"{rubric.id} {key}")
        most = level if kind == "honest" else max(0, level - 2)
        at_most = _lowered(
            rubric, answers, most + 1 if kind == "honest" else most, few, 0.15 if kind == "honest" else 0.8
        )
        middle = _lowered(rubric, at_most, most, few, 0.2)
        strict = _lowered(rubric, middle, most - 1, few, 0.3)
        kept[key] = Handed(
            level,
            answers_to_json(rubric, answers),
            {
                "claimed": _card(rubric, answers, "claimed"),
                "not_refuted": _card(rubric, at_most, "not_refuted"),
                "provisional": _card(rubric, middle, "provisional"),
                "strict": _card(rubric, strict, "strict"),
            },
        )
    return kept[key]  # fmt: skip


def _lowered(rubric: Rubric, answers: Answers, above: int, random: Random, share: float) -> Answers:
    """The same answers, with the clauses above a level not met in a share of the items: what remains of claims
    that are not believed."""
    items = dict(answers.items)
    for code, item in answers.items.items():
        if random.random() < share:
            items[code] = replace(
                item,
                clauses={
                    level: tuple("not_met" for _one in states) if level > above else states
                    for level, states in item.clauses.items()
                },
            )
    return replace(answers, items=items)


def _card(rubric: Rubric, answers: Answers, lens: Lens) -> Json:
    return card_to_json(replace(score(rubric, answers), lens=lens))


def _write(
    rows: list[tuple[Organisation, int]],
    edition: Edition,
    rubric: Rubric,
    year: int,
    ago: int,
    by: User,
    random: Random,
    drawn: dict[tuple[int, int, Kind], Handed],
) -> None:
    handed_in = datetime(year, 10, 8, 2, tzinfo=UTC)
    made = Assessment.objects.bulk_create(
        [
            Assessment(
                hospital=hospital, edition=edition, title=f"{year}年度自评 {edition.key}", window_from=date(year, 7, 1),
                window_to=date(year, 9, 30), target_level=min(rubric.top_level, level + 1), status="accepted", created_by=by,
                created_at=handed_in - timedelta(days=60), submitted_at=handed_in + timedelta(days=random.randrange(40)),
            )
            for hospital, level in rows
        ],
        batch_size=500,
    )  # fmt: skip
    checked = CHECKED[ago] if ago < len(CHECKED) else 0.0
    ScoreSnapshot.objects.bulk_create(
        (
            _snapshot(assessment, level, checked, edition, rubric, by, random, drawn)
            for assessment, (_hospital, level) in zip(made, rows, strict=True)
        ),
        batch_size=100,
    )
    if ago:  # the newest year is still being reviewed
        _award(rows, edition, year, by, random)


def _snapshot(
    assessment: Assessment,
    level: int,
    checked: float,
    edition: Edition,
    rubric: Rubric,
    by: User,
    random: Random,
    drawn: dict[tuple[int, int, Kind], Handed],
) -> ScoreSnapshot:
    kind: Kind = "facade" if level >= 3 and random.random() < FACADES else "honest"
    seen = random.random() < checked
    handed = _drawn(drawn, rubric, level, kind, random)
    cards = handed.cards if seen else {"claimed": handed.cards["claimed"]}
    answers, cards = varied(handed.answers, cards, random)
    verified = {
        "digest": "",
        "coverage": f"{random.uniform(0.3, 0.95):.4f}",
        **{lens: card for lens, card in cards.items() if lens != "claimed"},
    }
    beds = assessment.hospital.beds or 300
    return ScoreSnapshot(
        assessment=assessment, number=1, answers=answers, card=cards["claimed"], verified=verified if seen else {},
        basis=[{"key": "discharges", "value": int(beds * random.uniform(7, 10)), "sql": "", "database": "", "run_at": "",
                "owner": "", "proof": {}}],
        edition_hash=edition.content_hash, engine_version=ENGINE_VERSION, level=level,
        total=Decimal(cards["claimed"]["total"]), taken_by=by, taken_at=assessment.submitted_at or assessment.created_at,
    )  # fmt: skip


def _award(
    rows: list[tuple[Organisation, int]], edition: Edition, year: int, by: User, random: Random
) -> None:
    """The official results of a year gone by: from level 3 on, one in ten lower than claimed."""
    AwardedLevel.objects.bulk_create(
        (
            AwardedLevel(
                hospital=hospital, edition=edition, year=year, source=AwardedLevel.Source.IMPORTED, decided_by=by,
                level=level - (random.random() < 0.1), decided_at=datetime(year + 1, 6, 11, tzinfo=UTC),
                published_at=datetime(year + 1, 6, 20, tzinfo=UTC),
            )
            for hospital, level in rows
            if level >= 3
        ),
        batch_size=500,
    )  # fmt: skip

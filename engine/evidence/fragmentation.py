"""Semantic fragmentation: the share of report volume whose concept has more than one local code.

Steps of the library: normalise the name; find the concept among the synonyms of the same
specimen; otherwise the name is its own concept; count codes and volume per concept. Everything is
a pure expression over groups of (name, code, specimen), so twenty million rows are grouped once.

An abbreviation that several analytes share (GLU, PCT, FBG) is decided by the specimen; while that
is unknown it is no concept, and each code under it stands alone instead of looking fragmented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import ibis
import ibis.expr.types as ir

from engine.evidence.asking import Asking
from engine.evidence.catalogue.values import Analyte, Catalogue, Fragmentation
from engine.evidence.counts import ConceptCodes, FragmentationCount
from engine.evidence.rules.reasons import probe_failed
from engine.evidence.selecting import CouldNotCheck, available, chosen, filled
from engine.evidence.statistics import texts
from engine.evidence.tables import Tables

WORST = 20
UNKNOWN = ""
OWN, APART = "=", "?"  # marks of concepts that are no analyte

# Words that tell the specimen of an analyte, in the order they are tried. A name such as 静脉血 or
# 黄管 tells nothing; a specimen of another kind keeps serum synonyms from matching.
SPECIMEN_WORDS: tuple[tuple[str, str], ...] = (
    ("urine", "(?i)(尿|urine)"),
    ("other", "(?i)(脑脊液|csf|胸水|腹水|胸腹水|引流|穿刺|积液|分泌物|拭子|swab|fluid)"),
    ("other", "(?i)(粪|大便|stool|痰|sputum|精液|羊水|骨髓|灌洗)"),
    ("arterial_blood", "(?i)(动脉|arterial)"),
    ("plasma", "(?i)(血浆|plasma)"),
    ("serum", "(?i)(血清|serum)"),
    ("whole_blood", "(?i)(全血|whole[ _-]?blood)"),
)


def count_fragmentation(
    catalogue: Catalogue, tables: Tables, *, setting: str = "all", worst: int = WORST
) -> FragmentationCount:
    """Count the index over all report rows with a code and a name; no rows: not applicable.

    ``worst``: at most that many fragmented concepts, those with most rows off their main code first.
    """
    given = catalogue.fragmentation
    fields = (given.code_field, given.name_field)
    try:
        if not available(tables, catalogue, given.record, setting=setting, fields=fields):
            return FragmentationCount(0, 0)
        records = (given.record, given.specimen_record, "dictionary")
        told = sorted(tables.dictionary_names)
        asking = Asking(tables, catalogue, f"fragmentation {setting}", given, records, told)
        return _counted(asking, cache(lambda: _named(catalogue, tables, setting)), given, worst)
    except CouldNotCheck as stopped:
        return FragmentationCount(0, 0, blocked=stopped.reason)
    except Exception as problem:
        return FragmentationCount(0, 0, blocked=probe_failed(problem))


def specimen_kind(text: Any) -> Any:
    """The kind of specimen a name or code tells, ``""`` where it tells none."""
    return ibis.cases(*[(text.re_search(words), kind) for kind, words in SPECIMEN_WORDS], else_=UNKNOWN)


def synonyms_of(fragmentation: Fragmentation) -> dict[str, tuple[Analyte, ...]]:
    """Normalised synonym -> the analytes that carry it (more than one: shared)."""
    found: dict[str, list[Analyte]] = {}
    for analyte in fragmentation.analytes:
        for name in (analyte.label.zh, analyte.label.en, *analyte.synonyms):
            carriers = found.setdefault(texts.in_words(name, texts.CONCEPT), [])
            if analyte not in carriers:
                carriers.append(analyte)
    by_key = {analyte.key: analyte for analyte in fragmentation.analytes}
    for abbreviation, keys in fragmentation.shared_abbreviations.items():
        carriers = found.setdefault(texts.in_words(abbreviation, texts.CONCEPT), [])
        carriers.extend(by_key[key] for key in keys if by_key[key] not in carriers)
    return {name: tuple(carriers) for name, carriers in found.items() if name}


def _named(catalogue: Catalogue, tables: Tables, setting: str) -> ir.Table:
    """Report rows grouped by normalised name, code and kind of specimen, with their concept."""
    given = catalogue.fragmentation
    rows = chosen(tables, catalogue, given.record, setting=setting)
    name, code = given.name_field, given.code_field
    rows = rows.filter(filled(rows, (code, name)))
    kinds = _specimens(given, catalogue, tables)
    if kinds is None:
        told = rows.mutate(zp_kind=ibis.literal(UNKNOWN))
    else:
        links = [rows[key] == kinds[f"zp_{key}"] for key in given.specimen_join]
        joined = rows.left_join(kinds, links)
        told = joined.select(name, code, zp_kind=joined["zp_specimen"].fill_null(UNKNOWN))
    groups = told.group_by([name, code, "zp_kind"]).aggregate(zp_n=told.count())  # few; texts come now
    cells = groups.select("zp_kind", "zp_n", zp_name=texts.concept_name(groups[name]), zp_code=groups[code])
    cells = cells.filter(cells["zp_name"] != "")
    found = found_under(cells["zp_name"], cells["zp_kind"], given)
    # Grouped again, so that the text of synonyms is written and searched once.
    named = cells.group_by(["zp_name", "zp_code", "zp_kind"]).aggregate(
        zp_n=cells["zp_n"].sum(), zp_found=found.max()
    )
    return named.mutate(concept=concept(named["zp_name"], named["zp_code"], named["zp_found"]))


def _specimens(given: Fragmentation, catalogue: Catalogue, tables: Tables) -> ir.Table | None:
    """The kind of each specimen by its name, else its dictionary name, else its code; None: unknown."""
    supplied = tables.supplied.get(given.specimen_record, frozenset())
    reported = tables.supplied.get(given.record, frozenset())
    joined_on = set(given.specimen_join)
    name_field = given.specimen_field.replace("_code", "_name")
    known = [name for name in (name_field, given.specimen_field) if name in supplied]
    if given.specimen_record not in tables.tables or not known or not joined_on <= supplied & reported:
        return None
    rows = tables.tables[given.specimen_record]
    rows = rows.filter(filled(rows, given.specimen_join))
    texts_of = {f"zp_tell{number}": rows[name].fill_null(UNKNOWN) for number, name in enumerate(known)}
    keys = {f"zp_{key}": rows[key] for key in given.specimen_join}
    labelled = rows.select(**keys, **texts_of)
    labels = labelled.select(*texts_of).distinct()  # few, so the words are looked for a few times
    by_code = f"zp_tell{known.index(given.specimen_field)}" if given.specimen_field in known else None
    entries = _dictionary(given, catalogue, tables) if by_code else None
    if entries is not None:
        labels = labels.left_join(entries, [labels[by_code] == entries["zp_entry"]])
    tells = [specimen_kind(labels[name]) for name in texts_of]
    if entries is not None:
        tells.insert(len(tells) - 1, labels["zp_entry_kind"])
    kind = ibis.coalesce(*[tell.nullif(UNKNOWN) for tell in tells])
    kinds = labels.select(**{f"{name}_": labels[name] for name in texts_of}, zp_kind=kind)
    told = labelled.join(kinds, [labelled[name] == kinds[f"{name}_"] for name in texts_of])
    groups = told.group_by([told[key] for key in keys]).aggregate(
        low=told["zp_kind"].min(), high=told["zp_kind"].max()
    )
    one = ibis.ifelse(groups["low"] == groups["high"], groups["low"], UNKNOWN)
    return groups.mutate(zp_specimen=one).drop("low", "high")


def _dictionary(given: Fragmentation, catalogue: Catalogue, tables: Tables) -> ir.Table | None:
    """Kind of specimen per code of the specimen dictionary, where one was supplied."""
    record = catalogue.records.get(given.specimen_record)
    field = record.fields.get(given.specimen_field) if record is not None else None
    entries = tables.tables.get("dictionary")
    if field is None or field.dictionary not in tables.dictionary_names or entries is None:
        return None
    kept = entries.filter((entries["dictionary_name"] == field.dictionary) & entries["entry_code"].notnull())
    groups = kept.group_by("entry_code").aggregate(
        low=kept["entry_name"].min(), high=kept["entry_name"].max()
    )
    groups = groups.filter(groups["low"] == groups["high"])
    return groups.select(zp_entry=groups["entry_code"], zp_entry_kind=specimen_kind(groups["low"]))


def found_under(name: Any, kind: Any, fragmentation: Fragmentation) -> Any:
    """The key of the analyte a name means on a kind of specimen, ``?`` where several, ``""`` for none.

    The synonyms stand in one text that is searched for `` kind|NAME=``: names have no blanks, so
    nothing else can match, and the needle itself stands at the end with nothing behind it. (A CASE
    over all synonyms takes an optimiser of today fifteen seconds.)
    """
    width, entries = _entries(fragmentation)
    needle = ibis.literal(" ") + kind + ibis.literal("|") + name + ibis.literal("=")
    text = ibis.literal(entries) + needle
    return text.substr(text.find(needle) + needle.length(), width).strip()


def concept(name: Any, code: Any, found: Any) -> Any:
    """The concept of a group: the key of an analyte, ``=NAME``, or ``?NAME CODE`` where undecided."""
    return ibis.cases(
        (found == "", ibis.literal(OWN) + name),
        (found == APART, ibis.literal(APART) + name + ibis.literal(" ") + code),
        else_=found,
    )


def _entries(fragmentation: Fragmentation) -> tuple[int, str]:
    """Width of a value, and `` kind|NAME=value`` for every synonym, with the kind and without."""
    synonyms = synonyms_of(fragmentation)
    width = max(len(analyte.key) for analyte in fragmentation.analytes) + 1
    lines: dict[str, str] = {}
    for name, carriers in synonyms.items():
        lines[f"{UNKNOWN}|{name}"] = carriers[0].key if len(carriers) == 1 else APART
        for analyte in carriers:
            lines.setdefault(f"{analyte.specimen}|{name}", analyte.key)
    return width, "".join(f" {line}={value:<{width}}" for line, value in lines.items())


def _concepts(named: ir.Table) -> ir.Table:
    """Per concept: codes, volume, volume of its main code."""
    codes = named.group_by(["concept", "zp_code"]).aggregate(zp_n=named["zp_n"].sum())
    return codes.group_by("concept").aggregate(
        codes=codes.count(), volume=codes["zp_n"].sum(), main=codes["zp_n"].max()
    )


def _totals(named: ir.Table) -> ir.Table:
    concepts = _concepts(named)
    volume = concepts["volume"]
    return concepts.aggregate(
        fragmented=ibis.ifelse(concepts["codes"] > 1, volume, 0).sum(),
        volume=volume.sum(),
        off_main=(volume - concepts["main"]).sum(),
    )


def _worst_codes(named: ir.Table, limit: int) -> ir.Table:
    """Volume per code and kind of specimen of the ``limit`` most fragmented concepts."""
    concepts = _concepts(named)
    split = concepts.filter(concepts["codes"] > 1)
    off_main = split["volume"] - split["main"]
    top = split.order_by([off_main.desc(), split["volume"].desc(), split["concept"]]).limit(limit)
    kept = named.semi_join(top, "concept")
    return kept.group_by(["concept", "zp_code", "zp_kind"]).aggregate(zp_n=kept["zp_n"].sum())


def _counted(
    asking: Asking, named: Callable[[], ir.Table], fragmentation: Fragmentation, worst: int
) -> FragmentationCount:
    totals = asking.one("totals", lambda: _totals(named()))
    fragmented = int(totals["fragmented"] or 0)
    rows = asking.ask(f"worst {worst}", lambda: _worst_codes(named(), worst)) if fragmented else []
    return FragmentationCount(
        fragmented=fragmented,
        volume=int(totals["volume"] or 0),
        off_main=int(totals["off_main"] or 0),
        worst=_worst(rows, fragmentation),
    )


def _worst(rows: list[dict[str, Any]], fragmentation: Fragmentation) -> tuple[ConceptCodes, ...]:
    volumes: dict[str, dict[str, int]] = {}
    kinds: dict[str, set[str]] = {}
    for row in rows:
        per_code = volumes.setdefault(row["concept"], {})
        per_code[row["zp_code"]] = per_code.get(row["zp_code"], 0) + int(row["zp_n"])
        kinds.setdefault(row["concept"], set()).add(row["zp_kind"])
    found = [
        ConceptCodes(
            concept=name,
            label=_label(name, fragmentation.analytes),
            volume=sum(codes.values()),
            codes=_by_volume(codes),
            specimens=tuple(sorted(kinds[name])),
        )
        for name, codes in volumes.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.codes[0][1] - one.volume, -one.volume, one.concept)))


def _by_volume(codes: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(codes.items(), key=lambda pair: (-pair[1], pair[0])))


def _label(name: str, analytes: Sequence[Analyte]) -> str:
    """An analyte's Chinese name (its key finds the English one); else the normalised name."""
    return next((analyte.label.zh for analyte in analytes if analyte.key == name), name.lstrip(OWN))

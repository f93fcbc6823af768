"""What a person has to say before a bundle is kept: an export handed in once more, statements that
contradict what was handed in before, rows of another time altogether."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assessments.actions.receiving import Screened
from assessments.models import EvidenceBundle
from assessments.probes import Package
from engine.evidence.catalogue.values import Catalogue
from engine.rubric.values import Text

MOST_NAMED = 5
Doubt = tuple[str, Text]


def doubts_about(
    bundle: EvidenceBundle,
    package: Package,
    found: Sequence[Screened],
    manifest: Mapping[str, Any],
    catalogue: Catalogue,
) -> Iterator[Doubt]:
    """Code and question of each doubt. Two queries."""
    earlier = _handed_in_before(bundle)
    repeated = list(_repeated(found, earlier))
    if repeated:
        yield "same_again", _again(repeated)
    contradicted = list(_contradictions(found, manifest, earlier, catalogue))
    if contradicted:
        yield "contradicts", _contradicting(contradicted)
    if _all_outside(package, catalogue) and package.window is not None:
        days = " – ".join(day.isoformat() for day in package.window)
        yield (
            "all_outside",
            Text(
                f"这批数据没有一行落在自评的统计时段（{days}）之内，不会计入任何核验。请移除后按统计时段重新导出；"
                "确为本时段的数据时，请核对时间列的写法后仍然使用。",
                f"Not one row of these data lies in the assessment's window ({days}), so none would count. Remove them and "
                "export the window; use them all the same only if the time column is written in a way that is misread.",
            ),
        )


def _handed_in_before(bundle: EvidenceBundle) -> list[EvidenceBundle]:
    """Bundles in force of the same assessments, oldest first."""
    there = EvidenceBundle.objects.filter(
        uses__assessment__in=bundle.uses.values("assessment"), state=EvidenceBundle.State.KEPT
    )
    return list(
        there.exclude(pk=bundle.pk).distinct().order_by("uploaded_at", "pk").prefetch_related("files")
    )


def _repeated(found: Sequence[Screened], earlier: Sequence[EvidenceBundle]) -> Iterator[tuple[str, str, str]]:
    """(file, title of the bundle before, file there); dictionaries go with every export and are no repeat."""
    known = {
        one.sha256: (bundle.title, one.path)
        for bundle in earlier
        for one in bundle.files.all()
        if not one.refusal and one.rows
    }
    for one in found:
        if one.refusal is None and one.rows and one.record != "dictionary" and one.sha256 in known:
            yield (one.path, *known[one.sha256])


def _again(repeated: Sequence[tuple[str, str, str]]) -> Text:
    path, title, other = repeated[0]
    many = len(repeated)
    return Text(
        f"{path}{f'等{many}个文件' if many > 1 else ''}与证据包“{title}”里的{other}{'等' if many > 1 else ''}完全相同，"
        "是同一次导出交了两次，核验时只计一次。交错了请移除；确实要再交一次时，请仍然使用。",
        f"{path}{f' and {many - 1} more' if many > 1 else ''}: the same as {other} in the bundle “{title}”, one export handed in twice. "
        "It counts once. Remove it if that was a mistake, or use it all the same.",
    )


def _contradictions(
    found: Sequence[Screened],
    manifest: Mapping[str, Any],
    earlier: Sequence[EvidenceBundle],
    catalogue: Catalogue,
) -> Iterator[tuple[str, Text]]:
    """(title of the bundle before, what it said otherwise): newest bundle first."""
    files = {one.record for one in found if one.refusal is None and one.rows}
    for bundle in reversed(earlier):
        before = bundle.manifest
        stated, now = before.get("discharges"), manifest.get("discharges")
        if stated is not None and now is not None and stated != now:
            yield bundle.title, Text(f"出院人次{stated}，这次{now}", f"discharges {stated}, now {now}")
        for rule, figure in manifest.get("supplied", {}).items():
            other = before.get("supplied", {}).get(rule)
            if other is not None and _counts(other) != _counts(figure):
                yield bundle.title, Text(*[f"{rule} {_counts(other)}，这次{_counts(figure)}",
                                           f"{rule} {_counts(other)}, now {_counts(figure)}"])  # fmt: skip
        there = {one.record for one in bundle.files.all() if not one.refusal and one.rows}
        for record in sorted(there & set(manifest.get("not_applicable", {}))):
            label = catalogue.records[record].label
            yield bundle.title, Text(f"有{label.zh}，这次申报没有", f"has {label.en}, now declared absent")
        for record in sorted(files & set(before.get("not_applicable", {}))):
            label = catalogue.records[record].label
            yield bundle.title, Text(f"申报没有{label.zh}，这次有", f"declares no {label.en}, now there is")


def _counts(figure: Mapping[str, Any]) -> str:
    return f"{figure.get('numerator')}/{figure.get('denominator')}"


def _contradicting(told: Sequence[tuple[str, Text]]) -> Text:
    zh = "；".join(f"“{title}”：{what.zh}" for title, what in told[:MOST_NAMED])
    en = "; ".join(f"“{title}”: {what.en}" for title, what in told[:MOST_NAMED])
    more = len(told) > MOST_NAMED
    return Text(
        f"这个证据包与已交的证据包说法不一致（{zh}{'等' if more else ''}）。仍然使用则数字以这次的为准，有文件的记录以文件为准；"
        "否则请移除，或到原来的证据包改交新的一版。",
        f"This bundle contradicts one handed in before ({en}{' and more' if more else ''}). If it is used all the same, its figures "
        "stand, and where there are files, files count; otherwise remove it, or replace the bundle before.",
    )


def _all_outside(package: Package, catalogue: Catalogue) -> bool:
    """Whether there are rows with a time that decides, and none of them lies in the window."""
    dated = [one for one in package.tables.files if one.rows and _is_dated(one.record, catalogue)]
    return bool(dated) and all(one.outside_window == one.rows for one in dated)


def _is_dated(record: str, catalogue: Catalogue) -> bool:
    return record in catalogue.records and catalogue.records[record].window_on is not None

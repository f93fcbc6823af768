"""Assessment, findings and decisions files on disk: read against the library, without a database."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.command_line import BadInput
from engine.evidence import EVIDENCE_ENGINE_VERSION
from engine.evidence.catalogue.load import load_catalogue
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import RunCounts
from engine.evidence.decisions import Decision, check_decisions, decisions_from_json, rubric_of_decisions
from engine.evidence.findings_json import findings_from_json
from engine.rubric.load import load_library
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.checking import check_answers
from engine.scoring.formats import FormatError, answers_from_json, parse_document, rubric_of

LIBRARY = Path(__file__).resolve().parents[1] / "rubrics" / "library"
LARGEST = 20 * 1024 * 1024
LARGEST_FINDINGS = 200 * 1024 * 1024


@cache
def library() -> dict[str, Rubric]:
    return load_library(LIBRARY)


@cache
def catalogue() -> Catalogue:
    """The checks of the library; read only by commands that look at evidence."""
    return load_catalogue(LIBRARY, rubrics=library())


def read_assessment(file: Path) -> tuple[Rubric, Answers]:
    """The rubric a file names and the answers in it. Raises BadInput with one sentence."""
    language = get_language() or ""
    data = _document(file, LARGEST)
    try:
        key = rubric_of(data)
        if key not in library():
            raise BadInput(
                _("%(file)s 使用的标准“%(rubric)s”不在标准库中。可用：%(known)s。")
                % {"file": file, "rubric": key, "known": ", ".join(sorted(library()))}
            )
        answers = answers_from_json(library()[key], data)
    except FormatError as error:
        raise BadInput(f"{file}: {error.in_language(language)}") from error
    if problems := check_answers(library()[key], answers):
        raise BadInput(f"{file}: {problems[0].message.in_language(language)}")
    return library()[key], answers


def read_findings(file: Path, rubric: Rubric) -> RunCounts:
    """The counts in a zhiping-findings/1 file of this rubric. Raises BadInput with one sentence.

    Counts of another major version of the evidence engine may mean something else and are refused.
    """
    try:
        counts = findings_from_json(_document(file, LARGEST_FINDINGS))
    except FormatError as error:
        raise BadInput(f"{file}: {error.in_language(get_language() or '')}") from error
    _refuse_other_rubric(file, counts.rubric, rubric)
    if counts.evidence_engine_version.partition(".")[0] != EVIDENCE_ENGINE_VERSION.partition(".")[0]:
        raise BadInput(
            _("%(file)s 由核验引擎%(theirs)s算出，本系统是%(ours)s，两者不能对照。请用本系统重新核验。")
            % {"file": file, "theirs": counts.evidence_engine_version, "ours": EVIDENCE_ENGINE_VERSION}
        )
    return counts


def read_decisions(file: Path, rubric: Rubric) -> tuple[Decision, ...]:
    """The decisions in a zhiping-decisions/1 file, all at places the rubric has. Raises BadInput."""
    data = _document(file, LARGEST)
    try:
        decisions = decisions_from_json(data)
        check_decisions(rubric, decisions)
    except FormatError as error:
        raise BadInput(f"{file}: {error.in_language(get_language() or '')}") from error
    named = rubric_of_decisions(data)
    if named is not None:
        _refuse_other_rubric(file, named, rubric)
    return decisions


def _refuse_other_rubric(file: Path, named: str, rubric: Rubric) -> None:
    if named != rubric.id:
        raise BadInput(
            _("%(file)s 属于标准“%(named)s”，自评文件属于“%(rubric)s”。请选用同一标准的文件。")
            % {"file": file, "named": named, "rubric": rubric.id}
        )


def _document(file: Path, largest: int) -> dict[str, object]:
    """The JSON object in a file. Raises BadInput with one sentence."""
    try:
        if file.stat().st_size > largest:
            raise BadInput(
                _("%(file)s 超过%(size)s MB，不是可用的文件。") % {"file": file, "size": largest // 1024**2}
            )
        return parse_document(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInput(
            _("%(file)s 无法读取：%(reason)s。") % {"file": file, "reason": error.strerror}
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(_("%(file)s 不是UTF-8文本。请另存为UTF-8后再试。") % {"file": file}) from error
    except FormatError as error:
        raise BadInput(f"{file}: {error.in_language(get_language() or '')}") from error

"""zhiping-assessment/1 files on disk: read against the library, without a database."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.command_line import BadInput
from engine.rubric.load import load_library
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.checking import check_answers
from engine.scoring.formats import FormatError, answers_from_json, parse_document, rubric_of

LIBRARY = Path(__file__).resolve().parents[1] / "rubrics" / "library"
LARGEST = 20 * 1024 * 1024


@cache
def library() -> dict[str, Rubric]:
    return load_library(LIBRARY)


def read_assessment(file: Path) -> tuple[Rubric, Answers]:
    """The rubric a file names and the answers in it. Raises BadInput with one sentence."""
    language = get_language() or ""
    try:
        if file.stat().st_size > LARGEST:
            raise BadInput(_("%(file)s 超过20 MB，不是自评文件。") % {"file": file})
        data = parse_document(file.read_text(encoding="utf-8-sig"))
        key = rubric_of(data)
        if key not in library():
            raise BadInput(
                _("%(file)s 使用的标准“%(rubric)s”不在标准库中。可用：%(known)s。")
                % {"file": file, "rubric": key, "known": ", ".join(sorted(library()))}
            )
        answers = answers_from_json(library()[key], data)
    except OSError as error:
        raise BadInput(
            _("%(file)s 无法读取：%(reason)s。") % {"file": file, "reason": error.strerror}
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(_("%(file)s 不是UTF-8文本。请另存为UTF-8后再试。") % {"file": file}) from error
    except FormatError as error:
        raise BadInput(f"{file}: {error.in_language(language)}") from error
    if problems := check_answers(library()[key], answers):
        raise BadInput(f"{file}: {problems[0].message.in_language(language)}")
    return library()[key], answers

"""A PDF somebody hands in for checking: its text and the JSON files inside, within limits. Nothing in it is run."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hospitals.refusals import Refusal
from reports.checking.parcel import ANSWERS, CARD, GROUND, LIST, PLAN, REPORT_FORMAT

LARGEST = 60 * 1024 * 1024  # of the file
LARGEST_INSIDE = 20 * 1024 * 1024  # of an attachment, unpacked
MOST_INSIDE = 20
MOST_PAGES = 600
MOST_DRAWN = 32 * 1024 * 1024  # of what all pages draw, unpacked: reading text takes a second for 1.5 MB
DEEPEST = 40  # of nested JSON
KNOWN = (LIST, ANSWERS, CARD, PLAN, GROUND)


@dataclass(frozen=True, slots=True)
class Handed:
    """``listed``: zhiping-report/1; ``files``: the other attachments as bytes, by name; ``sha256``: of the whole file."""

    sha256: str
    pages: int
    text: str
    listed: Mapping[str, Any]
    files: Mapping[str, bytes]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_report(content: bytes) -> Handed:
    """Raises Refusal with one sentence for anything but a report of this product."""
    from pypdf import PdfReader

    if len(content) > LARGEST:
        raise Refusal(_("文件超过%(mb)s MB，不是本系统生成的报告。") % {"mb": LARGEST // 1024 // 1024})
    if not content.startswith(b"%PDF-"):
        raise Refusal(_("这不是PDF文件。请选择本系统生成的PDF报告。"))
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Refusal(_("这个PDF加了密，不能核对。请选择没有加密的原件。"))
        pages = len(reader.pages)
        if pages > MOST_PAGES:
            raise Refusal(_("这个PDF有%(n)s页，不是本系统生成的报告。") % {"n": pages})
        files = _attachments(reader)
        if LIST not in files:
            raise Refusal(
                _(
                    "这个PDF里没有附带数据，不能核对数字。它可能不是本系统生成的，或者经过另存、打印而丢失了附件。"
                )
            )
        listed = parsed(files.pop(LIST), LIST)
        if listed.get("format") != REPORT_FORMAT or not isinstance(listed.get("files"), dict):
            raise Refusal(
                _("附件%(name)s不是%(format)s格式，不能核对。") % {"name": LIST, "format": REPORT_FORMAT}
            )
        if sum(_drawn(page) for page in reader.pages) > MOST_DRAWN:
            raise Refusal(_("这个PDF的页面内容过大，不是本系统生成的报告。"))
        text = "\n".join(page.extract_text() or "" for page in reader.pages)
    except Refusal:
        raise
    except (
        Exception
    ) as error:  # a damaged part fails in many ways, some of which the library gives no class of its own
        raise Refusal(_("这个PDF已经损坏，读不出来。请选择原件。")) from error
    return Handed(digest(content), pages, text, listed, files)


def _drawn(page: Any) -> int:
    """Bytes of what a page draws, unpacked; nothing of it is interpreted."""
    contents = page["/Contents"].get_object() if "/Contents" in page else []
    parts = contents if isinstance(contents, list) else [contents]
    return sum(len(part.get_object().get_data()) for part in parts)


def _attachments(reader: Any) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in _some(reader.attachment_list):
        name = str(one.name)
        if name not in KNOWN:
            continue
        if name in found:
            raise Refusal(_("附件%(name)s出现了两次，不能确定以哪一个为准。") % {"name": name})
        inside = one.content
        if len(inside) > LARGEST_INSIDE:
            raise Refusal(_("附件%(name)s过大，不能核对。") % {"name": name})
        found[name] = inside
    return found


def _some(attachments: Any) -> list[Any]:
    listed = []
    for one in attachments:
        listed.append(one)
        if len(listed) > MOST_INSIDE:
            raise Refusal(_("这个PDF里的附件超过%(n)s个，不是本系统生成的报告。") % {"n": MOST_INSIDE})
    return listed


def parsed(content: bytes, name: str) -> dict[str, Any]:
    """The JSON object in an attachment."""
    try:
        text = content.decode()
        if _depth(text) > DEEPEST:
            raise ValueError
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal(_("附件%(name)s不是完整的JSON，不能核对。") % {"name": name}) from error
    if not isinstance(found, dict):
        raise Refusal(_("附件%(name)s不是完整的JSON，不能核对。") % {"name": name})
    return found


def _depth(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest

"""Which places of a screenshot may say who the patient is: proposals for a person, never a decision.

Three ways to a proposal: a value after its label in one line (姓名：…), a value beside or beneath a label that
stands alone (a form, a column of a table), and text that looks like a name or a number by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assessments.pictures.reading import Corners, Line
from assessments.probes.screening.detectors import looks_like_latin_name, looks_like_name, places_of_shapes

MOST = 200
HAN = "\u3400-\u9fff"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A box in pixels and what it seems to hold; never the text."""

    kind: str  # name | resident_id | number | phone | birth | address | bank_card | email | plate
    x: int
    y: int
    width: int
    height: int


_LABELS = {
    "name": r"(?:患者|病人|产妇|新生儿|母亲|父亲|家属|联系人|监护人)?姓\s?名|联系人|监护人|(?:patient\s?)?name(?![a-z])",
    "patient": r"患者|病人|patient(?!\s?(?:id|name)|s?[a-z])",
    "number": r"住院(?:流水)?号|门诊号|病案号|病历号|就诊(?:卡)?号|登记号|医保(?:卡)?号|社保(?:卡)?号|卡号|床号|(?:患者|病人)(?:编号|id|号)"
    r"|mrn|patient\s?id|admission\s?no|bed\s?no",
    "resident_id": r"身份证(?:件)?(?:号码?)?|证件号码?|id\s?(?:card|number|no)",
    "phone": r"(?:联系|家庭|手机)?电话(?:号码)?|手机号?码?|联系方式|phone|mobile|tel(?![a-z])",
    "birth": r"出生(?:日期|年月日?)|生日|dob|birth\s?(?:date|day)|date\s?of\s?birth",
    "address": r"(?:现|家庭|联系|户口|通讯)?(?:住址|地址)|address",
    "": r"性别|年龄|科室|病区|病房|诊断|(?:入院|出院|就诊|开单|申请|报告|检查|采样|执行|开始|结束|停止)?(?:日期|时间)|费别|医师|医生|护士|民族|婚姻|职业"
    r"|国籍|身高|体重|过敏|血型|类型|类别|状态|主诉|sex|gender|(?<![a-z])age|dept|ward|diagnosis|doctor",
}
_LABEL = re.compile(
    "|".join(f"(?P<{kind or 'other'}>{words})" for kind, words in _LABELS.items()), re.IGNORECASE
)
_DATE = r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?"
_VALUES = {
    "name": re.compile(rf"[{HAN}]{{2,4}}(?![{HAN}])|[{HAN}]{{1,8}}[·•・][{HAN}]{{1,10}}|[A-Z][A-Za-z'-]*(?: ?[A-Z][A-Za-z'-]*){{0,3}}"),
    "number": re.compile(r"(?=[+A-Za-z-]*\d)[+0-9A-Za-z][0-9A-Za-z+-]{0,24}"),
    "resident_id": re.compile(r"[0-9A-Za-z][0-9A-Za-z ]{5,24}"),
    "phone": re.compile(r"\+?[\d][\d -]{5,18}\d"),
    "birth": re.compile(_DATE + r"|(?:19|20)\d{6}"),
    "address": re.compile(r"\S.{3,}"),
}  # fmt: skip
_SHAPE_KINDS = {
    "resident_id": "resident_id",
    "resident_id_15": "resident_id",
    "mobile": "phone",
    "landline": "phone",
    "bank_card": "bank_card",
    "email": "email",
    "plate": "plate",
    "address": "address",
}
_NARROW = {0x3000: " ", **{0xFF01 + n: chr(0x21 + n) for n in range(94)}}
BESIDE = 12  # heights of a label within which its value stands to the right
NO_NAMES = frozenset(
    ["医院", "先生", "女士", "本人", "未知", "不详", "无名", "列表", "信息", "管理", "查询", "主页", "首页", "档案", "姓名", "患者", "病人"]
)  # fmt: skip


def propose(lines: Sequence[Line], *, width: int, height: int) -> tuple[Proposal, ...]:
    """Places to look at, from top to bottom, none inside another; at most ``MOST``."""
    found: list[tuple[str, Corners]] = []
    for line in lines:
        text = line.text.translate(_NARROW)
        found += [(kind, line.around(start, end)) for kind, start, end in _in_line(text)]
        alone = _LABEL.fullmatch(text.strip(" :*"))
        kind = _kind(alone) if alone else ""
        if kind:
            certain = alone is not None and alone.lastgroup != "patient"
            found += [(kind, around) for around in _near(line.box, kind, lines, certain)]
    outer: list[tuple[str, Corners]] = []
    for kind, box in sorted(found, key=lambda one: -(one[1][2] - one[1][0])):
        if not any(_inside(box, other) for _kind_, other in outer):
            outer.append((kind, box))
    outer.sort(key=lambda one: (one[1][1], one[1][0]))
    return tuple(_padded(kind, box, width, height) for kind, box in outer[:MOST])


def _kind(label: re.Match[str]) -> str:
    kind = label.lastgroup or ""
    return {"other": "", "patient": "name"}.get(kind, kind)


def _in_line(text: str) -> Iterator[tuple[str, int, int]]:
    labels = list(_LABEL.finditer(text))
    for n, label in enumerate(labels):
        kind = _kind(label)
        if not kind:
            continue
        end = labels[n + 1].start() if n + 1 < len(labels) else len(text)
        between = re.match(r"[\s:;.*]*", text[label.end() : end])
        start = label.end() + (between.end() if between else 0)
        if label.lastgroup == "patient" and ":" not in text[label.end() : start]:
            continue  # 患者列表 is no patient
        value = _VALUES[kind].match(text[start:end])
        if value is not None and _fits(kind, value.group()):
            yield kind, start, start + len(value.group().rstrip())
    for shape, start, end in places_of_shapes(text):
        if shape in _SHAPE_KINDS:
            yield _SHAPE_KINDS[shape], start, end
    for word in re.finditer(r"\S+", text):
        if looks_like_name(word.group()) and word.group() not in NO_NAMES and not _LABEL.search(word.group()):
            yield "name", *word.span()


def _fits(kind: str, value: str) -> bool:
    if kind == "name":
        return value not in NO_NAMES and "*" not in value
    if kind == "resident_id":
        return sum(character.isdigit() for character in value) >= 6
    return True


def _near(label: Corners, kind: str, lines: Sequence[Line], certain: bool) -> Iterator[Corners]:
    """The value to the right of a label that stands alone; where there is none, those of the column beneath it.

    ``certain``: the label can only be one of a name (姓名), so beneath it anything as long as a name is one.
    """
    left, top, right, bottom = label
    tall = bottom - top
    others = [line for line in lines if line.box != label]
    beside = [
        line
        for line in others
        if line.box[0] >= right - 2
        and line.box[0] - right < BESIDE * tall
        and min(bottom, line.box[3]) - max(top, line.box[1]) > tall / 2
    ]
    nearest = min(beside, key=lambda line: line.box[0], default=None)
    if nearest is not None and (whole := _whole(nearest, kind, anything=True)) is not None:
        yield whole
        return
    for line in others:
        box = line.box
        if box[1] > top + tall / 2 and min(right, box[2]) - max(left, box[0]) > 0:
            whole = _whole(line, kind, anything=certain)
            if whole is not None and box[2] - box[0] < 6 * max(right - left, 3 * tall):
                yield whole


def _whole(line: Line, kind: str, *, anything: bool) -> Corners | None:
    """The box of a line that is a value of this kind and nothing else; ``anything``: a name may begin with any
    character."""
    text = line.text.translate(_NARROW).strip()
    if _LABEL.fullmatch(text.strip(" :")) is not None:
        return None
    if kind == "name":
        bare = text.replace(" ", "")
        alike = looks_like_name(bare) or looks_like_latin_name(text)
        if anything:
            alike = alike or _VALUES["name"].fullmatch(bare) is not None
        if alike and bare not in NO_NAMES:
            return line.box
        return None
    value = _VALUES[kind].fullmatch(text)
    if (
        value is None
        or not _fits(kind, text)
        or (kind == "address" and not re.search(r"[路街镇村号室区]", text))
    ):
        return None
    return line.box


def _inside(box: Corners, other: Corners) -> bool:
    across = min(box[2], other[2]) - max(box[0], other[0])
    down = min(box[3], other[3]) - max(box[1], other[1])
    area = max(1, (box[2] - box[0]) * (box[3] - box[1]))
    return across > 0 and down > 0 and across * down >= 0.8 * area


def _padded(kind: str, box: Corners, width: int, height: int) -> Proposal:
    """A little larger than the letters: strokes reach beyond the boxes of their characters."""
    more = max(2, (box[3] - box[1]) // 6)
    left, top = max(0, box[0] - more), max(0, box[1] - more)
    return Proposal(kind, left, top, min(width, box[2] + more) - left, min(height, box[3] + more) - top)

"""What the pages of screenshots show: the draft in its editor, its proposals, and pictures that look the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment, Attachment, PictureDraft
from assessments.models.pictures import KEPT_FOR
from assessments.pictures.looks import says_something, steps_between
from assessments.pictures.marks import LONGEST_LINE, MOST_NUMBERS
from engine.rubric.values import Item, Text

NEAR = 6  # of 128 steps: the same screen scaled, saved again, or with another line of data
MOST_NAMED = 3

KINDS: dict[str, str | Promise] = {
    "name": gettext_lazy("姓名"),
    "number": gettext_lazy("住院号等编号"),
    "resident_id": gettext_lazy("身份证号"),
    "phone": gettext_lazy("电话"),
    "birth": gettext_lazy("出生日期"),
    "address": gettext_lazy("住址"),
    "bank_card": gettext_lazy("银行卡号"),
    "email": gettext_lazy("电子邮箱"),
    "plate": gettext_lazy("车牌号"),
}


@dataclass(frozen=True, slots=True)
class NearPicture:
    """A stored picture that looks the same; ``place``: clause or item code."""

    place: str
    name: str

    @property
    def sentence(self) -> str:
        return _("与%(place)s的“%(name)s”几乎相同，请确认没有重复。") % {
            "place": self.place,
            "name": self.name,
        }


def near_pictures(assessment: Assessment, look: str, *, but: int = 0) -> tuple[NearPicture, ...]:
    """Kept pictures of the assessment that differ from ``look`` in at most ``NEAR`` steps, nearest first, at most
    three; ``but``: row that is not compared. One query."""
    if not says_something(look):
        return ()
    rows = (
        Attachment.objects.kept()
        .filter(assessment=assessment)
        .exclude(look="")
        .exclude(pk=but)
        .order_by("uploaded_at", "pk")
        .values_list("look", "clause_code", "item_code", "original_name")
    )
    near = sorted(
        (
            (steps, NearPicture(clause or item, name))
            for other, clause, item, name in rows
            if says_something(other) and (steps := steps_between(look, other)) <= NEAR
        ),
        key=lambda one: one[0],
    )
    return tuple(found for _steps, found in near[:MOST_NAMED])


@dataclass(frozen=True, slots=True)
class Proposed:
    """A box in pixels with the reason in words."""

    x: int
    y: int
    width: int
    height: int
    reason: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """``state``: waiting | read | failed."""

    state: str
    boxes: tuple[Proposed, ...]


def read_proposals(draft: PictureDraft) -> Proposals:
    """No query."""
    return Proposals(
        state=draft.reading,
        boxes=tuple(
            Proposed(
                one["x"], one["y"], one["width"], one["height"], str(KINDS.get(one["kind"], one["kind"]))
            )
            for one in draft.proposals
        ),
    )


@dataclass(frozen=True, slots=True)
class EditorPage:
    """The page of one draft. ``place``: clause code, empty for the whole item; ``places``: those it may go to;
    ``earlier``: the legend of numbers that are in the picture already."""

    public_id: str
    assessment: str
    title: str
    organisation_name: str
    item: str
    item_name: Text
    place: str
    places: tuple[str, ...]
    name: str
    width: int
    height: int
    caption: str
    earlier: tuple[str, ...]
    replaces: bool
    near: tuple[NearPicture, ...]
    gone_at: datetime
    most_numbers: int = MOST_NUMBERS
    longest_line: int = LONGEST_LINE
    longest_caption: int = 200

    @property
    def facts(self) -> dict[str, object]:
        """For the page's module."""
        names = ("width", "height", "earlier", "most_numbers", "longest_line")
        words = {
            "box": _("遮盖框"),
            "arrow": _("箭头"),
            "number": _("标号"),
            "crop": _("裁剪框"),
            "hint_box": _("在图上拖出要遮盖的范围"),
            "hint_arrow": _("从尾部拖到要指的地方"),
            "hint_number": _("点一下放一个标号"),
            "hint_crop": _("拖出要保留的范围"),
            "hint_select": _("点选标注后移动、拉大或删除"),
            "counts": _("遮盖{boxes}处"),
            "full": _("标号已用完，最多%(n)s个。") % {"n": self.most_numbers},
            "open": _("仍有{n}处建议未处理"),
        }
        return {"words": words, **{name: getattr(self, name) for name in names}}


def read_editor(draft: PictureDraft, item: Item) -> EditorPage:
    """One query: looks to compare with. The draft carries its assessment and the picture it was made from."""
    old = draft.replaces
    return EditorPage(
        public_id=str(draft.public_id),
        assessment=str(draft.assessment.public_id),
        title=draft.assessment.title,
        organisation_name=draft.assessment.hospital.name,
        item=draft.item_code,
        item_name=item.name,
        place=draft.clause_code,
        places=tuple(
            f"{item.code}.{level.level}-{clause.n}" for level in item.asked_levels for clause in level.clauses
        ),
        name=draft.original_name,
        width=draft.width,
        height=draft.height,
        caption=old.caption if old else "",
        earlier=tuple(old.legend) if old else (),
        replaces=old is not None,
        near=near_pictures(draft.assessment, draft.look, but=draft.replaces_id or 0),
        gone_at=draft.made_at + KEPT_FOR,
    )

"""What can be invited: hospitals beneath the bureau of a cycle, by place and grade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from assessments.campaigns.examining import ExaminedRow
from assessments.models import Campaign, Participation
from assessments.queries.campaigns.board import head_of, zone_lines
from assessments.queries.campaigns.shown import CampaignHead, ZoneLine
from hospitals.access import Person
from hospitals.models import Organisation

SHOWN = 300  # rows of a preview; the rest is counted


@dataclass(frozen=True, slots=True)
class Branch:
    """A bureau of the tree with the hospitals right beneath it; ``grades``: (value, label, number, invited)."""

    public_id: str
    name: str
    hospitals: int
    invited: int
    grades: tuple[tuple[str, str, int], ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A hospital of the branch that is looked into."""

    public_id: str
    name: str
    grade: str
    code: str
    invited: bool


@dataclass(frozen=True, slots=True)
class InvitePage:
    """``rows`` and what follows: the preview of a list, when there is one. ``token``: the list as read,
    signed, so that what was looked at is what is invited."""

    campaign: CampaignHead
    zones: tuple[ZoneLine, ...]
    branches: tuple[Branch, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    branch_name: str = ""
    grades: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    text: str = ""
    source: str = ""
    rows: tuple[ExaminedRow, ...] = ()
    zone: str = ""
    zone_name: str = ""
    seen: str = ""
    token: str = ""

    def count(self, kind: str) -> int:
        return sum(row.kind == kind for row in self.rows)

    @property
    def new(self) -> int:
        return self.count("new")

    @property
    def again(self) -> int:
        return self.count("again")

    @property
    def moved(self) -> int:
        return self.count("moved")

    @property
    def same(self) -> int:
        return self.count("same")

    @property
    def problems(self) -> int:
        return self.count("problem")

    @property
    def changing(self) -> int:
        return self.new + self.again + self.moved

    @property
    def shown(self) -> tuple[ExaminedRow, ...]:
        """What somebody has to look at first: problems, then what changes, then the rest."""
        order = {"problem": 0, "moved": 1, "again": 2, "new": 3, "same": 4}
        return tuple(sorted(self.rows, key=lambda row: order[row.kind]))[:SHOWN]

    @property
    def hidden(self) -> int:
        return max(0, len(self.rows) - SHOWN)


def invite_page(
    user: Person, campaign: Campaign, *, branch: str = "", problem: str = "", text: str = ""
) -> InvitePage:
    """Three queries, one more for the branch that is looked into."""
    branches = _branches(campaign, branch)
    chosen = next((one for one in branches if one.chosen), None)
    return InvitePage(
        campaign=head_of(user, campaign),
        zones=zone_lines(campaign),
        branches=branches,
        leaves=_leaves(campaign, chosen.public_id) if chosen else (),
        branch_name=chosen.name if chosen else "",
        grades=tuple((value or "-", str(label)) for value, label in Organisation.Grade.choices),
        problem=problem,
        text=text,
    )


def _branches(campaign: Campaign, chosen: str) -> tuple[Branch, ...]:
    """Two queries: hospitals by parent and grade with how many are invited, and the parents."""
    invited = Participation.objects.filter(
        campaign=campaign, hospital=OuterRef("pk"), withdrawn_at__isnull=True
    )
    counted = (
        Organisation.objects.hospitals()
        .filter(path__startswith=campaign.bureau.path)
        .annotate(is_invited=Exists(invited))
        .order_by()
        .values("parent", "grade")
        .annotate(n=Count("pk"), invited=Count("pk", filter=Q(is_invited=True)))
    )
    labels = dict(Organisation.Grade.choices)
    order = {value: place for place, value in enumerate(Organisation.Grade.values)}
    grades: dict[int | None, list[tuple[str, str, int]]] = defaultdict(list)
    sums: dict[int | None, list[int]] = defaultdict(lambda: [0, 0])
    for row in sorted(counted, key=lambda row: order.get(row["grade"], 99)):
        grades[row["parent"]].append((row["grade"], str(labels.get(row["grade"], "")), row["n"]))
        sums[row["parent"]][0] += row["n"]
        sums[row["parent"]][1] += row["invited"]
    parents = Organisation.objects.filter(pk__in=list(sums)).order_by("path")
    return tuple(
        Branch(
            str(one.public_id),
            one.label,
            sums[one.pk][0],
            sums[one.pk][1],
            tuple(grades[one.pk]),
            str(one.public_id) == chosen,
        )
        for one in parents
    )


def _leaves(campaign: Campaign, branch: str) -> tuple[Leaf, ...]:
    invited = Participation.objects.filter(
        campaign=campaign, hospital=OuterRef("pk"), withdrawn_at__isnull=True
    )
    found = (
        Organisation.objects.hospitals()
        .filter(path__startswith=campaign.bureau.path, parent__public_id=branch)
        .annotate(is_invited=Exists(invited))
        .order_by("path")
    )
    return tuple(
        Leaf(str(one.public_id), one.label, str(one.get_grade_display()), one.code, one.is_invited)  # type: ignore[attr-defined]
        for one in found
    )


def hospitals_in(
    campaign: Campaign, *, branches: Sequence[str], grades: Collection[str], hospitals: Collection[str]
) -> list[tuple[int, str]]:
    """(number, name) of what was chosen in the tree: of the branches (all of them, when none is named but
    grades are) those of the grades (all, when none is named), and hospitals named one by one. One query."""
    beneath = Organisation.objects.hospitals().filter(path__startswith=campaign.bureau.path)
    condition = Q(pk__in=[])
    if branches or grades:
        part = Q()
        if branches:
            part &= Q(parent__public_id__in=branches)
        if grades:
            part &= Q(grade__in=["" if grade == "-" else grade for grade in grades])
        condition |= part
    if hospitals:
        condition |= Q(public_id__in=hospitals)
    return [(one.pk, one.label) for one in beneath.filter(condition).order_by("path")]

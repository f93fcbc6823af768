"""Two medical consortia of the demo's province, as its bureau keeps them: a lead hospital and those that belong to it."""

from __future__ import annotations

from assessments.demo.people import Laid
from hospitals.actions.consortia import keep_consortium

#: name, English name, number of the lead hospital, numbers of the members; the county hospital belongs to the second
CONSORTIA = (
    ("示例甲市城市医联体", "Example City A hospital group", 30, (3, 6, 9, 12)),
    ("示例乙市县域医共体", "Example City B county consortium", 25, (4, 7, 10, 13, 16)),
)


def lay_consortia(laid: Laid) -> None:
    hospitals = {number: hospital for number, (hospital, _level) in enumerate(laid.others, start=3)}
    for name, name_en, lead, members in CONSORTIA:
        joined = [hospitals[number] for number in members]
        keep_consortium(
            by=laid.people["demo-bureau"],
            bureau=laid.bureau,
            name=name,
            name_en=name_en,
            lead=hospitals[lead],
            members=[laid.county, *joined] if name == CONSORTIA[1][0] else joined,
        )

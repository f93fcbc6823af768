"""The rectification ledger of the demo's main hospital: some weeks of work on what keeps it from its target."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from assessments.actions.attaching import add_attachment
from assessments.actions.ledger import (
    add_measure,
    assign_entries,
    close_entry,
    enter_by_hand,
    enter_proposals,
    hand_in_entry,
    withdraw_entry,
)
from assessments.demo.people import Laid
from assessments.models import Assessment
from assessments.queries.ledger.proofs import proofs_of
from assessments.queries.ledger.proposals import proposals_of

MOST = 8
#: days from today on which the first entries are due; the first two are late
DUE = (-12, -3, 4, 9, 16, 25, 25, 25)
LAB = "05.03"  # an item of the laboratory, closed with what its head uploaded


def lay_ledger(laid: Laid, assessment: Assessment, picture: Callable[[str], bytes]) -> None:
    """Gaps of the suggested way with measures and due dates, two typed by hand: one closed with proof, one withdrawn."""
    lead, engineer = laid.people["demo-quality"], laid.people["demo-engineer"]
    nurse, today = laid.people["demo-nurse"], timezone.localdate()
    chosen = [one.key for one in proposals_of(assessment) if one.ticked][:MOST]
    entries = enter_proposals(by=lead, assessment=assessment, keys=chosen) if chosen else []
    for entry, days in zip(entries, DUE, strict=False):
        day = today + timedelta(days=days)
        assign_entries(by=lead, assessment=assessment, numbers=[entry.number], due_on=day)
    for entry, text in zip(
        entries, ("厂商已出接口方案，等排期（演示）", "字典对照完成一半（演示）"), strict=False
    ):
        add_measure(by=lead, entry=entry, text=text, day=today - timedelta(days=5))
    if len(entries) > 2:
        assign_entries(by=lead, assessment=assessment, numbers=[entries[1].number], person=engineer)
        assign_entries(by=lead, assessment=assessment, numbers=[entries[2].number], person=nurse)
        add_measure(by=nurse, entry=entries[2], text="全部病区已启用，近三个月数据回填完成（演示）")
        hand_in_entry(by=nurse, entry=entries[2])
    _closed_with_proof(laid, assessment, lead, picture)
    moved = enter_by_hand(
        by=lead, assessment=assessment, wrong="门诊叫号屏不显示检查项目（演示）", item="03.02"
    )
    withdraw_entry(by=lead, entry=moved, why="不属于本标准的条款，转总务科处理（演示）")


def _closed_with_proof(
    laid: Laid, assessment: Assessment, lead: User, picture: Callable[[str], bytes]
) -> None:
    head = laid.people["demo-contributor"]
    entry = enter_by_hand(
        by=lead,
        assessment=assessment,
        wrong="危急值通知没有回执时间，专家抽查时无法说明（演示）",
        item=LAB,
        department=laid.hospital.departments.get(name="检验科"),
        person=head,
        due_on=timezone.localdate() - timedelta(days=2),
    )
    add_measure(by=head, entry=entry, text="LIS已记录回执时间，上周起全部报告可查（演示）")
    name = f"{LAB} 危急值回执（演示）.png"
    add_attachment(
        by=head,
        assessment=assessment,
        file=ContentFile(picture(LAB), name="demo.png"),
        name=name,
        item=LAB,
        caption="危急值通知与回执时间（演示图片）",
    )
    hand_in_entry(by=head, entry=entry)
    proof = proofs_of(entry, lead).choices[0].ref
    close_entry(by=lead, entry=entry, proof=proof, why="现场抽看3例，均有回执时间（演示）")

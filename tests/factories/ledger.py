"""Entries of the rectification ledger for tests, in any state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment, LedgerEntry

State = LedgerEntry.State


def make_entry(assessment: Assessment, by: User, **fields: Any) -> LedgerEntry:
    """Typed by hand unless ``source`` says otherwise; an ended one says who, when and why."""
    last = assessment.ledger.order_by("-number").values_list("number", flat=True).first() or 0
    if fields.get("state") not in (None, *LedgerEntry.UNDONE):
        fields = {"ended_by": by, "ended_at": timezone.now(), "ended_why": "示例理由", **fields}
        if fields["state"] == State.CLOSED:
            fields.setdefault("proof_kind", LedgerEntry.Proof.DECISION)
    return LedgerEntry.objects.create(
        **{
            "assessment": assessment,
            "number": last + 1,
            "source": LedgerEntry.Source.TYPED,
            "item_code": "01.01",
            "wrong": "接口里申请单号丢失",
            "made_by": by,
            "changed_by": by,
            **fields,
        }
    )


def make_many(assessment: Assessment, by: User, count: int, **fields: Any) -> None:
    """Numbers go on from what is there; two thirds of them open."""
    last = assessment.ledger.order_by("-number").values_list("number", flat=True).first() or 0
    now = timezone.now()
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            **{
                "assessment": assessment,
                "number": last + n,
                "source": LedgerEntry.Source.GAP,
                "source_key": f"made:{last + n}",
                "item_code": "01.01",
                "level": 3,
                "wrong": f"第{n}个问题：接口里申请单号丢失，报告对不上申请单。",
                "due_on": timezone.localdate() + timedelta(days=n % 60 - 20),
                "state": State.WITHDRAWN if n % 3 == 0 else State.OPEN,
                **({"ended_by": by, "ended_at": now, "ended_why": "示例理由"} if n % 3 == 0 else {}),
                "made_by": by,
                "changed_by": by,
                **fields,
            }
        )
        for n in range(1, count + 1)
    )

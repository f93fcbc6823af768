"""Working an entry off: measures, beginning, handing in, closing with or without a proof, withdrawing, reopening.

open -> in_work -> handed_in -> closed | unproven        any of the first three -> withdrawn
handed_in -> in_work (handed back)        closed, unproven, withdrawn -> in_work (reopened)
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.ledger.held import held_entry, record_entry, save_change, typed, write_step
from assessments.ledger_permissions import (
    check_can_close,
    check_can_manage,
    check_can_reopen,
    check_can_work,
)
from assessments.models import LedgerEntry, LedgerLine
from assessments.queries.ledger.proofs import proofs_of
from hospitals.refusals import Refusal

State, Source = LedgerEntry.State, LedgerEntry.Source


class EntryMoved(Refusal):
    """Somebody else moved the entry on after the page was opened; nothing was written."""


@transaction.atomic
def add_measure(*, by: User, entry: LedgerEntry, text: str, day: date | None = None) -> LedgerLine:
    """A dated line of what was done; the first one begins the work. Two people's lines never clash.

    ``day``: when it was done, today when None. Raises Refusal: no words, a day to come.
    """
    held = held_entry(entry)
    check_can_work(by, held)
    text = typed(text)
    if not text:
        raise Refusal(_("请写明做了什么。"))
    today = timezone.localdate()
    if day is not None and day > today:
        raise Refusal(_("整改措施的日期不能晚于今天。"))
    line = LedgerLine.objects.create(entry=held, day=day or today, text=text, by=by)
    record_entry(held, by, "ledger.measure-added", {"note": text})
    if held.state == State.OPEN:
        _step(held, by, State.IN_WORK, "ledger.moved")
    return line


@transaction.atomic
def begin_entry(*, by: User, entry: LedgerEntry, seen: str = "") -> LedgerEntry:
    held = _held_as_seen(entry, seen)
    check_can_work(by, held)
    if held.state != State.OPEN:
        raise Refusal(_("这个事项已经在整改中。"))
    return _step(held, by, State.IN_WORK, "ledger.moved")


@transaction.atomic
def hand_in_entry(*, by: User, entry: LedgerEntry, why: str = "", seen: str = "") -> LedgerEntry:
    """The people who worked on it say it is done. ``why``: a last word; at least one measure must be written down."""
    held = _held_as_seen(entry, seen)
    check_can_work(by, held)
    if held.state == State.HANDED_IN:
        raise Refusal(_("这个事项已经提交销号，正在等质控负责人确认。"))
    why = typed(why)
    if not why and not held.lines.filter(state="").exists():
        raise Refusal(_("请先写一条整改措施，再提交销号。"))
    return _step(held, by, State.HANDED_IN, "ledger.handed-in", why)


@transaction.atomic
def hand_back_entry(*, by: User, entry: LedgerEntry, why: str, seen: str = "") -> LedgerEntry:
    """Not done yet: back to the people who work on it, with a reason."""
    held = _held_as_seen(entry, seen)
    check_can_manage(by, held.assessment)
    if held.state != State.HANDED_IN:
        raise Refusal(_("这个事项没有提交销号，不需要退回。"))
    return _step(held, by, State.IN_WORK, "ledger.handed-back", _reason(why, _("请写明为什么退回。")))


@transaction.atomic
def close_entry(
    *, by: User, entry: LedgerEntry, proof: str = "", why: str = "", seen: str = ""
) -> LedgerEntry:
    """Close with the proof ``proofs_of`` offers under this name; without one only with a reason, and marked so.

    An entry of a refuted rule is never closed without a new run in which the rule is 核验相符. Raises Refusal with
    one sentence.
    """
    held = _held_as_seen(entry, seen)
    check_can_close(by, held)
    why = typed(why)
    before = held.state
    proofs = proofs_of(held, by)
    if held.source == Source.RULE and not proof:
        raise Refusal(proofs.missing or _("这条规则核验不符，请以新的核验结果销号。"))
    if proof:
        chosen = proofs.chosen(proof)
        if chosen is None:
            raise Refusal(proofs.missing or _("所选佐证已经不在，请刷新后重新选择。"))
        if chosen.why_not:
            raise Refusal(chosen.why_not)
        held.state, held.proof_kind, held.proof_facts = State.CLOSED, chosen.kind, dict(chosen.facts)
    else:
        held.state = State.UNPROVEN
        why = _reason(why, _("没有佐证的销号需要写明理由，台账上会一直标明“无佐证”。"))
    _end(held, by, why, ["proof_kind", "proof_facts"])
    verb = "ledger.closed" if proof else "ledger.closed-unproven"
    _write_end(held, by, verb, before, why)
    return held


@transaction.atomic
def withdraw_entry(*, by: User, entry: LedgerEntry, why: str, seen: str = "") -> LedgerEntry:
    """It was no shortcoming, or is not going to be put right: ended with a reason that stays readable."""
    held = _held_as_seen(entry, seen)
    check_can_close(by, held)
    before = held.state
    why = _reason(why, _("撤销事项需要写明理由。"))
    held.state = State.WITHDRAWN
    _end(held, by, why, [])
    _write_end(held, by, "ledger.withdrawn", before, why)
    return held


@transaction.atomic
def reopen_entry(*, by: User, entry: LedgerEntry, why: str, seen: str = "") -> LedgerEntry:
    """In work again, with a reason; proof and end are taken off, the lines stay.

    Raises Refusal also when the same source has another open entry by now.
    """
    held = _held_as_seen(entry, seen)
    check_can_reopen(by, held)
    why = _reason(why, _("重新打开需要写明理由。"))
    if held.source_key:
        other = LedgerEntry.objects.undone().filter(assessment=held.assessment, source_key=held.source_key)
        for one in other[:1]:
            raise Refusal(_("同一来源已有未销号的第%(n)s号事项，请在那里继续。") % {"n": one.number})
    before = held.state
    held.state, held.proof_kind, held.proof_facts = State.IN_WORK, "", {}
    held.ended_why, held.ended_by, held.ended_at = "", None, None
    save_change(held, by, ["state", "proof_kind", "proof_facts", "ended_why", "ended_by", "ended_at"])
    write_step(held, by, "ledger.reopened", before, why)
    return held


def _held_as_seen(entry: LedgerEntry, seen: str) -> LedgerEntry:
    """The entry locked. ``seen``: the state the page showed; empty asks nothing."""
    held = held_entry(entry)
    if seen and seen != held.state:
        raise EntryMoved(
            _("%(name)s刚刚把这个事项改为“%(state)s”。没有写入，您填的还在；请核对后再操作。")
            % {
                "name": held.changed_by.get_full_name() if held.changed_by else "",
                "state": held.get_state_display(),
            }
        )
    return held


def _step(held: LedgerEntry, by: User, state: str, verb: str, why: str = "") -> LedgerEntry:
    before, held.state = held.state, state
    save_change(held, by, ["state"])
    write_step(held, by, verb, before, why)
    return held


def _end(held: LedgerEntry, by: User, why: str, more: list[str]) -> None:
    held.ended_why, held.ended_by, held.ended_at = why, by, timezone.now()
    save_change(held, by, ["state", "ended_why", "ended_by", "ended_at", *more])


def _write_end(held: LedgerEntry, by: User, verb: str, before: str, why: str) -> None:
    LedgerLine.objects.create(entry=held, day=timezone.localdate(), text=why, state=held.state, by=by)
    record_entry(
        held,
        by,
        verb,
        {
            "before": before,
            "after": held.state,
            **({"reason": why} if why else {}),
            **({"proof": held.proof_kind, **held.proof_facts} if held.proof_kind else {}),
        },
    )


def _reason(why: str, sentence: str) -> str:
    why = typed(why)
    if not why:
        raise Refusal(sentence)
    return why

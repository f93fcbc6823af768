"""``manage.py audit verify``: whether the trail is what was written. Status 1 names the first altered row."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.command_line import AnswerIsNo, FileCommand
from audit.verbs import verb_label
from audit.verifying import FORMAT, ChainCheck, Fault, check_chains


def sentence(check: ChainCheck) -> str:
    """One fault in words."""
    fault = check.fault or Fault("", 0)
    values = {
        "chain": check.chain,
        "sequence": fault.sequence,
        "event": fault.event,
        "at": fault.at,
        "actor": fault.actor,
        "verb": verb_label(fault.verb),
    }
    return {
        "altered": _(
            "链%(chain)s：第%(sequence)s条记录（行号%(event)s，%(at)s，%(actor)s，%(verb)s）的内容被改动过。"
        ),
        "unlinked": _(
            "链%(chain)s：第%(sequence)s条记录（行号%(event)s，%(at)s，%(actor)s，%(verb)s）与前一条不衔接，前面有记录被替换。"
        ),
        "missing": _("链%(chain)s：缺少第%(sequence)s条记录。"),
        "cut": _("链%(chain)s：自第%(sequence)s条起末尾的记录被删除，或链首被改动。"),
    }[fault.kind] % values


class Command(FileCommand):
    help = "verify: recompute every chain of the audit trail and name the first row that was altered"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question", choices=["verify"], help="what to do with the trail")
        parser.add_argument("--json", action="store_true", help=f"print {FORMAT} instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        checks = list(check_chains())
        faulty = [check for check in checks if check.fault is not None]
        events = sum(check.events for check in checks)
        if options["json"]:
            answer = {
                "format": FORMAT,
                "whole": not faulty,
                "events": events,
                "chains": [check.as_json() for check in checks],
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        if faulty:
            raise AnswerIsNo(" ".join(sentence(check) for check in faulty))
        if not options["json"]:
            chains = ngettext("%(n)s条链", "%(n)s条链", len(checks)) % {"n": len(checks)}
            self.stdout.write(
                _("审计记录完整：%(chains)s，共%(events)s条记录。") % {"chains": chains, "events": events}
            )

"""What people are told about the rectification ledger, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.notice_words import Facts, Words, words_for

ASSIGNED = "ledger.assigned"
#: once a week; the second also goes out by e-mail, to people who asked for it
DIGEST, MAILED_DIGEST = "ledger.digest", "ledger.digest-mailed"


@words_for(ASSIGNED)
def _assigned(facts: Facts) -> Words:
    count = int(facts["count"])
    title = ngettext("分派给您%(n)s个整改事项", "分派给您%(n)s个整改事项", count) % {"n": count}
    text = str(facts["title"])
    if facts.get("due_on"):
        text = _("%(title)s：最早%(due_on)s到期。") % {"title": text, "due_on": facts["due_on"]}
    return Words(title, text, "clipboard-list")


@words_for(DIGEST)
@words_for(MAILED_DIGEST, mailed=True)
def _digest(facts: Facts) -> Words:
    count, late, soon = int(facts["open"]), int(facts["late"]), int(facts["soon"])
    parts = []
    if late:
        parts.append(ngettext("%(n)s个已逾期", "%(n)s个已逾期", late) % {"n": late})
    if soon:
        parts.append(ngettext("%(n)s个一周内到期", "%(n)s个一周内到期", soon) % {"n": soon})
    if waiting := int(facts.get("handed_in", 0)):
        parts.append(ngettext("%(n)s个等您确认销号", "%(n)s个等您确认销号", waiting) % {"n": waiting})
    title = ngettext("本周整改提醒：%(n)s个未销号", "本周整改提醒：%(n)s个未销号", count) % {"n": count}
    listed = _("；").join(
        _("第%(number)s号（%(due)s）%(wrong)s")
        % {"number": one["number"], "due": one["due_on"], "wrong": one["wrong"]}
        for one in facts.get("first", ())
    )
    return Words(
        title, _("，").join(parts) + ("\n" + listed if listed and parts else listed), "clipboard-list"
    )

"""What hospitals are told about a cycle, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from assessments.models import Participation
from assessments.notice_words import Facts, Words, words_for

OPENED = "campaign.opened"
REMINDER = "campaign.reminder"
EXTENDED = "campaign.extended"
REOPENED = "campaign.reopened"
CLOSED = "campaign.closed"
PERMITTED = "campaign.late-permitted"
NOT_PERMITTED = "campaign.late-ended"
TAKEN_OUT = "campaign.withdrawn"


def about(participation: Participation) -> dict[str, Any]:
    """Facts of every notice about a hospital in a cycle; campaign, bureau and hospital are read already."""
    campaign, hospital = participation.campaign, participation.hospital
    return {
        "campaign": campaign.title,
        "hospital": {"zh": hospital.name, "en": hospital.name_en},
        "bureau": {"zh": campaign.bureau.name, "en": campaign.bureau.name_en},
    }


def _said(facts: Facts) -> dict[str, Any]:
    english = (get_language() or "").startswith("en")
    names = {key: (english and facts[key].get("en")) or facts[key]["zh"] for key in ("hospital", "bureau")}
    return {"campaign": facts["campaign"], **names}


def _with(sentence: str, more: str) -> str:
    """A sentence, and what somebody wrote on a line of its own."""
    return f"{sentence}\n{more}" if more else sentence


@words_for(OPENED, mailed=True)
def _opened(facts: Facts) -> Words:
    dates = {**_said(facts), "begins": facts["begins"], "ends": facts["ends"]}
    return Words(
        _("请参加“%(campaign)s”") % dates,
        _("%(bureau)s请%(hospital)s参加，填报时间%(begins)s至%(ends)s。") % dates,
        "calendar-event",
    )


@words_for(REMINDER, mailed=True)
def _reminder(facts: Facts) -> Words:
    said, left = _said(facts), int(facts["left"])
    if left < 0:
        title = ngettext(
            "“%(campaign)s”已逾期%(n)s天，请尽快办理", "“%(campaign)s”已逾期%(n)s天，请尽快办理", -left
        ) % {**said, "n": -left}
        text = _("截止日是%(ends)s，%(hospital)s还没有提交。如需补报，请联系%(bureau)s。")
    elif left == 0:
        title = _("“%(campaign)s”今天截止") % said
        text = _("截止日是%(ends)s，%(hospital)s还没有提交。")
    else:
        title = ngettext("“%(campaign)s”还有%(n)s天截止", "“%(campaign)s”还有%(n)s天截止", left) % {
            **said,
            "n": left,
        }
        text = _("截止日是%(ends)s，%(hospital)s还没有提交。")
    return Words(
        title, _with(text % {**said, "ends": facts["ends"]}, str(facts.get("text", ""))), "calendar-due"
    )


@words_for(EXTENDED, mailed=True)
def _extended(facts: Facts) -> Words:
    said = {**_said(facts), "ends": facts["ends"]}
    return Words(
        _("“%(campaign)s”的截止日改为%(ends)s") % said,
        _with(_("%(bureau)s延长了%(hospital)s的填报时间。") % said, str(facts.get("reason", ""))),
        "calendar-event",
    )


@words_for(REOPENED, mailed=True)
def _reopened(facts: Facts) -> Words:
    said = {**_said(facts), "ends": facts["ends"]}
    return Words(
        _("“%(campaign)s”重新开放，截止日%(ends)s") % said,
        _with(_("%(hospital)s可以继续填报和提交。") % said, str(facts.get("reason", ""))),
        "calendar-event",
    )


@words_for(CLOSED)
def _closed(facts: Facts) -> Words:
    said = _said(facts)
    return Words(
        _("“%(campaign)s”已结束") % said,
        _with(
            _("%(hospital)s没有全部提交。如需补报，请联系%(bureau)s准予。") % said,
            str(facts.get("reason", "")),
        ),
        "lock",
    )


@words_for(PERMITTED, mailed=True)
def _permitted(facts: Facts) -> Words:
    said = {**_said(facts), "ends": facts["ends"]}
    return Words(
        _("准予补报“%(campaign)s”至%(ends)s") % said,
        _with(_("%(bureau)s准予%(hospital)s在%(ends)s以前补报。") % said, str(facts.get("reason", ""))),
        "calendar-event",
    )


@words_for(NOT_PERMITTED, mailed=True)
def _not_permitted(facts: Facts) -> Words:
    said = {**_said(facts), "ends": facts["ends"]}
    return Words(
        _("“%(campaign)s”的补报准许已撤销") % said,
        _with(_("%(hospital)s的截止日恢复为%(ends)s。") % said, str(facts.get("reason", ""))),
        "calendar-event",
    )


@words_for(TAKEN_OUT, mailed=True)
def _taken_out(facts: Facts) -> Words:
    said = _said(facts)
    return Words(
        _("不再需要参加“%(campaign)s”") % said,
        _with(
            _("%(bureau)s把%(hospital)s移出了参评名单；已填的自评都在，可以照常使用。") % said,
            str(facts.get("reason", "")),
        ),
        "info-circle",
    )

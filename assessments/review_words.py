"""What people are told about reviews, in words. Registered when the app is ready."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from assessments.notice_words import Facts, Words, words_for


def said(facts: Facts) -> dict[str, Any]:
    """The facts with the hospital's name in the reader's language."""
    names = facts["hospital"]
    english = (get_language() or "").startswith("en")
    return {**facts, "hospital": (english and names["en"]) or names["zh"]}


@words_for("review.assigned", mailed=True)
def assigned(facts: Facts) -> Words:
    return Words(
        _("请评审%(hospital)s的自评") % said(facts),
        _("%(title)s，%(due_on)s前办结。开始前请先声明无利益冲突。") % facts,
        "clipboard-check",
    )


@words_for("review.asked", mailed=True)
def asked(facts: Facts) -> Words:
    text = _("%(title)s：%(about)s") % facts
    if facts.get("due_on"):
        text = _("%(text)s。请在%(due_on)s前答复。") % {"text": text, "due_on": facts["due_on"]}
    return Words(_("评审方提出了问题，请答复"), text, "message")


@words_for("review.answered")
def answered(facts: Facts) -> Words:
    return Words(
        _("%(hospital)s答复了您的问题") % said(facts), _("%(title)s：%(about)s") % facts, "message-circle"
    )


@words_for("review.returned", mailed=True)
def returned(facts: Facts) -> Words:
    doubts = int(facts.get("doubts", 0))
    text = str(facts["reason"])
    if doubts:
        more = ngettext("另有%(n)s条存疑或不同意的条款。", "另有%(n)s条存疑或不同意的条款。", doubts) % {
            "n": doubts
        }
        text = f"{text} {more}"
    return Words(_("“%(title)s”已退回，请修改后再次提交") % facts, text, "arrow-back-up")


@words_for("award.decided", mailed=True)
def decided(facts: Facts) -> Words:
    return Words(_("“%(title)s”的评定结论：%(level)s级") % facts, _("公示期满后公布生效。"), "circle-check")


@words_for("award.notice-given", mailed=True)
def notice_given(facts: Facts) -> Words:
    return Words(
        _("评定结果开始公示：%(level)s级") % facts,
        _("公示%(from)s至%(until)s，对结果有异议的请在此期间提出。") % facts,
        "bell",
    )


@words_for("award.published", mailed=True)
def published(facts: Facts) -> Words:
    return Words(_("评定结果已公布：%(year)s年度%(level)s级") % facts, str(facts["title"]), "certificate")


@words_for("award.revoked", mailed=True)
def revoked(facts: Facts) -> Words:
    return Words(_("“%(title)s”的评定结果已撤销") % facts, str(facts["reason"]), "alert-triangle")


@words_for("objection.recorded")
def objected(facts: Facts) -> Words:
    return Words(_("%(hospital)s对公示的结果提出异议") % said(facts), str(facts["title"]), "flag")


@words_for("objection.answered", mailed=True)
def objection_answered(facts: Facts) -> Words:
    title = _("异议成立，将重新作出结论") if facts["outcome"] == "upheld" else _("异议不成立")
    return Words(title, str(facts["answer"]), "flag")

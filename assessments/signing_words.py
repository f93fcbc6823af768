"""What people are told about signatures, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.models import Signature
from assessments.notice_words import Facts, Words, words_for
from assessments.queries.signing.changes import why_void

REOPENED = "signing.reopened"


@words_for(REOPENED)
def _reopened(facts: Facts) -> Words:
    step = str(facts.get("department") or Signature.Step(facts["step"]).label)
    title = _("您的签署已失效，请重新签署：%(step)s") % {"step": step}
    return Words(
        title,
        _("%(title)s：%(why)s")
        % {"title": facts["title"], "why": "".join(why_void(facts["facts"], facts["kind"]))},
        "user-check",
    )

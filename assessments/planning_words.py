"""What people are told about plans, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.notice_words import Facts, Words, words_for

ASSIGNED = "plan.task-assigned"


@words_for(ASSIGNED, mailed=True)
def _assigned(facts: Facts) -> Words:
    said = {
        "n": int(facts["count"]),
        "items": ", ".join(str(one) for one in facts["items"]),
        "due_on": facts["due_on"],
        "title": facts["title"],
    }
    return Words(
        ngettext("分派给您%(n)s项规划任务", "分派给您%(n)s项规划任务", said["n"]) % said,
        _("%(title)s：项目%(items)s，最早%(due_on)s到期。") % said,
        "list-check",
    )

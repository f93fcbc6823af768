"""What hospitals and bureaus are told about questions on the dual track, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.notice_words import Facts, Words, words_for

ASKED = "dual_track.asked"
ANSWERED = "dual_track.answered"


@words_for(ASKED, mailed=True)
def _asked(facts: Facts) -> Words:
    return Words(
        _("%(bureau)s请贵院说明%(year)s年度智慧服务与电子病历级别的差异") % {"bureau": facts["bureau"], "year": facts["year"]},
        _("请在%(by)s前答复。答复之前，区域比较中不显示贵院名称。") % {"by": facts["by"]},
        "help-circle",
    )  # fmt: skip


@words_for(ANSWERED)
def _answered(facts: Facts) -> Words:
    return Words(
        _("%(hospital)s已说明%(year)s年度双轨差异") % {"hospital": facts["hospital"], "year": facts["year"]},
        icon="message",
    )

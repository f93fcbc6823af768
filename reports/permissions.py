"""Who may read results. Seeing the assessment comes first: ``Assessment.objects.visible_to(user)``."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.permissions import is_staff_of
from hospitals.access import Person
from hospitals.refusals import Refusal


def check_can_read_result(user: Person, assessment: Assessment) -> None:
    """Staff of the hospital read the result at any time; a bureau once something was submitted."""
    if is_staff_of(user, assessment) or assessment.submitted_at is not None:
        return
    raise Refusal(_("这份自评还没有提交，结果仅本院成员可见。"))

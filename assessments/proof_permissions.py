"""Who sees the proof material of an assessment as a whole. Raises the reason as a Refusal."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.permissions import is_staff_of
from assessments.review_permissions import is_assigned_reviewer
from assessments.verification_permissions import JUDGES_ABOVE
from hospitals import access
from hospitals.access import Person
from hospitals.refusals import Refusal


def check_can_see_proofs(user: Person, assessment: Assessment) -> None:
    """Staff at any time; those above who may open its files while it is in their hands.

    Once it is open again the hospital is at work on it: what stands there is not what was submitted.
    """
    if is_staff_of(user, assessment):
        return
    above = access.oversees(user, assessment.hospital, *JUDGES_ABOVE) or is_assigned_reviewer(
        user, assessment
    )
    if assessment.submitted_at is None or not above:
        raise Refusal(_("这里是本院填报过程，仅本院成员可见；您可以查看已提交的结果。"))
    if assessment.is_open:
        raise Refusal(_("医院正在修改这份自评，再次提交后才能查看实证材料。"))

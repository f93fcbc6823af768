"""The plan that the demo's main hospital adopted last year for smart service, and how far it is by now."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from assessments.actions.planning import move_task
from assessments.actions.planning.adopting import put_in_force
from assessments.demo.people import Laid
from assessments.models import Assessment, Objective, PlanTask
from assessments.queries.planning.ground import Setting, current_quarter, ground_of
from assessments.queries.planning.making import plan_for
from engine.roadmap.values import Constraints

BEGUN = 4  # quarters ago
#: who works on the items of which role of the smart-service standard
WHOSE = {"01": "门诊部", "02": "门诊部", "03": "护理部", "04": "信息科", "05": "信息科"}
PEOPLE = {"护理部": "demo-nurse", "信息科": "demo-engineer"}


def lay_plan(laid: Laid, assessment: Assessment, lead: User) -> None:
    """From the accepted assessment of last year to the next level; what is due is done, but for one task."""
    assessment.refresh_from_db()
    start = current_quarter().later(-BEGUN)
    setting = Setting(assessment.target_level, Objective.CHEAPEST.value, start, Constraints())
    ground = ground_of(assessment, setting)
    day = start.first_day - timedelta(days=12)
    plan = put_in_force(
        by=lead,
        ground=ground,
        plan=plan_for(ground),
        note="院长办公会审议通过（演示）",
        at=timezone.make_aware(datetime.combine(day, time(10))),
    )
    departments = {department.name: department for department in laid.hospital.departments.all()}
    for task in plan.tasks.all():
        name = WHOSE[task.item_code[:2]]
        task.department = departments[name]
        task.owner = laid.people.get(PEOPLE.get(name, ""))
        task.save(update_fields=["department", "owner"])
    today = timezone.localdate()
    due = [task for task in plan.tasks.all() if task.due_on < today]
    for task in due[:-1]:
        move_task(by=lead, task=task, state=PlanTask.State.DONE)
    plan.tasks.filter(state=PlanTask.State.DONE).update(done_on=F("due_on"))
    for task in plan.tasks.filter(starts_on__lte=today, due_on__gte=today)[:3]:
        move_task(by=lead, task=task, state=PlanTask.State.IN_WORK, note="接口联调中（演示）")

"""Addresses of planning the way up: the plan in the making, what it assumes, adopting it, and working it off."""

from django.urls import URLPattern, path

from reports.views.roadmap import adopting, assuming, delivered, planning, progress

HERE = "assessments/<uuid:assessment>/plan/"

urlpatterns: list[URLPattern] = [
    path(HERE, planning.plan, name="plan"),
    path(f"{HERE}change/", planning.plan_change, name="plan-change"),
    path(f"{HERE}choices/<str:objective>/", planning.plan_choice, name="plan-choice"),
    path(f"{HERE}items/<str:item>/", planning.plan_item, name="plan-item"),
    path(f"{HERE}assumptions/", assuming.plan_assumptions, name="plan-assumptions"),
    path(f"{HERE}adopt/", adopting.plan_adopt, name="plan-adopt"),
    path(f"{HERE}end/", adopting.plan_end, name="plan-end"),
    path(f"{HERE}progress/", progress.plan_progress, name="plan-progress"),
    path(f"{HERE}delivered/", delivered.plan_delivered, name="plan-delivered"),
    path(f"{HERE}tasks/<uuid:task>/assign/", progress.plan_task_assign, name="plan-task-assign"),
    path(f"{HERE}tasks/<uuid:task>/move/", progress.plan_task_move, name="plan-task-move"),
]

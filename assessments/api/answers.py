"""Autosave of one item: ``PATCH`` merges changes, ``GET`` tells how the item stands by now."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from assessments.actions.answers import save_changes
from assessments.api.formats import CHANGES, ITEM_NOW, MERGED_ITEM
from assessments.api.session import PageView
from assessments.pages.answer_json import item_json, merge_json
from assessments.permissions import check_can_see_work
from assessments.queries.item import read_item_now
from rubrics.queries import get_rubric


class AnswersOfItem(PageView):
    """``{"changes": [{"path": "clauses.3.2", "from": "not_answered", "to": "met"}], "key": "…"}``

    200 saved; 409 some paths in conflict, the others saved; 422 some refused with a sentence, the
    others saved; 403 not allowed any more; 401 sign in again; 400 not a list of changes.
    Merging is idempotent by itself, so ``key`` only names the request.
    """

    scopes = {"GET": "assessments:read", "PATCH": "assessments:write"}

    @operation("read_answers", _("一个项目的答案与当前得分"), ITEM_NOW)
    def get(self, request: Request, assessment: UUID, item: str) -> Response:
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        now = read_item_now(found, item)
        if now is None:
            raise Http404
        return self.as_answer(item_json(found, now))

    @operation(
        "save_answers",
        _("保存一个项目的答案，逐处合并"),
        MERGED_ITEM,
        body={"application/json": CHANGES},
        outcomes={409: MERGED_ITEM, 422: MERGED_ITEM},
        more=_(
            "409：有几处与他人的修改冲突；422：有几处不能采用。其余各处已保存。重发相同内容不会重复修改。"
        ),
    )
    def patch(self, request: Request, assessment: UUID, item: str) -> Response:
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        if item not in get_rubric(found.edition).by_code:
            raise Http404
        changes = self.changes(request)
        merge = save_changes(by=self.person(request), assessment=found, item=item, changes=changes)
        return self.as_answer(merge_json(found, merge), merge.status)

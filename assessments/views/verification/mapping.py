"""The mapping editor: one table at a time, the whole text, earlier versions, and a masked preview."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.actions.mapping import save_mapping
from assessments.models import Assessment, MappingVersion
from assessments.permissions import check_can_see_work
from assessments.queries.verification.mapping import (
    Draft,
    Found,
    find,
    mapping_page,
    proposal,
    proposed_draft,
    saved_draft,
)
from assessments.queries.verification.preview import preview_page
from assessments.verification_permissions import check_can_map
from assessments.views.door import behind_the_door, find_assessment
from assessments.views.verification.mapping_form import draft_of, headers_in, with_table, without_table
from engine.evidence.mapping import write_mapping
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of

TABS = ("tables", "yaml", "versions")


@behind_the_door
@require_http_methods(["GET", "POST"])
def mapping(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """``?table=source|record`` opens a mapped table, ``?file=`` one that was found; ``?tab=`` text or versions."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    if request.method == "POST":
        check_can_map(request.user, found.hospital)
        return _change(request, found)
    known = find(found)
    tab = request.GET.get("tab", "tables")
    page = mapping_page(
        found,
        request.user,
        known,
        tab=tab if tab in TABS else "tables",
        draft=_asked(request, known),
    )
    return render(request, "assessments/verification/mapping.html", {"page": page})


def _asked(request: HttpRequest, known: Found) -> Draft | None:
    """The table the address names; none when it is gone."""
    if table := request.GET.get("table", ""):
        source, _bar, record = table.rpartition("|")
        return saved_draft(known, source, record)
    if asked := request.GET.get("file", ""):
        file = known.file(asked)
        return proposed_draft(file) if file is not None else None
    return None


def _change(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """What the form asks: propose anew, add, save, remove, the text, or an earlier version once more."""
    what = request.POST.get("what", "save")
    known = find(assessment)
    if what == "refresh":
        return _show(request, assessment, known, _refreshed(request, known))
    if what == "add":
        name = request.POST.get("source", "").strip()[:200]
        return _show(request, assessment, known, proposal(name, headers_in(request.POST.get("headers", ""))))
    draft: Draft | None = None
    text = ""
    tab = "yaml" if what == "yaml" else "versions" if what == "again" else "tables"
    note = request.POST.get("note", "")
    try:
        if what == "yaml":
            text = request.POST.get("text", "")
        elif what == "again":
            earlier = _version(assessment, request.POST.get("version", ""))
            text, note = earlier.text, _("沿用第%(version)s版") % {"version": earlier.version}
        elif what == "remove":
            text = write_mapping(
                without_table(
                    known.document, request.POST.get("was_source", ""), request.POST.get("was_record", "")
                )
            )
        else:
            draft = _with_file(draft_of(request.POST), known)
            text = write_mapping(with_table(known.document, draft, assessment.hospital.name))
        saved = save_mapping(
            by=person_of(request), assessment=assessment, text=text, note=note, seen=_seen(request)
        )
    except Refusal as refusal:
        page = mapping_page(
            assessment,
            request.user,
            known,
            tab=tab,
            draft=draft,
            text=text if what == "yaml" else None,
            problem=str(refusal),
        )
        return render(request, "assessments/verification/mapping.html", {"page": page}, status=422)
    messages.success(request, _("已保存为第%(version)s版映射。") % {"version": saved.version})
    here = reverse("mapping", args=[assessment.public_id])
    if draft is not None:
        table = f"{draft.mapping.source}|{draft.mapping.record}"
        return redirect(f"{here}?{urlencode({'table': table})}")
    return redirect(f"{here}?tab={tab}" if tab != "tables" else here)


def _refreshed(request: HttpRequest, known: Found) -> Draft:
    """The form as typed; for another record type the columns are proposed again."""
    draft = _with_file(draft_of(request.POST), known)
    mapping = draft.mapping
    if mapping.record == request.POST.get("drawn_record", ""):
        return draft
    file = known.file(draft.file)
    fresh = (
        proposed_draft(file, mapping.record)
        if file is not None
        else proposal(mapping.source, draft.headers, record=mapping.record)
    )
    return replace(
        fresh,
        mapping=replace(
            fresh.mapping,
            source=mapping.source,
            system=mapping.system,
            datetime_format=mapping.datetime_format,
        ),
        was_source=draft.was_source,
        was_record=draft.was_record,
    )


def _with_file(draft: Draft, known: Found) -> Draft:
    file = known.file(draft.file)
    return replace(draft, can_preview=bool(file and file.file), file=draft.file if file else "")


def _show(request: HttpRequest, assessment: Assessment, known: Found, draft: Draft) -> HttpResponse:
    page = mapping_page(assessment, request.user, known, draft=draft)
    return render(request, "assessments/verification/mapping.html", {"page": page})


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0


def _version(assessment: Assessment, number: str) -> MappingVersion:
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 8 else 0
    found = MappingVersion.objects.filter(hospital=assessment.hospital, version=wanted).first()
    if found is None:
        raise Http404
    return found


@behind_the_door
@require_POST
def mapping_preview(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Twenty masked rows through the mapping as it stands in the form. Nothing is stored."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    check_can_map(request.user, found.hospital)
    draft = draft_of(request.POST)
    page = preview_page(draft.mapping, find(found).file(draft.file))
    answer = render(request, "assessments/verification/_mapping_preview.html", {"page": page})
    answer["Cache-Control"] = "no-store"
    return answer

"""Consortia with the form that keeps them, and any two hospitals side by side."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.views.door import behind_the_door
from hospitals import access
from hospitals.actions.consortia import keep_consortium, remove_consortium
from hospitals.models import Consortium, Organisation
from hospitals.permissions import check_can_keep_consortia
from hospitals.queries.consortia import Found, find_hospitals, named_in, suggestions
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from reports.comparing import reading
from reports.comparing.consortia import standings
from reports.view_models.region import consortia, pair
from reports.view_models.region.choice import Choice
from reports.views.comparing.around import (
    Around,
    figure_of,
    links_of,
    query_of,
    read,
)
from reports.views.region.choosing import choose
from reports.views.region.tables import table_response, wants_table


def _refusal(request: HttpRequest, bureau: Organisation) -> str:
    try:
        check_can_keep_consortia(request.user, bureau)
    except Refusal as reason:
        return str(reason)
    return ""


@behind_the_door
@require_GET
def region_consortia(request: HttpRequest) -> HttpResponse:
    """Beside session, person and memberships: the choice (six), rows, consortia and members (two), names, links."""
    around = read(request)
    choice = around.choice
    found = standings(reading.joined_in(choice.bureau), {row.hospital: row for row in around.rows})
    if "figure" in request.GET:
        return figure_of(request, {"consortia": consortia.consortia_chart(choice, found)})
    pages = Paginator(found, consortia.PER_PAGE).get_page(request.GET.get("page"))
    listed = found if wants_table(request) else pages.object_list
    mine = {pk for one in listed for pk in (one.joined.lead, *one.joined.members)}
    names, links = reading.names_of(choice.bureau, mine), links_of(choice, sorted(mine))
    if wants_table(request):
        sheets = consortia.consortia_sheets(consortia.consortia_lines(listed, names, links))
        return table_response(request, around.choice, _("医联体"), sheets)
    page = consortia.consortia_page(
        choice, found, pages, names, links, _refusal(request, choice.bureau), query_of(request)
    )
    return render(request, "reports/region/consortia.html", {"page": page})


@behind_the_door
@require_http_methods(["GET", "POST"])
def consortium_new(request: HttpRequest) -> HttpResponse:
    """A new consortium of the chosen bureau."""
    return _form(request, choose(request), None)


@behind_the_door
@require_http_methods(["GET", "POST"])
def consortium(request: HttpRequest, consortium: UUID) -> HttpResponse:
    return _form(request, choose(request), _consortium(request, consortium))


def _consortium(request: HttpRequest, public_id: UUID) -> Consortium:
    """404 for one outside the person's bureaus."""
    condition = access.beneath_bureaus_of(request.user, "bureau__")
    found = Consortium.objects.filter(condition).select_related("bureau", "lead")
    return get_object_or_404(found, public_id=public_id)


def _form(request: HttpRequest, choice: Choice, found: Consortium | None) -> HttpResponse:
    bureau = found.bureau if found else choice.bureau
    check_can_keep_consortia(request.user, bureau)
    name, name_en, lead, members = _typed(request, found)
    refusal = ""
    if request.method == "POST":
        try:
            leads = _only(find_hospitals(bureau, [lead]), _("牵头医院"))
            if len(leads) != 1:
                raise Refusal(_("请填写一家牵头医院。"))
            keep_consortium(
                by=person_of(request),
                bureau=bureau,
                consortium=found,
                name=name,
                name_en=name_en,
                lead=leads[0],
                members=_only(find_hospitals(bureau, members.splitlines()), _("成员医院")),
            )
        except Refusal as reason:
            refusal = str(reason)
        else:
            messages.success(request, _("已保存医联体“%(name)s”。") % {"name": name.strip()})
            return HttpResponseRedirect(f"{reverse('region-consortia')}?{choice.query}")
    page = consortia.ConsortiumForm(
        choice, str(found.public_id) if found else "", name, name_en, lead, members, refusal
    )
    return render(request, "reports/region/consortium.html", {"page": page})


def _typed(request: HttpRequest, found: Consortium | None) -> tuple[str, str, str, str]:
    if request.method == "POST":
        given = request.POST
        return (
            given.get("name", ""),
            given.get("name_en", ""),
            given.get("lead", ""),
            given.get("members", ""),
        )
    if found is None:
        return "", "", "", ""
    return found.name, found.name_en, found.lead.label, "\n".join(named_in(found))


def _only(found: Found, what: str) -> list[Organisation]:
    """The hospitals, or a refusal that names the lines nobody or several answer to."""
    if found.unknown:
        raise Refusal(
            _("%(what)s中没有找到：%(names)s。请核对名称，或改填机构代码。")
            % {"what": what, "names": _("、").join(found.unknown[:8])}
        )
    if found.several:
        raise Refusal(
            _("%(what)s中有同名医院：%(names)s。请改填机构代码。")
            % {"what": what, "names": _("、").join(found.several[:8])}
        )
    return list(found.hospitals)


@behind_the_door
@require_POST
def consortium_remove(request: HttpRequest, consortium: UUID) -> HttpResponse:
    found = _consortium(request, consortium)
    remove_consortium(by=person_of(request), consortium=found)
    messages.success(request, _("已删除医联体“%(name)s”，医院和结果不受影响。") % {"name": found.label})
    return HttpResponseRedirect(reverse("region-consortia"))


@behind_the_door
@require_GET
def region_find(request: HttpRequest) -> HttpResponse:
    """Names of hospitals that hold the typed words, at most twelve: for fields that suggest. One query beside
    session, person and memberships."""
    bureaus = access.organisations_where(request.user, access.BUREAU_STAFF)
    if not bureaus:
        raise Http404
    return JsonResponse({"names": suggestions(bureaus, request.GET.get("q", "")[:60])})


@behind_the_door
@require_GET
def region_pair(request: HttpRequest) -> HttpResponse:
    """Beside session, person and memberships: the choice (six), rows, the hospitals, links, items."""
    around = read(request)
    typed = (request.GET.get("a", "")[:120].strip(), request.GET.get("b", "")[:120].strip())
    sides, problems = _sides(around, typed)
    if sides[0] is not None and sides[1] is not None:
        if "figure" in request.GET:
            return figure_of(request, {"pair": pair.pair_chart(around.rubric, sides[0], sides[1])})
        if wants_table(request):
            sheets = pair.pair_sheets(around.rubric, sides[0], sides[1])
            return table_response(request, around.choice, _("两院对照"), sheets)
    elif "figure" in request.GET:
        return figure_of(request, {})
    page = pair.pair_page(
        around.choice,
        around.rubric,
        sides,
        typed,
        problems,
        bool(request.GET.get("apart")),
        query_of(request),
    )
    return render(request, "reports/region/pair.html", {"page": page})


def _sides(
    around: Around, typed: tuple[str, str]
) -> tuple[tuple[pair.Side | None, pair.Side | None], Sequence[str]]:
    choice, problems = around.choice, []
    found = find_hospitals(choice.bureau, typed)
    problems += [_("没有找到“%(name)s”。") % {"name": name} for name in found.unknown]
    problems += [_("有多家医院叫“%(name)s”，请改填机构代码。") % {"name": name} for name in found.several]
    rows = {row.hospital: row for row in around.rows}
    wanted = [one.pk for one in found.hospitals if one.pk in rows]
    links = links_of(choice, wanted)
    items = reading.items_of(choice.edition, choice.year, wanted) if wanted else {}

    def side(text: str) -> pair.Side | None:
        hospital = found.by_text.get(text)
        if hospital is None:
            return None
        if hospital.pk not in rows:
            problems.append(_("“%(name)s”在这一年度没有提交。") % {"name": hospital.label})
            return None
        return pair.side_of(
            hospital, links.get(hospital.pk, ""), rows[hospital.pk], items.get(hospital.pk, {})
        )

    return (side(typed[0]), side(typed[1])), problems

"""Checking a report: the fingerprint for everybody, the figures for signed-in people. Nothing handed in is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.api.rates import count
from assessments.documents import library
from assessments.models import Assessment
from hospitals.access import Person, memberships_of
from hospitals.refusals import Refusal
from reports.checking.comparing import Checked, check_report
from reports.checking.reading import LARGEST, digest, read_report
from reports.models import IssuedReport

A_MINUTE = 20  # files per network (or person) and minute


@dataclass(frozen=True, slots=True)
class Issued:
    """What this installation says of a fingerprint. ``words``: whose it is, only for people who may see that."""

    at: datetime | None
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """``sha256`` empty: nothing was handed in yet; ``issued`` None: not issued here; ``checked`` None: the figures
    were not computed, ``problem`` says why."""

    signed_in: bool
    largest_mb: int
    sha256: str = ""
    name: str = ""
    issued: Issued | None = None
    checked: Checked | None = None
    problem: str = ""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_check(request: HttpRequest) -> HttpResponse:
    """At most two queries beside session and person."""
    signed_in = (
        bool(memberships_of(request.user)) or request.user.is_authenticated
    )  # read before the page is drawn
    page = CheckPage(signed_in, LARGEST // 1024 // 1024)
    if request.method != "POST":
        return render(request, "reports/check.html", {"page": page})
    try:
        _slow_down(request)
        page = _checked(request, signed_in)
        status = 200
    except Refusal as refusal:
        page, status = CheckPage(signed_in, LARGEST // 1024 // 1024, problem=str(refusal)), 422
    return render(request, "reports/check.html", {"page": page}, status=status)


def _checked(request: HttpRequest, signed_in: bool) -> CheckPage:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size:
        raise Refusal(_("请选择要核对的报告文件。"))
    largest = LARGEST // 1024 // 1024
    if file.size > LARGEST:
        raise Refusal(_("文件超过%(mb)s MB，不是本系统生成的报告。") % {"mb": largest})
    content = file.read()
    sha256 = digest(content)
    issued = _issued(sha256, request.user)
    checked, problem = None, ""
    if signed_in and content.startswith(b"%PDF-"):
        try:
            checked = check_report(read_report(content), library())
        except Refusal as refusal:
            problem = str(refusal)
    elif signed_in:
        problem = _("只有PDF报告附带数据，可以重新计算；Word和Excel只核对指纹。")
    return CheckPage(signed_in, largest, sha256, str(file.name)[:120], issued, checked, problem)


def _issued(sha256: str, user: Person) -> Issued | None:
    found = (
        IssuedReport.objects.filter(sha256=sha256, state=IssuedReport.State.DONE)
        .select_related("assessment__hospital", "bureau")
        .order_by("finished_at")
        .first()
    )
    if found is None:
        return None
    of = found.assessment
    may_see = Assessment.objects.visible_to(user)
    seen = user.is_authenticated and of is not None and may_see.filter(pk=of.pk).exists()
    words = f"{found.owner.label} · {found.assessment}" if seen else ""
    return Issued(found.finished_at, found.get_kind_display() if words else "", words)


def _slow_down(request: HttpRequest) -> None:
    whom = request.user.pk or request.META.get("REMOTE_ADDR", "")
    if count("report-check", whom) > A_MINUTE:
        raise Refusal(_("一分钟内核对的文件太多，请稍候再试。"))

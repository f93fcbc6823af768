"""Keys for programs: a page of the own account. The key is in the answer to the form itself and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.tokens import TokenRefused, make_token, revoke_token
from accounts.forms import TokenForm
from accounts.models import ApiToken, User
from accounts.queries import TokenRow, list_tokens
from accounts.views.own_account import signed_in


@dataclass(frozen=True, slots=True)
class NewToken:
    """The one moment a key is on a screen."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class TokensPage:
    form: TokenForm
    rows: tuple[TokenRow, ...]
    address: str  # where the interface answers
    made: NewToken | None = None


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def show_tokens(request: HttpRequest) -> HttpResponse:
    """The list and the form. Two queries for the list; making one asks for the password, back-off included."""
    user = signed_in(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    made = None
    if request.method == "POST" and form.is_valid():
        made = _make(request, user, form)
    page = TokensPage(
        form=form if made is None else TokenForm(),
        rows=list_tokens(user),
        address=request.build_absolute_uri("/api/v1/"),
        made=made,
    )
    return render(request, "accounts/tokens.html", {"page": page}, status=400 if form.errors else 200)


def _make(request: HttpRequest, user: User, form: TokenForm) -> NewToken | None:
    given = form.cleaned_data
    if authenticate(request, username=user.username, password=given["password"]) is None:
        form.add_error("password", _("密码不正确。连续多次失败后需要等待一段时间。"))
        return None
    try:
        token, key = make_token(by=user, name=given["name"], scopes=given["scopes"], days=int(given["days"]))
    except TokenRefused as refused:
        form.add_error(None, str(refused))
        return None
    return NewToken(token.name, key)


@require_POST
def revoke(request: HttpRequest, token: UUID) -> HttpResponse:
    user = signed_in(request)
    revoke_token(by=user, token=get_object_or_404(ApiToken, user=user, public_id=token))
    messages.success(request, _("令牌已撤销，使用它的程序不能再访问。"))
    return HttpResponseRedirect(resolve_url("tokens"))

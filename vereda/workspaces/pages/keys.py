"""Write keys for tracking clients, tokens for programs."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation import clock
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.errors import Refused
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.shell import settings_tabs
from vereda.workspaces.actions.keys import (
    IssuedToken,
    issue_token,
    issue_write_key,
    revoke_token,
    revoke_write_key,
)
from vereda.workspaces.forms import KeyForm, TokenForm
from vereda.workspaces.queries import (
    token_with_id,
    tokens_of,
    valid_write_key,
    write_key_with_id,
    write_keys_of,
)
from vereda.workspaces.wording import permission_words


@page(may="workspaces.issue_key", confirmed=True)
def write_keys(request: MemberRequest) -> HttpResponse:
    """The write keys, and how to send an event with one."""
    workspace = request.member.workspace
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        label = form.cleaned_data["label"]
        issue_write_key(workspace, label=label, by=request.member, now=clock.now())
        notice(request, _("The key works from now on."))
        return answer_after(request, to=request.path)
    context = {
        "form": form,
        "keys": write_keys_of(workspace),
        "example": valid_write_key(workspace),
        "base_url": settings.BASE_URL,
        "tabs": settings_tabs(request.member, current="write_keys"),
    }
    status = 422 if form.is_bound else 200
    return answer(request, "workspaces/write_keys.html", context, status=status)


@page(may="workspaces.issue_key", methods=("POST",))
def end_write_key(request: MemberRequest, key_id: UUID) -> HttpResponse:
    """Revoke a write key."""
    workspace = request.member.workspace
    revoke_write_key(write_key_with_id(workspace, key_id), by=request.member, now=clock.now())
    notice(request, _("The key is revoked: events sent with it are refused."))
    return answer_after(request, to=reverse("write_keys", kwargs={"workspace": workspace.slug}))


@page(may="workspaces.issue_token", confirmed=True)
def api_tokens(request: MemberRequest) -> HttpResponse:
    """The API tokens; a new one is shown here, once."""
    if request.method != "POST":
        return show_tokens(request, TokenForm(member=request.member))
    form = TokenForm(request.POST, member=request.member)
    if not form.is_valid():
        return show_tokens(request, form)
    try:
        issued = issue_token(
            label=form.cleaned_data["label"],
            scopes=form.cleaned_data["scopes"],
            expires_at=form.expires_at(),
            by=request.member,
            now=clock.now(),
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return show_tokens(request, form)
    return show_tokens(request, TokenForm(member=request.member), issued=issued)


def show_tokens(
    request: MemberRequest, form: TokenForm, *, issued: IssuedToken | None = None
) -> HttpResponse:
    """The page of the tokens, with a secret that was just made."""
    context = {
        "form": form,
        "tokens": [
            {"row": token, "may": ", ".join(permission_words(one) for one in token.scopes)}
            for token in tokens_of(request.member.workspace)
        ],
        "issued": issued,
        "today": clock.now(),
        "tabs": settings_tabs(request.member, current="api_tokens"),
    }
    status = 422 if form.is_bound else 200
    return answer(request, "workspaces/api_tokens.html", context, status=status)


@page(may="workspaces.issue_token", methods=("POST",))
def end_api_token(request: MemberRequest, token_id: UUID) -> HttpResponse:
    """Revoke an API token."""
    workspace = request.member.workspace
    revoke_token(token_with_id(workspace, token_id), by=request.member, now=clock.now())
    notice(request, _("The token is revoked."))
    return answer_after(request, to=reverse("api_tokens", kwargs={"workspace": workspace.slug}))

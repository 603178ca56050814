"""Write keys for tracking clients, tokens for programs."""

from datetime import datetime
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
    IssuedKey,
    IssuedToken,
    change_signing_secret,
    edit_write_key,
    issue_key_of_kind,
    issue_token,
    replace_write_key,
    revoke_token,
    revoke_write_key,
    set_browser_rules,
)
from vereda.workspaces.forms import (
    BrowserRulesForm,
    KeyForm,
    KeySettingsForm,
    OverlapForm,
    TokenForm,
)
from vereda.workspaces.models import WriteKey
from vereda.workspaces.queries import (
    browser_setting_of,
    signing_secrets_of,
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
    form = KeyForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return show_keys(request, form)
    issued = issue_key_of_kind(
        request.member.workspace,
        kind=form.cleaned_data["kind"],
        label=form.cleaned_data["label"],
        by=request.member,
        now=clock.now(),
    )
    return tell_of_key(request, issued)


def tell_of_key(request: MemberRequest, issued: IssuedKey) -> HttpResponse:
    """A secret key is shown here, once; a public one can be read at any time."""
    if issued.key.is_secret:
        return show_keys(request, KeyForm(), issued=issued)
    notice(request, _("The key works from now on."))
    return answer_after(request, to=keys_of(request))


def show_keys(
    request: MemberRequest, form: KeyForm, *, issued: IssuedKey | None = None
) -> HttpResponse:
    """The page of the write keys, with a secret that was just made."""
    workspace, now = request.member.workspace, clock.now()
    context = {
        "form": form,
        "keys": [
            {"row": key, "works": key.works(now=now), "late": late(key, now=now)}
            for key in write_keys_of(workspace)
        ],
        "issued": issued,
        "example": valid_write_key(workspace, now=now),
        "base_url": settings.BASE_URL,
        "tabs": settings_tabs(request.member, current="write_keys"),
    }
    return answer(
        request,
        "workspaces/write_keys.html",
        context,
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


def late(key: WriteKey, *, now: datetime) -> bool:
    """Does a key that was replaced go on sending, so that something will break at its end?"""
    return key.works(now=now) and key.still_sends


@page(may="workspaces.issue_key", confirmed=True)
def write_key(request: MemberRequest, key_id: UUID) -> HttpResponse:
    """One write key: what it is for, its limits, and how another takes its place."""
    key = write_key_with_id(request.member.workspace, key_id)
    form = KeySettingsForm.about(key, request.POST or None)
    if request.method == "POST" and form.is_valid():
        edit_write_key(key, by=request.member, **form.cleaned_data)
        notice(request, _("Saved. It holds within some seconds."))
        return answer_after(request, to=keys_of(request))
    return show_key(request, key, form, OverlapForm())


def show_key(
    request: MemberRequest, key: WriteKey, form: KeySettingsForm, overlap: OverlapForm
) -> HttpResponse:
    """The page of one key, with both its forms."""
    now = clock.now()
    context = {
        "key": key,
        "form": form,
        "overlap": overlap,
        "works": key.works(now=now),
        "late": late(key, now=now),
        "tabs": settings_tabs(request.member, current="write_keys"),
    }
    status = 422 if form.is_bound or overlap.is_bound else 200
    return answer(request, "workspaces/write_key.html", context, status=status)


@page(may="workspaces.issue_key", methods=("POST",), confirmed=True)
def replace_key(request: MemberRequest, key_id: UUID) -> HttpResponse:
    """Put another key in the place of one, which works on for a while."""
    key = write_key_with_id(request.member.workspace, key_id)
    overlap, now = OverlapForm(request.POST), clock.now()
    if overlap.is_valid():
        try:
            ends_at = overlap.ends_at(now=now)
            issued = replace_write_key(key, ends_at=ends_at, by=request.member, now=now)
        except Refused as refused:
            overlap.add_error(None, str(refused))
        else:
            return tell_of_key(request, issued)
    return show_key(request, key, KeySettingsForm.about(key), overlap)


@page(may="workspaces.issue_key", confirmed=True)
def browser_rules(request: MemberRequest) -> HttpResponse:
    """What browsers may say, and the secret that proves who somebody is."""
    setting = browser_setting_of(request.member.workspace)
    form = BrowserRulesForm.about(setting, request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_browser_rules(**form.cleaned_data, by=request.member)
        notice(request, _("Saved. It holds within some seconds."))
        return answer_after(request, to=request.path)
    return show_browser_rules(request, form, OverlapForm())


def show_browser_rules(
    request: MemberRequest, form: BrowserRulesForm, overlap: OverlapForm
) -> HttpResponse:
    """The page of the rules, with both its forms."""
    now = clock.now()
    setting = browser_setting_of(request.member.workspace)
    context = {
        "form": form,
        "overlap": overlap,
        "signing_secret": signing_secrets_of(setting, now=now)[0],
        "former_until": setting.former_secret_until,
        "now": now,
        "tabs": settings_tabs(request.member, current="write_keys"),
    }
    status = 422 if form.is_bound or overlap.is_bound else 200
    return answer(request, "workspaces/browser_rules.html", context, status=status)


@page(may="workspaces.issue_key", methods=("POST",), confirmed=True)
def replace_signing_secret(request: MemberRequest) -> HttpResponse:
    """Sign user ids with another secret; the old one is believed for a while."""
    overlap, now = OverlapForm(request.POST), clock.now()
    if overlap.is_valid():
        try:
            change_signing_secret(former_until=overlap.ends_at(now=now), by=request.member, now=now)
        except Refused as refused:
            overlap.add_error(None, str(refused))
        else:
            notice(request, _("Sign user ids with the new secret from now on."))
            return answer_after(
                request,
                to=reverse("browser_rules", kwargs={"workspace": request.member.workspace.slug}),
            )
    setting = browser_setting_of(request.member.workspace)
    return show_browser_rules(request, BrowserRulesForm.about(setting), overlap)


@page(may="workspaces.issue_key", methods=("POST",))
def end_write_key(request: MemberRequest, key_id: UUID) -> HttpResponse:
    """Revoke a write key."""
    workspace = request.member.workspace
    revoke_write_key(write_key_with_id(workspace, key_id), by=request.member, now=clock.now())
    notice(request, _("The key is revoked: events sent with it are refused."))
    return answer_after(request, to=keys_of(request))


def keys_of(request: MemberRequest) -> str:
    """The page of the workspace's write keys."""
    return reverse("write_keys", kwargs={"workspace": request.member.workspace.slug})


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

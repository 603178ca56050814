"""Coming in and leaving.

A GET never opens or uses anything: the programs that check mail follow every link. Whoever asks for
a link reads the same answer, whether we know the address or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation

from vereda.customers.queries.people import language_of_person, person_with_id
from vereda.foundation.access import public_page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.hurry import count_within_hour
from vereda.foundation.pages import answer_after
from vereda.foundation.tokens import digest_of, random_token
from vereda.portal.access import (
    COOKIE,
    TICKET,
    VisitorRequest,
    forget_browser,
    path_within,
    portal_page,
    private,
    remember_browser,
)
from vereda.portal.actions.links import come_in_by_code, come_in_by_link, end_visit
from vereda.portal.addresses import person_id_in
from vereda.portal.contracts import ASKS_PER_HOUR, LINK_LASTS, TRIES_PER_HOUR
from vereda.portal.forms import AddressForm, CodeForm
from vereda.portal.jobs import send_way_in
from vereda.portal.queries.visits import (
    is_welcome,
    open_link,
    open_visit,
    person_at_address,
)
from vereda.portal.showing import shown
from vereda.workspaces.queries import workspace_with_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace

BECAUSE = "people at customers ask for a link by which they come in"


@public_page(because=BECAUSE)
def come_in(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Ask for a link, by address."""
    workspace = workspace_with_slug(slug)
    to = path_within(workspace, request.GET.get("to", "") or request.POST.get("to", ""))
    if open_visit(workspace, request.COOKIES.get(COOKIE, ""), now=now()) is not None:
        return private(answer_after(request, to=to))
    form = AddressForm(request.POST or None)
    with translation.override(_language_at_the_door(request, workspace)):
        if request.method != "POST" or not form.is_valid():
            status = 422 if request.method == "POST" else 200
            return _shown(request, workspace, "come_in", {"form": form, "to": to}, status=status)
        email = form.cleaned_data["email"].lower()
        return _sent(request, workspace, person_at_address(workspace, email), about=email, to=to)


@public_page(because="a letter says for whom it is, and its reader asks for a link with one press")
def come_in_as(request: HttpRequest, slug: str, who: str) -> HttpResponseBase:
    """The same for the reader of a letter: nothing to type."""
    workspace = workspace_with_slug(slug)
    to = path_within(workspace, request.GET.get("to", "") or request.POST.get("to", ""))
    person = _person_named(workspace, who)
    visit = open_visit(workspace, request.COOKIES.get(COOKIE, ""), now=now())
    if visit is not None and visit.person_id == person.pk:
        return private(answer_after(request, to=to))
    with translation.override(language_of_person(person, workspace)):
        if request.method == "POST":
            return _sent(request, workspace, person, about=person.pk.hex, to=to)
        veiled = _veiled(person.email)
        return _shown(request, workspace, "come_in_as", {"to": to, "veiled": veiled})


@public_page(because="the browser that asked for a link may type the six digits of its letter")
def code(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Look at your mail; or type the digits here."""
    workspace = workspace_with_slug(slug)
    to = path_within(workspace, request.GET.get("to", "") or request.POST.get("to", ""))
    form = CodeForm(request.POST or None)
    with translation.override(_language_at_the_door(request, workspace)):
        context = {"form": form, "to": to, "minutes": int(LINK_LASTS.total_seconds() // 60)}
        if request.method != "POST":
            return _shown(request, workspace, "code", context)
        if not form.is_valid():
            return _shown(request, workspace, "code", context, status=422)
        try:
            _count_try(request)
            _visit, token = come_in_by_code(
                workspace,
                request.COOKIES.get(TICKET, ""),
                code=form.cleaned_data["code"],
                now=now(),
            )
        except Refused as refused:
            form.add_error("code", str(refused))
            return _shown(request, workspace, "code", context, status=refused.status)
        return _welcomed(request, workspace, token=token, to=to)


@public_page(because="the link of a letter, opened by a press and used once")
def link(request: HttpRequest, slug: str, token: str) -> HttpResponseBase:
    """One button; pressing it opens the portal in this browser.

    Only what opens nothing counts as a try: a company behind one address, and whoever checks its
    mail, may open as many links as were sent there.
    """
    workspace = workspace_with_slug(slug)
    to = path_within(workspace, request.GET.get("to", "") or request.POST.get("to", ""))
    found = open_link(workspace, token, now=now())
    language = _language_at_the_door(request, workspace)
    if found is not None:
        language = language_of_person(found.person, workspace)
    with translation.override(language):
        if request.method != "POST" and found is not None:
            return _shown(request, workspace, "link", {"person": found.person, "to": to})
        try:
            if found is None:
                _count_try(request)
            _visit, kept = come_in_by_link(workspace, token, now=now())
        except Refused as refused:
            return _over(request, workspace, refused, to=to)
        return _welcomed(request, workspace, token=kept, to=to)


@portal_page(methods=("POST",))
def confirm(request: VisitorRequest) -> HttpResponseBase:
    """Somebody who came in days ago shows that it is still them, by a letter as at the door."""
    visitor = request.visitor
    to = path_within(visitor.workspace, request.POST.get("to", ""))
    return _sent(request, visitor.workspace, visitor.person, about=visitor.person.pk.hex, to=to)


@portal_page(methods=("POST",))
def leave(request: VisitorRequest) -> HttpResponseBase:
    """Forget this browser."""
    workspace = request.visitor.workspace
    end_visit(request.visitor.visit, now=now())
    response = answer_after(request, to=reverse("portal_come_in", kwargs={"slug": workspace.slug}))
    forget_browser(response, workspace)
    return response


def _sent(
    request: HttpRequest, workspace: Workspace, person: Person | None, *, about: str, to: str
) -> HttpResponseBase:
    """The same answer and the same work for everybody; the letter leaves from a task."""
    try:
        _count_try(request)
        _count_ask(workspace, about)
    except Refused as refused:
        return _over(request, workspace, refused, to=to)
    ticket = random_token()
    person_id = str(person.pk) if person is not None else ""
    send_way_in.enqueue(str(workspace.pk), person_id, digest_of(ticket), to)
    place = reverse("portal_code", kwargs={"slug": workspace.slug})
    response = answer_after(request, to=f"{place}?{urlencode({'to': to})}")
    response.set_cookie(
        TICKET,
        ticket,
        max_age=int(LINK_LASTS.total_seconds()),
        path=reverse("portal", kwargs={"slug": workspace.slug}),
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
    return private(response)


def _welcomed(
    request: HttpRequest, workspace: Workspace, *, token: str, to: str
) -> HttpResponseBase:
    former = open_visit(workspace, request.COOKIES.get(COOKIE, ""), now=now())
    if former is not None:
        end_visit(former, now=now())
    response = answer_after(request, to=to)
    remember_browser(response, workspace, token=token)
    response.delete_cookie(TICKET, path=reverse("portal", kwargs={"slug": workspace.slug}))
    return private(response)


def _over(
    request: HttpRequest, workspace: Workspace, refused: Refused, *, to: str
) -> HttpResponseBase:
    context = {"sentence": refused.sentence, "to": to}
    return _shown(request, workspace, "over", context, status=refused.status)


def _shown(
    request: HttpRequest,
    workspace: Workspace,
    name: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    response = shown(request, workspace, f"door/{name}.html", context, status=status)
    response.headers["Content-Language"] = translation.get_language()
    private(response)
    return response


def _person_named(workspace: Workspace, who: str) -> Person:
    said = person_id_in(who)
    if said is None:
        raise Missing
    person = person_with_id(workspace, UUID(said))
    if not is_welcome(person):
        raise Missing
    return person


def _language_at_the_door(request: HttpRequest, workspace: Workspace) -> str:
    """What the browser asks for, if it asks for anything; else the workspace's."""
    if request.headers.get("Accept-Language"):
        return translation.get_language_from_request(request)
    return workspace.language


def _count_try(request: HttpRequest) -> None:
    place = request.META.get("REMOTE_ADDR", "")
    count_within_hour(f"portal-try:{place}", most=TRIES_PER_HOUR, now=now())


def _count_ask(workspace: Workspace, about: str) -> None:
    name = f"portal-ask:{workspace.pk.hex}:{digest_of(about)[:40]}"
    count_within_hour(name, most=ASKS_PER_HOUR, now=now())


def _veiled(email: str) -> str:
    """Enough to recognise one's own address: "m•••@acme.example"."""
    name, _at, place = email.partition("@")
    return f"{name[:1]}•••@{place}"

"""Who may open a page of the portal: somebody whose browser is known, and only as that person.

Nobody here is a user of Vereda. `@portal_page` finds the workspace in the address and the person in
the portal's own cookie; without one, reading leads to the door and everything else is not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme

from vereda.customers.queries.people import language_of_person, memberships_of_people
from vereda.foundation.access import PAGE_METHODS, READING, Guarded, View
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.pages import answer_after
from vereda.foundation.zones import zone_named
from vereda.portal.actions.links import note_visit
from vereda.portal.contracts import CONFIRMED_LASTS, VISIT_LASTS
from vereda.portal.queries.visits import open_visit
from vereda.portal.showing import shown
from vereda.workspaces.queries import workspace_with_slug

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.portal.models import PortalVisit
    from vereda.workspaces.models import Workspace

COOKIE: Final = "__Secure-vereda-portal" if settings.SECURE else "vereda-portal"
TICKET: Final = "__Secure-vereda-ticket" if settings.SECURE else "vereda-ticket"
SEEN_EVERY: Final = timedelta(days=1)
PRIVATE: Final = {
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
}

Kept = TypeVar("Kept", bound=HttpResponseBase)


@dataclass(frozen=True)
class Visitor:
    """Somebody at a customer, in their portal: the person, and the accounts they are in now."""

    workspace: Workspace
    visit: PortalVisit

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.visit.person

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts they are in today; what belongs to others is not there for them."""
        held = memberships_of_people(self.workspace, [self.person.pk])[self.person.pk]
        return tuple(each.account for each in held if each.account.archived_at is None)

    def came_in_just_now(self, *, now: datetime) -> bool:
        """Whether they showed by a letter, minutes ago, that it is them."""
        return now - self.visit.created_at <= CONFIRMED_LASTS

    @property
    def account_ids(self) -> frozenset[UUID]:
        """The same by id."""
        return frozenset(each.pk for each in self.accounts)


class VisitorRequest(HttpRequest):
    """A request by somebody known to the portal."""

    visitor: Visitor


class PortalPage(Guarded):
    """A page of one workspace's portal, for the person whose browser this is."""

    login_required = False

    def open(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the visitor, or lead to the door."""
        workspace = workspace_with_slug(kwargs.pop("slug"))
        at = now()
        visit = open_visit(workspace, request.COOKIES.get(COOKIE, ""), now=at)
        if visit is None:
            return to_the_door(request, workspace)
        if at - visit.seen_at > SEEN_EVERY:
            note_visit(visit, now=at)
        request.visitor = Visitor(workspace, visit)  # type: ignore[attr-defined]
        language = language_of_person(visit.person, workspace)
        zone = zone_named(visit.person.time_zone or workspace.time_zone)
        with translation.override(language), timezone.override(zone):
            response = self.answer(request, *args, **kwargs)
            response.headers["Content-Language"] = language
        return private(response)

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """What the view answers. What it refuses or lacks is said here, to the visitor in their
        language: the pages that members read for it are none of theirs."""
        try:
            return self.view(request, *args, **kwargs)
        except Missing:
            return said_instead(request, "missing", status=404)
        except Refused as refused:
            return said_instead(request, "refused", refused.sentence, status=refused.status)


def portal_page(*, methods: Iterable[str] = PAGE_METHODS) -> Callable[[View], PortalPage]:
    """For people at customers: a route below /p/<slug>/; the view has `request.visitor`."""
    return lambda view: PortalPage(view, methods=methods, access="portal: the person themselves")


def said_instead(
    request: HttpRequest, name: str, sentence: str | Promise = "", *, status: int
) -> HttpResponse:
    """A page of the portal that says why there is no other."""
    visitor: Visitor = request.visitor  # type: ignore[attr-defined]
    context = {"visitor": visitor, "sentence": sentence}
    return shown(request, visitor.workspace, f"{name}.html", context, status=status)


def to_the_door(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    """Reading leads to where a link can be asked for, and back afterwards."""
    door = reverse("portal_come_in", kwargs={"slug": workspace.slug})
    if request.method in READING:
        door = f"{door}?{urlencode({'to': request.path})}"
    return private(answer_after(request, to=door))


def path_within(workspace: Workspace, said: str) -> str:
    """Where somebody wanted to go, if it is a page of this portal; else its first page."""
    home = reverse("portal", kwargs={"slug": workspace.slug})
    fits = said.startswith(home) and ".." not in said and "\\" not in said
    return said if fits and url_has_allowed_host_and_scheme(said, allowed_hosts=None) else home


def remember_browser(response: HttpResponse, workspace: Workspace, *, token: str) -> None:
    """The browser carries the visit's token; no script and no other path can read it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(VISIT_LASTS.total_seconds()),
        path=reverse("portal", kwargs={"slug": workspace.slug}),
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_browser(response: HttpResponse, workspace: Workspace) -> None:
    """The browser carries nothing any more."""
    response.delete_cookie(COOKIE, path=reverse("portal", kwargs={"slug": workspace.slug}))


def private(response: Kept) -> Kept:
    """Nobody keeps or indexes what one person saw."""
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response

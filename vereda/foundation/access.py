"""Who may open it: every route carries one of these marks, and a test walks the routes.

`@page(may=...)` resolves the member from `/w/<workspace>/...`: 404 to strangers, 403 to a role too
low. `@personal_page` is for a signed-in person without a workspace, `@public_page` for anybody.
"""

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, TypeAlias

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.utils.module_loading import import_string
from django_htmx.middleware import HtmxDetails

from vereda.foundation.errors import Missing, Refused
from vereda.foundation.pages import answer_refusal

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, User

READING = ("GET", "HEAD")
PAGE_METHODS = ("GET", "HEAD", "POST")


class PersonRequest(HttpRequest):
    """A request by somebody signed in."""

    user: "User"
    htmx: HtmxDetails


class MemberRequest(PersonRequest):
    """A request by a member, within the workspace that the URL names."""

    member: "Member"


View: TypeAlias = Callable[..., HttpResponseBase]


class Guarded:
    """A view together with the answer to who may open it."""

    login_required = True

    def __init__(self, view: View, *, methods: Iterable[str], access: str) -> None:
        update_wrapper(self, view)
        self.view = view
        self.methods = tuple(methods)
        self.access = access

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in self.methods:
            return HttpResponseNotAllowed(self.methods)
        try:
            return self.open(request, *args, **kwargs)
        except Missing as missing:
            raise Http404 from missing
        except Refused as refused:
            return answer_refusal(request, refused)

    def open(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Open the view for somebody who may."""
        return self.view(request, *args, **kwargs)


class MemberPage(Guarded):
    """A page of one workspace, for members whose role has the permission.

    Where `confirmed` stands, what the page does is done only for somebody who has just proved
    again who they are: a browser left open gives nobody a key.
    """

    def __init__(
        self, view: View, *, may: str, methods: Iterable[str], confirmed: bool = False
    ) -> None:
        super().__init__(view, methods=methods, access=may)
        self.may = may
        self.confirmed = confirmed

    def open(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the member, or answer as if the workspace were not there."""
        member = import_string(settings.VEREDA_MEMBER_IN)(request.user, kwargs.pop("workspace"))
        if member is None:
            raise Http404
        if not member.may(self.may):
            raise PermissionDenied
        if self.confirmed and request.method not in READING:
            import_string(settings.VEREDA_CONFIRM)(request)
        request.member = member  # type: ignore[attr-defined]
        return self.view(request, *args, **kwargs)


class PublicPage(Guarded):
    """A page that needs no sign-in, and the reason why."""

    login_required = False


def page(
    *, may: str, methods: Iterable[str] = PAGE_METHODS, confirmed: bool = False
) -> Callable[[View], MemberPage]:
    """For members whose role has the permission `may`, written "capability.verb".

    `confirmed`: before it does anything, they say again who they are, unless they just have.
    """
    return lambda view: MemberPage(view, may=may, methods=methods, confirmed=confirmed)


def personal_page(
    *, because: str, methods: Iterable[str] = PAGE_METHODS
) -> Callable[[View], Guarded]:
    """For anybody signed in, about nobody but themselves."""
    return lambda view: Guarded(view, methods=methods, access=f"signed in: {because}")


def public_page(
    *, because: str, methods: Iterable[str] = PAGE_METHODS
) -> Callable[[View], PublicPage]:
    """For anybody at all, because of the reason given."""
    return lambda view: PublicPage(view, methods=methods, access=f"public: {because}")

"""The JSON API: a bearer token in the header, one permission per operation, errors in one shape.

    router = Router()

    @router.get("/members", response=list[MemberOut])
    @endpoint(may="workspaces.see")
    def list_members(request: BearerRequest) -> list[Member]: ...

Bodies subclass `api_fields.Body` and queries `api_fields.Asked`: a name nobody knows is an error
(422), not silence. A write is one transaction, and happens once per Idempotency-Key (api_writing).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import Field

from vereda.foundation.api_answers import HANDLERS
from vereda.foundation.api_fields import Asked, Text
from vereda.foundation.api_files import largest_file_of
from vereda.foundation.api_writing import written_once
from vereda.foundation.clock import now
from vereda.foundation.errors import Conflict
from vereda.foundation.paging import LARGEST_PAGE, PAGE_SIZE

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

ETAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?', flags=re.ASCII)

Operation = TypeVar("Operation", bound=Callable[..., Any])
Item = TypeVar("Item")


class Claim(Protocol):
    """A key that a write is done under; `saved` is its answer when it was done before."""

    @property
    def saved(self) -> tuple[int, str] | None:
        """The status and the body that were answered, if it was done."""

    def keep(self, *, status: int, body: str) -> None:
        """Store the answer with the work; `Conflict` when somebody took the claim over."""

    def release(self) -> None:
        """Let the key be used again: nothing was done."""


class Bearer(Protocol):
    """Who holds a token: the member who issued it, as far as the token's scopes go."""

    @property
    def member(self) -> "Member":
        """Who issued it."""

    def may(self, permission: str) -> bool:
        """Do the scopes and the member's role both have the permission?"""
        ...

    def claim(self, *, key: str, route: str, fingerprint: str, now: datetime) -> Claim:
        """The right to write under that key, or what was answered; else a refusal."""
        ...


class BearerRequest(HttpRequest):
    """A request by a program with a token."""

    auth: Bearer
    member: "Member"


class BearerToken(HttpBearer):
    """`Authorization: Bearer vt_live_…`; a token anywhere else is not seen."""

    def authenticate(self, request: HttpRequest, token: str) -> Bearer | None:
        """Who holds the token; None for one that does not work."""
        bearer: Bearer | None = import_string(settings.VEREDA_BEARER_OF)(token, now=now())
        if bearer is not None:
            request.member = bearer.member  # type: ignore[attr-defined]
        return bearer


def bearer_in(request: HttpRequest) -> Bearer | None:
    """Who holds the request's token; None without a token that works."""
    bearer: Bearer | None = BearerToken()(request)
    return bearer


def endpoint(*, may: str) -> Callable[[Operation], Operation]:
    """For tokens whose scopes have the permission `may`, issued by a member whose role has it."""

    def guard(operation: Operation) -> Operation:
        @wraps(operation)
        def guarded(request: BearerRequest, *args: Any, **kwargs: Any) -> Any:
            if not request.auth.may(may):
                raise HttpError(403, _("This token may not do that: it lacks %s.") % may)
            _refuse_unknown_names(request, kwargs.values())
            saved: HttpResponse | None = getattr(request, "saved_answer", None)
            return operation(request, *args, **kwargs) if saved is None else saved

        guarded.may = may  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard


def _refuse_unknown_names(request: HttpRequest, arguments: Iterable[Any]) -> None:
    known = {
        name
        for argument in arguments
        if isinstance(argument, Asked)
        for name in type(argument).model_fields
    }
    unknown = [
        {"loc": ("query", name[:60]), "msg": _("is not known here"), "type": "extra_forbidden"}
        for name in sorted(request.GET.keys() - known)
    ]
    if unknown:
        raise ValidationError(unknown)


class PageOf(Schema, Generic[Item]):
    """One page of a long list, and where the next one begins."""

    items: list[Item]
    next: str | None = Field(description="Send it as `cursor` for the next page; null at the end.")


class PageAsked(Asked):
    """Which page of a list, and how long."""

    cursor: Text = ""
    limit: int = Field(default=PAGE_SIZE, ge=1, le=LARGEST_PAGE)


def version_expected(request: HttpRequest, *, said: int | None) -> int | None:
    """The version the caller has read: in If-Match, as an ETag tells it, or in the body."""
    tag = request.headers.get("If-Match", "").strip()
    if not tag or tag == "*":
        return said
    match = ETAG.fullmatch(tag)
    return int(match[1]) if match else 0


@contextmanager
def stale_is_412(request: HttpRequest) -> Iterator[None]:
    """A conflict is 412 for those who asked by If-Match, 409 for the others."""
    try:
        yield
    except Conflict as conflict:
        if "If-Match" in request.headers:
            raise HttpError(412, str(conflict)) from conflict
        raise


class VeredaApi(NinjaAPI):
    """Vereda's JSON API: no operation without a token, no error without a code and a sentence."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            auth=BearerToken(), docs_url=None, openapi_url=None, urls_namespace="api", **options
        )
        for kind, handler in HANDLERS.items():
            self.add_exception_handler(kind, handler)

    def operations(self) -> list[URLPattern]:
        """The addresses of the operations; signing in by session does not count for them."""
        patterns = [
            each
            for each in self.urls[0]
            if isinstance(each, URLPattern) and each.name != "api-root"
        ]
        for pattern in patterns:
            if pattern.callback is not None:
                writing = written_once(
                    pattern.callback,
                    bearer_in=bearer_in,
                    largest_file=largest_file_of(pattern.name),
                )
                pattern.callback = login_not_required(writing)
        return patterns

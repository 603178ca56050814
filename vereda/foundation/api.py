"""The JSON API: a bearer token in the header, one permission per operation, errors in one shape.

    router = Router()

    @router.get("/members", response=list[MemberOut])
    @endpoint(may="workspaces.see")
    def list_members(request: BearerRequest) -> list[Member]: ...

Bodies subclass `Body`: a field nobody knows is an error (422), not silence.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import ConfigDict

from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

logger = logging.getLogger(__name__)

CODES = {400: "not_json", 403: "forbidden", 404: "missing", 405: "wrong_method"}

Operation = TypeVar("Operation", bound=Callable[..., Any])


class Bearer(Protocol):
    """Who holds a token: the member who issued it, as far as the token's scopes go."""

    member: "Member"

    def may(self, permission: str) -> bool:
        """Do the scopes and the member's role both have the permission?"""
        ...


class BearerRequest(HttpRequest):
    """A request by a program with a token."""

    auth: Bearer
    member: "Member"


class Body(Schema):
    """What a caller sends. Unknown fields are refused; numbers and flags are not guessed."""

    model_config = ConfigDict(extra="forbid", strict=True, str_max_length=10_000)


class BearerToken(HttpBearer):
    """`Authorization: Bearer vt_live_…`; a token anywhere else is not seen."""

    def authenticate(self, request: HttpRequest, token: str) -> Bearer | None:
        """Who holds the token; None for one that does not work."""
        bearer: Bearer | None = import_string(settings.VEREDA_BEARER_OF)(token, now=now())
        if bearer is not None:
            request.member = bearer.member  # type: ignore[attr-defined]
        return bearer


def endpoint(*, may: str) -> Callable[[Operation], Operation]:
    """For tokens whose scopes have the permission `may`, issued by a member whose role has it."""

    def guard(operation: Operation) -> Operation:
        @wraps(operation)
        def guarded(request: BearerRequest, *args: Any, **kwargs: Any) -> Any:
            if not request.auth.may(may):
                raise HttpError(403, _("This token may not do that: it lacks %s.") % may)
            return operation(request, *args, **kwargs)

        guarded.may = may  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard


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
                pattern.callback = login_not_required(pattern.callback)
        return patterns


def answer_problem(status: int, code: str, message: str, **more: Any) -> HttpResponse:
    """An error as programs read it: what it is, and a sentence."""
    return JsonResponse({"code": code, "message": message, **more}, status=status)


def no_token(_request: HttpRequest, _error: Exception) -> HttpResponse:
    """Nobody is named, or the token does not work."""
    response = answer_problem(401, "unauthorized", _("Send a valid token: Authorization: Bearer …"))
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def not_understood(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The body or the query is not what the operation takes; says which part and why."""
    details = [
        {"at": ".".join(str(part) for part in each["loc"]), "message": each["msg"]}
        for each in error.errors
    ]
    unknown = any(each["type"] == "extra_forbidden" for each in error.errors)
    code = "unknown_field" if unknown else "invalid"
    first = "; ".join(f"{each['at']}: {each['message']}" for each in details[:3])
    return answer_problem(422, code, first, errors=details)


def told_by_status(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """What ninja or an operation refused with a status of its own."""
    code = CODES.get(error.status_code, "refused")
    return answer_problem(error.status_code, code, error.message)


def missing(_request: HttpRequest, _error: Exception) -> HttpResponse:
    """Not there, or not yours."""
    return answer_problem(404, "missing", _("There is no such thing in this workspace."))


def refused(_request: HttpRequest, error: Refused) -> HttpResponse:
    """A clear no of an action."""
    code = "conflict" if error.status == 409 else "refused"
    return answer_problem(error.status, code, str(error))


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A mistake of ours: the log has it, the caller gets no internals."""
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return answer_problem(500, "server_error", _("Something went wrong on our side."))


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    AuthenticationError: no_token,
    ValidationError: not_understood,
    HttpError: told_by_status,
    Missing: missing,
    Http404: missing,
    Refused: refused,
    Exception: broken,
}

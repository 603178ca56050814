"""Errors as programs read them: a status, a code and a sentence, and never our internals."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError, ValidationError

from vereda.foundation.errors import Missing, Refused

logger = logging.getLogger(__name__)

CODES = {
    400: "not_json",
    403: "forbidden",
    404: "missing",
    405: "wrong_method",
    409: "conflict",
    412: "changed_meanwhile",
}


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
        {"at": _place(each["loc"]), "message": each["msg"].removeprefix("Value error, ")}
        for each in error.errors
    ]
    unknown = any(each["type"] == "extra_forbidden" for each in error.errors)
    code = "unknown_field" if unknown else "invalid"
    first = "; ".join(f"{each['at']}: {each['message']}" for each in details[:3])
    return answer_problem(422, code, first, errors=details)


def _place(location: Any) -> str:
    """Where in the request it is: "body.rows.0.name"; the name of our argument left out."""
    parts = [str(part) for part in location]
    if parts[0] in {"body", "query"} and len(parts) > 2:
        del parts[1]
    return ".".join(parts)


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


def beaten(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    """The database holds such a row already: a name that is taken, or somebody was faster."""
    logger.warning("%s %s was beaten", request.method, request.path, exc_info=error)
    return answer_problem(409, "conflict", _("It exists already, or somebody else was first."))


def unfit(request: HttpRequest, error: DataError) -> HttpResponse:
    """The database cannot hold a value that our own bounds let through."""
    logger.error("%s %s sent what does not fit", request.method, request.path, exc_info=error)
    return answer_problem(422, "invalid", _("A value is larger than what can be stored."))


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
    IntegrityError: beaten,
    DataError: unfit,
    Exception: broken,
}

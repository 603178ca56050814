"""A write by a program is one transaction, and with an `Idempotency-Key` it happens once.

The key is claimed before the work and kept with the answer in the work's own transaction: a repeat
gets the saved answer, a repeat while the first is at work 409, the same key with another body 422.
When the program dies at work, nothing was stored and the claim may be taken over. An answer that
refuses changed nothing and is not kept, so that the repaired call may use the same key.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING
from vereda.foundation.api_answers import answer_problem, refused
from vereda.foundation.api_files import FileTooLarge, file_read
from vereda.foundation.clock import now
from vereda.foundation.errors import Conflict, Refused

LONGEST_KEY = 255
HEADER = "Idempotency-Key"

View = Callable[..., HttpResponse]


def written_once(
    view: View, *, bearer_in: Callable[[HttpRequest], Any], largest_file: int | None = None
) -> View:
    """The view, each of whose writes is stored wholly or not at all, and once per key.

    largest_file: how large the file may be that is its body; None where its body is no file.
    """

    once = Once(view, bearer_in)

    @wraps(view)
    def writing(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.method in READING:
            return view(request, **kwargs)
        if largest_file is None:
            return once.by_body(request, kwargs)
        return once.by_file(request, kwargs, at_most=largest_file)

    return writing


@dataclass(frozen=True, slots=True)
class Once:
    """A view that writes, and who may ask it to."""

    view: View
    bearer_in: Callable[[HttpRequest], Any]

    def by_body(self, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
        """Its answer to a body that fits into memory."""
        try:
            body = request.body
        except RequestDataTooBig:
            return answer_problem(413, "too_large", _("The body is larger than 4 MB."))
        fingerprint = hashlib.sha256(_said_in(request) + body).hexdigest()
        return self._answer(request, kwargs, fingerprint=fingerprint)

    def by_file(
        self, request: HttpRequest, kwargs: dict[str, Any], *, at_most: int
    ) -> HttpResponse:
        """Its answer to a file; of whom nobody knows, not a byte is read."""
        if self.bearer_in(request) is None:
            return self.view(request, **kwargs)
        try:
            with file_read(request, at_most=at_most, said=_said_in(request)) as fingerprint:
                return self._answer(request, kwargs, fingerprint=fingerprint)
        except FileTooLarge as too_large:
            sentence = _("The file is larger than %s MB.") % too_large.megabytes
            return answer_problem(413, "too_large", sentence)

    def _answer(
        self, request: HttpRequest, kwargs: dict[str, Any], *, fingerprint: str
    ) -> HttpResponse:
        key = request.headers.get(HEADER)
        if key is None or request.method != "POST":
            return _in_one_transaction(self.view, request, kwargs)
        if not 1 <= len(key.strip()) <= LONGEST_KEY or not key.isprintable():
            sentence = _("An Idempotency-Key has 1 to 255 printable characters.")
            return answer_problem(400, "wrong_key", sentence)
        bearer = self.bearer_in(request)
        if bearer is None:
            return self.view(request, **kwargs)
        return _claimed(self.view, request, kwargs, bearer=bearer, key=key, fingerprint=fingerprint)


def _said_in(request: HttpRequest) -> bytes:
    return request.get_full_path().encode() + b"\n"


def _in_one_transaction(
    view: View, request: HttpRequest, kwargs: dict[str, Any], *, claim: Any = None
) -> HttpResponse:
    """The view's answer; an answer that refuses leaves nothing behind."""
    with transaction.atomic():
        response = view(request, **kwargs)
        if response.status_code >= 400:
            transaction.set_rollback(True)
        elif claim is not None:
            claim.keep(status=response.status_code, body=response.content.decode())
    return response


def _claimed(
    view: View,
    request: HttpRequest,
    kwargs: dict[str, Any],
    *,
    bearer: Any,
    key: str,
    fingerprint: str,
) -> HttpResponse:
    try:
        claim = bearer.claim(key=key, route=request.path, fingerprint=fingerprint, now=now())
    except Refused as refusal:
        return refused(request, refusal)
    if claim.saved is not None:
        request.saved_answer = _said_again(claim.saved)  # type: ignore[attr-defined]
        return view(request, **kwargs)
    kept = False
    try:
        response = _in_one_transaction(view, request, kwargs, claim=claim)
        kept = response.status_code < 400
    except Conflict as conflict:
        response = refused(request, conflict)
    finally:
        if not kept:
            claim.release()
    return response


def _said_again(saved: Any) -> HttpResponse:
    status, body = saved
    response = HttpResponse(body, status=status, content_type="application/json")
    response.headers["Idempotency-Replayed"] = "true"
    return response

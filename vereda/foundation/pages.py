"""How a page answers: the fragment to htmx, the whole page to everybody else."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from vereda.foundation.errors import Refused

TOAST = "vereda:toast"


def answer(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The fragment after `#` in `template` for an htmx request, the whole template otherwise."""
    name = template if wants_fragment(request) else template.partition("#")[0]
    return with_notices(request, render(request, name, context, status=status))


def answer_after(request: HttpRequest, *, to: str) -> HttpResponse:
    """After a change: go to `to`, a path of this site; htmx and plain forms alike."""
    if not url_has_allowed_host_and_scheme(to, allowed_hosts=None):
        raise ValueError(f"{to!r} leads away from this site")
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(to)})
    return HttpResponse(status=303, headers={"Location": iri_to_uri(to)})


def answer_refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A refusal that no form caught: a toast over the page, or a page that says why."""
    if is_htmx(request):
        response = HttpResponse(status=refused.status, headers={"HX-Reswap": "none"})
        return with_toasts(response, [("refused", str(refused.sentence))])
    context = {"sentence": refused.sentence}
    return render(request, "foundation/refused.html", context, status=refused.status)


def notice(request: HttpRequest, sentence: str) -> None:
    """Say `sentence` in a toast, on this answer or on the page that follows."""
    messages.success(request, sentence)


def is_htmx(request: HttpRequest) -> bool:
    """Did htmx send it?"""
    return bool(getattr(request, "htmx", False))


def wants_fragment(request: HttpRequest) -> bool:
    """Does the browser want a part of the page: asked by htmx, and not to restore history?"""
    if not is_htmx(request):
        return False
    return request.headers.get("HX-Request-Type", "partial") == "partial"


def with_notices(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Hand waiting notices to a fragment's toast; a whole page shows them itself."""
    if not wants_fragment(request):
        return response
    waiting = [(message.level_tag, str(message)) for message in messages.get_messages(request)]
    return with_toasts(response, waiting)


def with_toasts(response: HttpResponse, toasts: list[tuple[str, str]]) -> HttpResponse:
    """The same answer with toasts in its HX-Trigger header (ASCII JSON)."""
    if toasts:
        shown = [{"tone": tone, "text": text} for tone, text in toasts]
        response.headers["HX-Trigger"] = json.dumps({TOAST: shown})
    return response

"""What the reader of a letter wants to hear, said without signing in.

Whoever holds the link is the person the letter went to: there is no session and no cookie, so
these pages ask for no CSRF token, and mail programs may post to the one for unsubscribing
(RFC 8058). A GET never changes anything: the programs that check mail open every link.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from vereda.foundation.access import public_page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused
from vereda.messaging import wording
from vereda.messaging.actions.wishes import prefer_letters, refuse_kind
from vereda.messaging.contracts import LetterKind
from vereda.messaging.hurry import count_wish, count_wrong_letter_link
from vereda.messaging.models.letters import Message
from vereda.messaging.queries.letters import letter_with_link
from vereda.messaging.queries.people import wanted_kinds
from vereda.messaging.rules.kinds import REFUSABLE_KINDS, RULES

Linked = Callable[..., HttpResponse]
BECAUSE = "whoever holds the link of a letter says what they want to hear without signing in"
LINK = "link in a letter"
PRIVATE = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
}


def linked(view: Linked) -> Linked:
    """Open the view with the letter that the link stands in, in the letter's language."""

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        try:
            message = letter_with_link(token)
        except Missing:
            return _private(_nowhere(request))
        with translation.override(message.language):
            try:
                if request.method == "POST":
                    count_wish(message.pk, now=now())
                response = view(request, message)
            except Refused as refused:
                response = _over(request, refused.status, sentence=refused.sentence)
            response.headers["Content-Language"] = message.language
        return _private(response)

    return opened


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response


def _nowhere(request: HttpRequest) -> HttpResponse:
    try:
        count_wrong_letter_link(request.META.get("REMOTE_ADDR", ""), now=now())
    except Refused as refused:
        return _over(request, refused.status, sentence=refused.sentence)
    return _over(request, 404, nowhere=True)


def _over(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    return render(request, "messaging/public/over.html", context, status=status)


@public_page(because=BECAUSE)
@linked
def preferences(request: HttpRequest, message: Message) -> HttpResponse:
    """Which letters they want; a POST stores it."""
    saved = request.method == "POST"
    if saved:
        chosen = set(request.POST.getlist("wanted"))
        wanted = [kind for kind in REFUSABLE_KINDS if str(kind) in chosen]
        prefer_letters(message.person, wanted=wanted, source=LINK, by=None, now=now())
    wishes = set(wanted_kinds(message.person))
    context = {
        **_frame(message),
        "saved": saved,
        "choices": [
            {"kind": kind, "words": wording.WISHES[kind], "wanted": kind in wishes}
            for kind in REFUSABLE_KINDS
        ],
    }
    return render(request, "messaging/public/preferences.html", context)


@public_page(because="mail programs and people unsubscribe without signing in (RFC 8058)")
@linked
def unsubscribe(request: HttpRequest, message: Message) -> HttpResponse:
    """No more letters of this kind: a GET asks, a POST does it at once and does not redirect."""
    kind = LetterKind(message.kind)
    done = request.method == "POST" and RULES[kind].refusable
    if done:
        refuse_kind(message.person, kind=kind, source=LINK, by=None, now=now())
    context = {
        **_frame(message),
        "done": done,
        "refusable": RULES[kind].refusable,
        "words": wording.WISHES.get(kind, ""),
    }
    return render(request, "messaging/public/unsubscribe.html", context)


def _frame(message: Message) -> dict[str, Any]:
    return {"workspace": message.workspace, "address": message.person.email}

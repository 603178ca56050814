"""Settings: the sender's name, where replies go, the budget, and the mail server's key."""

from __future__ import annotations

from django.conf import settings as installation
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.letters import sender_address
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.shell import settings_tabs
from vereda.messaging.actions.settings import end_older_keys, rotate_inbound_key, set_letters
from vereda.messaging.forms import LettersForm
from vereda.messaging.keyed import inbound_secret, inbound_url
from vereda.messaging.models.settings import InboundKey
from vereda.messaging.queries.people import suppressed_addresses
from vereda.messaging.queries.settings import letter_setting, valid_inbound_keys

MOST_SHOWN = 200


@page(may="messaging.configure")
def settings(request: MemberRequest) -> HttpResponse:
    """How letters leave and come in."""
    row = letter_setting(request.member.workspace)
    names = ("sender_name", "reply_domain", "weekly_budget")
    form = LettersForm(request.POST or None, initial={name: getattr(row, name) for name in names})

    def act() -> None:
        set_letters(request.member.workspace, by=request.member, **form.cleaned_data)

    if form.accepts(act):
        notice(request, _("Saved."))
        return answer_after(request, to=settings_url(request))
    return _shown(request, form)


@page(may="messaging.configure", methods=("POST",), confirmed=True)
def rotate(request: MemberRequest) -> HttpResponse:
    """A new secret for the mail server, shown here and nowhere else."""
    key = rotate_inbound_key(request.member.workspace, by=request.member, now=now())
    row = letter_setting(request.member.workspace)
    names = ("sender_name", "reply_domain", "weekly_budget")
    form = LettersForm(initial={name: getattr(row, name) for name in names})
    return _shown(request, form, made=key)


@page(may="messaging.configure", methods=("POST",))
def end_older(request: MemberRequest) -> HttpResponse:
    """Only the newest secret holds."""
    end_older_keys(request.member.workspace, by=request.member, now=now())
    notice(request, _("Only the newest secret holds."))
    return answer_after(request, to=settings_url(request))


def settings_url(request: MemberRequest) -> str:
    """This page."""
    return reverse("messaging:settings", kwargs={"workspace": request.member.workspace.slug})


def _shown(
    request: MemberRequest, form: LettersForm, *, made: InboundKey | None = None
) -> HttpResponse:
    workspace = request.member.workspace
    context = {
        "form": form,
        "keys": valid_inbound_keys(workspace, now=now()),
        "inbound_url": inbound_url(workspace.pk),
        "secret": inbound_secret(made) if made else "",
        "suppressed": suppressed_addresses(workspace)[:MOST_SHOWN],
        "sender_address": sender_address(),
        "secure": installation.SECURE,
        "tabs": settings_tabs(request.member, current="messaging:settings"),
    }
    return answer(request, "messaging/settings.html", context, status=form.answer_status)

"""The letters that support sends to members: text, and simple HTML beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from vereda.support.contracts import Clock, Moment
from vereda.support.wording import CLOCKS

if TYPE_CHECKING:
    from vereda.support.models.repairs import RepairRun
    from vereda.workspaces.models import Member


def send_sla_letter(run: RepairRun, *, to: Member) -> None:
    """Say in the member's language whose ticket runs out of time, without the customer's words."""
    ticket = run.ticket
    path = reverse(
        "support:ticket", kwargs={"workspace": ticket.workspace.slug, "ticket": ticket.key}
    )
    with translation.override(to.user.language):
        context = {
            "ticket": ticket,
            "account": ticket.account,
            "late": run.moment == Moment.BREACHED,
            "clock": CLOCKS[Clock(run.sla_clock.clock)],
            "url": f"{settings.BASE_URL}{path}",
        }
        subject = render_to_string("support/letters/sla.subject.txt", context)
        letter = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string("support/letters/sla.txt", context),
            to=[to.user.email],
        )
        html = render_to_string("support/letters/sla.html", context)
        letter.attach_alternative(html, "text/html")
    letter.send()

"""The letter with the way in. What it says is kept nowhere: it opens somebody's page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from vereda.customers.queries.people import language_of_person
from vereda.foundation.letters import sender_named
from vereda.portal.contracts import LINK_LASTS

if TYPE_CHECKING:
    from vereda.portal.actions.links import WayIn


def way_in_letter(way_in: WayIn, *, to: str) -> EmailMultiAlternatives:
    """The letter to the person, in their language, ready to be sent. `to`: the page they wanted."""
    person, workspace = way_in.link.person, way_in.link.workspace
    path = reverse("portal_link", kwargs={"slug": workspace.slug, "token": way_in.token})
    context = {
        "workspace": workspace,
        "person": person,
        "url": f"{settings.BASE_URL}{path}?{urlencode({'to': to})}",
        "code": f"{way_in.code[:3]} {way_in.code[3:]}" if way_in.code else "",
        "minutes": int(LINK_LASTS.total_seconds() // 60),
    }
    language = language_of_person(person, workspace)
    with translation.override(language):
        subject = render_to_string("portal/letters/way_in.subject.txt", context)
        letter = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string("portal/letters/way_in.txt", context),
            from_email=sender_named(workspace.name),
            to=[person.email],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
        )
        letter.attach_alternative(
            render_to_string("portal/letters/way_in.html", context), "text/html"
        )
    return letter

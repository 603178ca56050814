"""The letters of the portal. What the one with the way in says is kept nowhere: it opens a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from vereda.customers.queries.people import language_of_person
from vereda.foundation.letters import LOGO, enclose_logo, sender_named
from vereda.onboarding.contracts.templates import words_for_reader
from vereda.onboarding.wording.templates import item_title
from vereda.portal.addresses import door_of
from vereda.portal.colours import accents_of
from vereda.portal.contracts import LINK_LASTS
from vereda.portal.queries.branding import branding_of, logo_of

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.onboarding.queries.plans import NextStep
    from vereda.outcomes.models.outcomes import Outcome
    from vereda.portal.actions.links import WayIn
    from vereda.workspaces.models import Member


def way_in_letter(way_in: WayIn, *, to: str) -> EmailMultiAlternatives:
    """The letter to the person, in their language, ready to be sent. `to`: the page they wanted."""
    person, workspace = way_in.link.person, way_in.link.workspace
    path = reverse("portal_link", kwargs={"slug": workspace.slug, "token": way_in.token})
    brand = branding_of(workspace)
    context = {
        "brand": brand,
        "accent": accents_of(brand.accent)[0] if brand.accent else None,
        "logo": LOGO if brand.logo_digest else "",
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
            from_email=sender_named(brand.shown_name),
            to=[person.email],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
        )
        letter.attach_alternative(
            render_to_string("portal/letters/way_in.html", context), "text/html"
        )
    if brand.logo_digest:
        enclose_logo(letter, logo_of(workspace))
    return letter


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What a letter says, in its reader's language."""

    subject: str
    text: str


def invitation_words(person: Person, *, by: Member) -> LetterWords:
    """A member's letter that leads somebody to their page."""
    workspace = by.workspace
    context = {
        "brand": branding_of(workspace),
        "person": person,
        "member": by,
        "url": door_of(person, workspace),
    }
    return _words("invited", context, language=language_of_person(person, workspace))


def steps_words(
    person: Person,
    steps: Sequence[NextStep],
    *,
    benefits: Sequence[Outcome] = (),
    by_answering: bool,
    again: bool,
) -> LetterWords:
    """What waits for somebody, in one letter: what they can do, and the promised benefits about
    which they are asked. by_answering: an answer to it is enough."""
    workspace = person.workspace
    language = language_of_person(person, workspace)
    home = reverse("portal", kwargs={"slug": workspace.slug})
    with translation.override(language):
        lines = [
            {
                "title": item_title(step.asks),
                "wanted": words_for_reader(step.asks.wanted, language),
                "due_on": step.due_on,
            }
            for step in steps
        ]
    context = {
        "brand": branding_of(workspace),
        "person": person,
        "lines": lines,
        "benefits": benefits,
        "count": len(lines) + len(benefits),
        "first": lines[0]["title"] if lines else "",
        "by_answering": by_answering,
        "again": again,
        "url": door_of(person, workspace, to=home),
    }
    return _words("steps", context, language=language)


def _words(name: str, context: dict[str, Any], *, language: str) -> LetterWords:
    with translation.override(language):
        subject = render_to_string(f"portal/letters/{name}.subject.txt", context)
        text = render_to_string(f"portal/letters/{name}.txt", context)
    return LetterWords(" ".join(subject.split())[:200], text.strip())

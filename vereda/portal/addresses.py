"""Addresses in letters: they say who reads them and where they want to go, and open nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace

WHO: Final = "vereda.portal.who"


def who_in(person: Person) -> str:
    """A person's name in the links of letters: it opens nothing, and says who wants to come in."""
    return signing.dumps(person.pk.hex, salt=WHO, compress=False)


def person_id_in(who: str) -> str | None:
    """Whose name that is; None where we never wrote it."""
    try:
        told = signing.loads(who, salt=WHO)
    except signing.BadSignature:
        return None
    return told if isinstance(told, str) else None


def door_of(person: Person, workspace: Workspace, *, to: str = "") -> str:
    """The address that leads this person to their page, or to another page of the portal."""
    path = reverse("portal_come_in_as", kwargs={"slug": workspace.slug, "who": who_in(person)})
    return f"{settings.BASE_URL}{path}" + (f"?{urlencode({'to': to})}" if to else "")

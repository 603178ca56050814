"""How the palette finds accounts and people by what somebody typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from vereda.customers.queries.accounts import accounts_found
from vereda.customers.queries.people import people_found
from vereda.foundation.shell import Finder, Found

if TYPE_CHECKING:
    from vereda.workspaces.models import Member


class AccountFinder(Finder):
    """Accounts by name."""

    label = _("Accounts")
    may = "customers.see"

    @override
    def find(self, member: Member, text: str, *, limit: int) -> Sequence[Found]:
        """Those whose name begins with it first."""
        slug = member.workspace.slug
        return [
            Found(
                account.name,
                reverse("console:account", kwargs={"workspace": slug, "account": account.key}),
                "building-2",
                account.key,
            )
            for account in accounts_found(member.workspace, text=text, limit=limit)
        ]


class PersonFinder(Finder):
    """People by name or address."""

    label = _("People")
    may = "customers.see"

    @override
    def find(self, member: Member, text: str, *, limit: int) -> Sequence[Found]:
        """Those whose name begins with it first."""
        slug = member.workspace.slug
        return [
            Found(
                person.called,
                reverse("customers:person", kwargs={"workspace": slug, "key": person.key}),
                "user",
                person.title or person.key,
            )
            for person in people_found(member.workspace, text=text, limit=limit)
        ]

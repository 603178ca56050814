"""Asking who is in which audience."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from vereda.audiences.contracts import About, Way
from vereda.audiences.models import Audience, Inclusion, InclusionRows
from vereda.foundation.paging import Order
from vereda.foundation.scoping import found

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

Ids = QuerySet[Any, UUID]

NEWEST = Order.on("newest", "since_at", descending=True)


def account_ids_in(audience: Audience) -> Ids:
    """The ids of the accounts that are in the audience; usable inside another query."""
    return _inside(audience).values_list("account_id", flat=True)


def person_ids_in(audience: Audience) -> Ids:
    """The ids of the people who are in the audience; usable inside another query."""
    return _inside(audience).values_list("person_id", flat=True)


def holds_account(audience: Audience, account_id: UUID) -> bool:
    """Is the account in the audience?"""
    return _inside(audience).filter(account=account_id).exists()


def holds_person(audience: Audience, person_id: UUID) -> bool:
    """Is the person in the audience?"""
    return _inside(audience).filter(person=person_id).exists()


def inclusions_in(audience: Audience) -> InclusionRows:
    """Who is in, with the account or person and who added them; `NEWEST` sorts them."""
    return _inside(audience).select_related("account", "person", "by__user")


def inclusions_by_hand(audience: Audience, *, limit: int) -> list[Inclusion]:
    """Who was added or held out by hand, by whom and why, the newest first."""
    rows = Inclusion.objects.of(audience.workspace_id).filter(audience=audience)
    rows = rows.exclude(way=Way.RULE).select_related("account", "person", "by__user")
    return list(rows.order_by("-since_at", "-pk")[:limit])


def inclusion_of(audience: Audience, *, thing_id: UUID) -> Inclusion | None:
    """How this account or person stands in the list, held out too; None: not at all."""
    rows = Inclusion.objects.of(audience.workspace_id).filter(audience=audience)
    return rows.filter(**{thing_column(audience): thing_id}).select_related("by__user").first()


def inclusion_with_id(audience: Audience, inclusion_id: UUID) -> Inclusion:
    """A row of the audience's list, or `Missing`."""
    rows = Inclusion.objects.of(audience.workspace_id).filter(audience=audience)
    return found(rows.filter(pk=inclusion_id).select_related("account", "person"))


def audiences_of_account(workspace: Workspace | UUID, account_id: UUID) -> list[Inclusion]:
    """The live audiences the account is in, by name; each row carries its audience."""
    return _of_thing(workspace, account=account_id)


def audiences_of_person(workspace: Workspace | UUID, person_id: UUID) -> list[Inclusion]:
    """The live audiences the person is in, by name; each row carries its audience."""
    return _of_thing(workspace, person=person_id)


def inclusions_of_person(workspace: Workspace | UUID, person_id: UUID) -> InclusionRows:
    """Every list the person stands in, held out and archived ones too, the latest first."""
    rows = Inclusion.objects.of(workspace).filter(person=person_id).select_related("audience")
    return rows.order_by("-since_at", "-pk")


def audience_ids_of_accounts(
    workspace: Workspace | UUID,
    account_ids: Collection[UUID],
    *,
    audience_ids: Collection[UUID] | None = None,
) -> dict[UUID, frozenset[UUID]]:
    """Which audiences (of `audience_ids` if given) each of these accounts is in; one query."""
    rows = Inclusion.objects.of(workspace).inside().filter(account__in=account_ids)
    if audience_ids is not None:
        rows = rows.filter(audience__in=audience_ids)
    held: dict[UUID, set[UUID]] = {account_id: set() for account_id in account_ids}
    for account_id, audience_id in rows.values_list("account_id", "audience_id"):
        held[account_id].add(audience_id)
    return {account_id: frozenset(ids) for account_id, ids in held.items()}


def inclusions_in_named(
    workspace: Workspace | UUID, slugs: Collection[str], *, about: About
) -> InclusionRows:
    """Who is in any of the live audiences with these short names; usable inside another query."""
    rows = Inclusion.objects.of(workspace).inside().filter(audience__slug__in=list(slugs))
    return rows.filter(audience__about=about, audience__archived_at=None)


def thing_column(audience: Audience) -> str:
    """The column of a list that says who: "account_id" or "person_id"."""
    return "account_id" if audience.of_accounts else "person_id"


def _inside(audience: Audience) -> InclusionRows:
    return Inclusion.objects.of(audience.workspace_id).filter(audience=audience, is_in=True)


def _of_thing(workspace: Workspace | UUID, **thing: UUID) -> list[Inclusion]:
    rows = Inclusion.objects.of(workspace).inside().filter(**thing)
    rows = rows.filter(audience__archived_at=None).select_related("audience")
    return list(rows.order_by("audience__name", "pk"))

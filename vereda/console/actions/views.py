"""Saved views of the list of accounts: save, change, move, forget; and who took a list out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from vereda.console.contracts import Side, WrongValueInBulk
from vereda.console.listing import LONGEST_QUERY, address_of
from vereda.console.models import SavedView
from vereda.console.queries import views_beside
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

NAME_LENGTH = 60


@transaction.atomic
def save_view(
    workspace: Workspace, *, name: str, query: str, shared: bool, by: Member, now: datetime
) -> SavedView:
    """A new view of the list of accounts, for everybody or for oneself."""
    rows = SavedView.objects.of(workspace)
    last = rows.aggregate(Max("position"))["position__max"] or 0
    view: SavedView = rows.create(
        name=_named(name),
        query=_bounded_query(query),
        owner=None if shared else by,
        position=last + 1,
        created_at=now,
    )
    record(by, "saved", view)
    return view


@transaction.atomic
def change_view(
    view: SavedView, *, by: Member, name: str | None = None, query: str | None = None
) -> SavedView:
    """The view with another name, or showing another list."""
    view.name = view.name if name is None else _named(name)
    view.query = view.query if query is None else _bounded_query(query)
    view.save(update_fields=["name", "query", "updated_at"])
    record(by, "changed", view)
    return view


@transaction.atomic
def move_view(view: SavedView, *, side: Side, by: Member) -> None:
    """The view changes places with its neighbour on that side; at the end it stays.

    Shared views stand among the shared ones, one's own among one's own.
    """
    row = views_beside(view)
    place = [each.pk for each in row].index(view.pk)
    other = place + (1 if side is Side.RIGHT else -1)
    if not 0 <= other < len(row):
        return
    row[place], row[other] = row[other], row[place]
    for position, each in enumerate(row, start=1):
        each.position = position
    SavedView.objects.of(view.workspace_id).bulk_update(row, ["position"])
    record(by, "moved", view)


@transaction.atomic
def remove_view(view: SavedView, *, by: Member) -> None:
    """Forget the view; the accounts in it are untouched."""
    record(by, "removed", view, query=view.query)
    SavedView.objects.of(view.workspace_id).filter(pk=view.pk).delete()


def _named(name: str) -> str:
    words = " ".join(name.replace("\x00", "").split())[:NAME_LENGTH]
    if not words:
        raise WrongValueInBulk(_("A view needs a name."))
    return words


def _bounded_query(query: str) -> str:
    """The canonical query of a view, or a refusal when it describes no list."""
    canonical = address_of(query).kept_query()
    if len(canonical) > LONGEST_QUERY:
        raise WrongValueInBulk(_("This view has too many filters to be saved."))
    return canonical


def note_export(workspace: Workspace, *, by: Member, query: str, format: str) -> None:
    """An audit line: who took which list out, and how."""
    record(by, "exported", workspace, query=query[:LONGEST_QUERY], format=format)

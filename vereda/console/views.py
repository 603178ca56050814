"""Views as tabs: those that Vereda comes with, then those people saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vereda.console.listing import ListAddress, address_of

if TYPE_CHECKING:
    from vereda.console.models import SavedView
    from vereda.workspaces.models import Member

ALL = "all"


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A tab: where it leads, whether the list is it, and whether it was changed since."""

    key: str
    label: str | Promise
    url: str
    current: bool
    changed: bool
    view: SavedView | None = None
    may_change: bool = False
    first: bool = False
    last: bool = False


def built_in_views(member: Member) -> list[tuple[str, str, str]]:
    """The views every workspace has: key, word and query."""
    mine = urlencode({"f": f"owner:any_of:{member.pk}"})
    soon = [("f", "renewal_on:after:-1d"), ("f", "renewal_on:before:+90d"), ("sort", "renewal_on")]
    return [
        (ALL, _("All"), ""),
        ("mine", _("My accounts"), mine),
        ("renewing", _("Renewing in 90 days"), urlencode(soon)),
        (
            "quiet",
            _("Gone quiet"),
            urlencode(
                [
                    ("f", "last_active_on:before:-28d"),
                    ("f", "status:any_of:active,won_back"),
                    ("sort", "-arr"),
                ]
            ),
        ),
        ("unowned", _("No owner"), urlencode({"f": "owner:empty:"})),
    ]


def tabs_of(member: Member, views: Sequence[SavedView], address: ListAddress) -> list[ViewTab]:
    """All tabs. The current one is named in the address, or is the one that shows this list.

    A list that began as no view is all accounts, changed.
    """
    base = reverse("console:accounts", kwargs={"workspace": member.workspace.slug})
    known: list[tuple[str, str, str, SavedView | None]] = [
        *((key, label, text, None) for key, label, text in built_in_views(member)),
        *((str(view.pk), view.name, view.query, view) for view in views),
    ]
    firsts, lasts = ends_of(views)
    same = next((key for key, _, text, _ in known if address_of(text).shows_as(address)), ALL)
    chosen = address.view if address.view in {key for key, *_rest in known} else same
    return [
        ViewTab(
            key,
            label,
            f"{base}?{joined(text, key)}" if key != ALL else base,
            current=key == chosen,
            changed=key == chosen and not address_of(text).shows_as(address),
            view=view,
            may_change=view is not None and may_change_view(member, view),
            first=view in firsts,
            last=view in lasts,
        )
        for key, label, text, view in known
    ]


def ends_of(views: Sequence[SavedView]) -> tuple[list[SavedView], list[SavedView]]:
    """The first and the last of the shared views and of one's own; they move one way only."""
    rows = [list(row) for _shared, row in groupby(views, key=lambda view: view.owner_id is None)]
    return [row[0] for row in rows], [row[-1] for row in rows]


def may_change_view(member: Member, view: SavedView) -> bool:
    """One's own views; shared ones whoever may share."""
    if view.owner_id is not None:
        return view.owner_id == member.pk
    return member.may("console.share_view")


def joined(text: str, key: str) -> str:
    """The query with the view it belongs to."""
    return address_of(text).changed(view=key).query()

"""What the console offers the shell: where to go, what to do, and the views in the rail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vereda.console.queries import views_of
from vereda.console.views import joined
from vereda.foundation.shell import Command, RailLink

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

MOST_VIEWS = 8

GOING = [
    Command(
        label=_("Today"), icon="sunrise", route="console:home", may="workspaces.see", keys="g h"
    ),
    Command(
        label=_("Accounts"),
        icon="building-2",
        route="console:accounts",
        may="customers.see",
        keys="g a",
        words=_("portfolio customers list"),
    ),
    Command(
        label=_("People"),
        icon="users",
        route="customers:people",
        may="customers.see",
        keys="g p",
        words=_("contacts"),
    ),
    Command(
        label=_("Tickets"), icon="ticket", route="support:tickets", may="support.see", keys="g t"
    ),
    Command(
        label=_("Events"),
        icon="activity",
        route="live_events",
        may="events.see",
        keys="g e",
        words=_("usage tracking missing"),
    ),
    Command(label=_("Imports"), icon="import", route="imports:list", may="imports.see", keys="g i"),
    Command(
        label=_("Settings"), icon="settings", route="settings", may="workspaces.see", keys="g s"
    ),
    Command(
        label=_("Import a file"),
        icon="upload",
        route="imports:upload",
        may="imports.run",
        kind="do",
        words=_("csv xlsx upload"),
    ),
    Command(
        label=_("Save a view"),
        icon="save",
        route="console:save-view",
        may="customers.see",
        kind="do",
    ),
]


class ViewsInRail:
    """The member's saved views, under the areas."""

    label = _("Views")

    def links(self, member: Member) -> Sequence[RailLink]:
        """Each view's address."""
        base = reverse("console:accounts", kwargs={"workspace": member.workspace.slug})
        return [
            RailLink(view.name, f"{base}?{joined(view.query, str(view.pk))}")
            for view in views_of(member)[:MOST_VIEWS]
        ]

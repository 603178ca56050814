"""The setup checklist: computed from what is there, never from clicks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import listed_accounts
from vereda.events.queries.single_events import names_of_events
from vereda.foundation.shell import url_of
from vereda.product.queries import features_in
from vereda.workspaces.queries import invitations_of, members_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

ENOUGH_ACCOUNTS = 10


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One thing that makes the workspace useful; done when the data say so."""

    label: str | Promise
    why: str | Promise
    done: bool
    verb: str | Promise
    url: str


def setup_steps(member: Member) -> list[SetupStep]:
    """The steps in the order that serves best; those the member may not take lead nowhere."""
    workspace = member.workspace
    rows = listed_accounts(workspace).order_by()
    # The first ten mostly answer what else would be asked of all.
    first = list(rows.values_list("owner_id", "last_active_on")[:ENOUGH_ACCOUNTS])
    owned = any(owner for owner, _on in first) or rows.filter(owner__isnull=False).exists()
    used = any(on for _owner, on in first) or rows.filter(last_active_on__isnull=False).exists()
    company = members_of(workspace).count() > 1 or invitations_of(workspace).exists()
    return [
        SetupStep(
            _("Bring in your accounts"),
            _("From a file of your CRM or billing; ten are enough to see something."),
            len(first) >= ENOUGH_ACCOUNTS,
            _("Import"),
            place(member, "imports:upload", may="imports.run"),
        ),
        SetupStep(
            _("Say who looks after them"),
            _("Map the owner's e-mail when importing, or choose accounts in the list."),
            owned,
            _("Choose owners"),
            place(member, "console:accounts", may="customers.edit_account"),
        ),
        SetupStep(
            _("Send the first event"),
            _("Point a tracking SDK at this server, or import daily counts."),
            used or bool(names_of_events(workspace)),
            _("See how"),
            place(member, "live_events", may="events.see"),
        ),
        SetupStep(
            _("Name the features of your product"),
            _("So that use is read in your words and not in event names."),
            features_in(workspace).exists(),
            _("Define features"),
            place(member, "product:products", may="product.edit")
            or place(member, "products", may="product.edit"),
        ),
        SetupStep(
            _("Invite a colleague"),
            _("Customer success is done by several people."),
            company,
            _("Invite"),
            place(member, "team", may="workspaces.invite"),
        ),
    ]


def place(member: Member, route: str, *, may: str) -> str:
    """Where a step is taken; "" for a member who may not."""
    return url_of(route, member) if member.may(may) else ""

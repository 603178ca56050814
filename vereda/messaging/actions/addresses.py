"""Where answers go: an address for one thing and one person, closed when the thing is over."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from vereda.messaging.models.replies import ReplyAddress

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace


@transaction.atomic
def reply_address(
    workspace: Workspace,
    *,
    about: str,
    thing_id: UUID,
    person: Person,
    account: Account | None = None,
) -> ReplyAddress:
    """The address at which this person's answers about that thing arrive; always the same one.

    Files that come with an answer are kept for `account`. An address that was closed is open again.
    """
    rows = ReplyAddress.objects.of(workspace)
    row: ReplyAddress
    row, _made = rows.update_or_create(
        about=about,
        thing_id=thing_id,
        person=person,
        defaults={"closed_at": None, **({"account": account} if account else {})},
        create_defaults={"workspace": workspace, "account": account},
    )
    return row


def close_reply_addresses(
    workspace: Workspace | UUID, *, about: str, thing_id: UUID, now: datetime
) -> int:
    """The thing is over: what still comes in about it changes nothing, and is shown as late."""
    rows = ReplyAddress.objects.of(workspace).filter(about=about, thing_id=thing_id, closed_at=None)
    return rows.update(closed_at=now, updated_at=now)

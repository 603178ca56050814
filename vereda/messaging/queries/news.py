"""Asking what was written and answered before an instant, and when accounts were written to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from vereda.customers.queries.people import memberships_of_people, person_ids_of_accounts
from vereda.foundation.criteria import one_of_many
from vereda.messaging.contracts import InboundState
from vereda.messaging.models.letters import Message
from vereda.messaging.models.replies import InboundLetter
from vereda.messaging.rules.kinds import FREE_KINDS
from vereda.surveys.queries.asking import survey_letters_for

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def letters_gone(
    workspace: Workspace | UUID, *, whose: Q, before: datetime, limit: int
) -> list[Message]:
    """Letters that left before that instant, the last first; `whose`: a condition on person or
    account. Without links to come in and receipts, which follow from what people did themselves."""
    rows = Message.objects.of(workspace).left().exclude(kind__in=FREE_KINDS)
    rows = rows.filter(whose, claimed_at__lt=before)
    rows = rows.select_related("person", "by__user").defer("text", "html")
    return list(rows.order_by("-claimed_at", "-pk")[:limit])


def answers_come(
    workspace: Workspace | UUID, *, whose: Q, before: datetime, limit: int
) -> list[InboundLetter]:
    """Answers that came in before that instant, the last first."""
    rows = InboundLetter.objects.of(workspace).filter(whose, state=InboundState.TAKEN)
    rows = rows.filter(received_at__lt=before).select_related("person").defer("text")
    return list(rows.order_by("-received_at", "-pk")[:limit])


def days_written_to(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID] | None = None
) -> dict[UUID, list[datetime]]:
    """When letters left for these accounts (None: for any), in their order, surveys and their
    reminders included; without those that people asked for themselves. One that is about no account
    counts for those where the person is now. At most four queries."""
    rows = Message.objects.of(workspace).left().exclude(kind__in=FREE_KINDS)
    rows = rows.filter(claimed_at__isnull=False)
    if account_ids is not None:
        people = person_ids_of_accounts(workspace, account_ids)
        theirs = Q(account=None) & one_of_many(people, column="person_id")
        rows = rows.filter(one_of_many(account_ids, column="account_id") | theirs)
    gone = list(rows.order_by("claimed_at").values_list("account_id", "person_id", "claimed_at"))
    alone = {person_id for account_id, person_id, _at in gone if account_id is None}
    homes = account_ids_by_person(workspace, alone) if alone else {}
    told: defaultdict[UUID, list[datetime]] = defaultdict(list)
    for account_id, person_id, at in gone:
        for each in homes.get(person_id, ()) if account_id is None else (account_id,):
            if at is not None and (account_ids is None or each in account_ids):
                told[each].append(at)
    for account_id, at in survey_letters_for(workspace, account_ids=account_ids):
        told[account_id].append(at)
    return {account_id: sorted(instants) for account_id, instants in told.items()}


def account_ids_by_person(
    workspace: Workspace | UUID, person_ids: Collection[UUID]
) -> dict[UUID, list[UUID]]:
    """The accounts in which each of these people is now; one query."""
    held = memberships_of_people(workspace, person_ids)
    return {pk: [row.account_id for row in rows] for pk, rows in held.items()}

"""What people want to hear, and addresses that must not be written to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db import transaction

from vereda.foundation.facts import announce
from vereda.messaging.actions.settling import end_letter
from vereda.messaging.contracts import (
    AddressClosed,
    AddressOpened,
    LetterKind,
    StopReason,
    SuppressionReason,
)
from vereda.messaging.keyed import mark_of_address
from vereda.messaging.models.letters import Message
from vereda.messaging.models.people import Preference, Suppression
from vereda.messaging.queries.people import person_ids_with_mailbox, preference_of
from vereda.messaging.rules.addresses import mailbox_of
from vereda.messaging.rules.kinds import REFUSABLE_KINDS
from vereda.privacy.actions.consents import give_consent, withdraw_consent
from vereda.privacy.contracts import ConsentPurpose
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Member, Workspace


class _PeopleAt(TypedDict):
    workspace_id: UUID
    person_ids: tuple[UUID, ...]


@transaction.atomic
def prefer_letters(
    person: Person, *, wanted: Collection[LetterKind], source: str, by: Member | None, now: datetime
) -> None:
    """From now on the person gets these kinds and no other that can be refused.

    Their yes or no to news is their consent to such messages, and is kept as that. What waits and
    is no longer wanted does not leave.
    """
    refused = [kind for kind in REFUSABLE_KINDS if kind not in wanted]
    _store_refused(person, refused, source=source, by=by, now=now)
    answer = give_consent if LetterKind.NEWS in wanted else withdraw_consent
    answer(person, purpose=ConsentPurpose.MESSAGES, source=source, by=by, now=now)


@transaction.atomic
def refuse_kind(
    person: Person, *, kind: LetterKind, source: str, by: Member | None, now: datetime
) -> None:
    """No more letters of that kind; the others stay as they were."""
    before = preference_of(person)
    refused = [each for each in REFUSABLE_KINDS if before.refuses(each) or each is kind]
    _store_refused(person, refused, source=source, by=by, now=now)
    if kind is LetterKind.NEWS:
        withdraw_consent(person, purpose=ConsentPurpose.MESSAGES, source=source, by=by, now=now)


def _store_refused(
    person: Person, refused: list[LetterKind], *, source: str, by: Member | None, now: datetime
) -> None:
    stored = [str(kind) for kind in refused if kind is not LetterKind.NEWS]
    rows = Preference.objects.of(person.workspace_id)
    row: Preference
    row, _made = rows.get_or_create(person=person, defaults={"workspace_id": person.workspace_id})
    if row.refused != stored or row.changed_at is None:
        row.refused, row.source, row.changed_at = stored, source[:50], now
        row.save(update_fields=["refused", "source", "changed_at", "updated_at"])
        record(by, "chose letters for", person, refused=stored, source=source)
    stop_kinds_to(person, kinds=refused, reason=StopReason.REFUSED_KIND, now=now)


def stop_kinds_to(
    person: Person, *, kinds: Collection[LetterKind], reason: StopReason, now: datetime
) -> int:
    """What of these kinds still waits for the person does not leave; answers how many."""
    rows = Message.objects.of(person.workspace_id).undecided().to_person(person.pk)
    waiting = rows.filter(kind__in=[str(kind) for kind in kinds]).order_by("pk")
    return sum(end_letter(each, reason=reason, by=None, now=now) for each in waiting)


@transaction.atomic
def suppress_address(
    workspace: Workspace,
    *,
    address: str,
    reason: SuppressionReason,
    words: str = "",
    by: Member | None,
    now: datetime,
) -> Suppression:
    """No letter goes to this mailbox any more, whoever is said to own it; the first reason stays.

    A tag behind a plus and capitals make no other mailbox.
    """
    rows = Suppression.objects.of(workspace)
    row: Suppression
    row, made = rows.get_or_create(
        mark=mark_of_address(address, workspace_id=workspace.pk),
        defaults={
            "workspace": workspace,
            "address": mailbox_of(address)[:254],
            "reason": reason,
            "words": words[:200],
            "since_at": now,
            "by": by,
        },
    )
    if made:
        record(by, "suppressed", row, reason=str(reason))
        announce(AddressClosed(**_people_at(address, workspace=workspace)))
    return row


def _people_at(address: str, *, workspace: Workspace) -> _PeopleAt:
    ids = tuple(person_ids_with_mailbox(workspace, mailbox_of(address)))
    return {"workspace_id": workspace.pk, "person_ids": ids}


@transaction.atomic
def lift_suppression(suppression: Suppression, *, by: Member) -> None:
    """The mailbox may be written to again."""
    record(by, "lifted", suppression, reason=str(suppression.reason))
    Suppression.objects.of(suppression.workspace_id).filter(pk=suppression.pk).delete()
    if suppression.address:
        announce(AddressOpened(**_people_at(suppression.address, workspace=suppression.workspace)))

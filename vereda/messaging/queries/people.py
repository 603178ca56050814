"""Asking what people want to hear and which addresses must not be written to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from vereda.customers.queries.people import (
    listed_people,
    memberships_of_people,
    person_ids_of_accounts,
)
from vereda.foundation.criteria import About, one_of_many
from vereda.foundation.scoping import id_of
from vereda.messaging.contracts import LetterState, StopReason, SuppressionReason
from vereda.messaging.keyed import mark_of_address
from vereda.messaging.models.letters import Message
from vereda.messaging.models.people import Preference, Suppression
from vereda.messaging.queries.settings import letter_setting
from vereda.messaging.rules.addresses import deliverable_address
from vereda.messaging.rules.budget import WEEK, free_again_at
from vereda.messaging.rules.kinds import FREE_KINDS, REFUSABLE_KINDS, RULES
from vereda.privacy.contracts import ConsentPurpose
from vereda.privacy.queries import consents_of
from vereda.surveys.queries.asking import survey_letters_to

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.foundation.scoping import OwnedRows
    from vereda.messaging.contracts import LetterKind
    from vereda.workspaces.models import Workspace

SPENT = (LetterState.SENDING, LetterState.SENT, LetterState.UNCLEAR)


def preference_of(person: Person) -> Preference:
    """What the person wants; a row that is not stored when they have said nothing."""
    rows = Preference.objects.of(person.workspace_id)
    return rows.filter(person=person).first() or Preference(person=person)


def suppression_of(address: str, *, workspace: Workspace | UUID) -> Suppression | None:
    """Why this address must not be written to; None when it may."""
    mark = mark_of_address(address, workspace_id=id_of(workspace))
    return Suppression.objects.of(workspace).filter(mark=mark).first()


def suppressed_addresses(workspace: Workspace | UUID) -> OwnedRows[Suppression]:
    """Every address that must not be written to, the newest first."""
    rows = Suppression.objects.of(workspace).select_related("by__user")
    return rows.order_by("-since_at", "-pk")


def person_ids_with_mailbox(workspace: Workspace | UUID, mailbox: str) -> list[UUID]:
    """Who is written to at that mailbox, with or without a tag behind a plus; one query."""
    local, _at, domain = mailbox.rpartition("@")
    if not local or not domain:
        return []
    tagged = Q(email__startswith=f"{local}+", email__endswith=f"@{domain}")
    rows = listed_people(workspace).filter(Q(email=mailbox) | tagged)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def closed_addresses(
    workspace: Workspace, *, about: About, among: Collection[UUID] | None = None
) -> dict[UUID, set[str]]:
    """Whose address must not be written to, and why; of accounts, those where somebody is now whose
    address is closed. At most three queries.

    An address is recognised by its mark, as `why_not` does: also one that was forgotten since.
    """
    closed = list(Suppression.objects.of(workspace).values_list("mark", "address", "reason"))
    reasons = {mark: str(reason) for mark, _address, reason in closed}
    if not reasons:
        return {}
    people = listed_people(workspace).exclude(email="")
    if all(address for _mark, address, _reason in closed):
        known = [address for _mark, address, _reason in closed]
        people = people.filter(Q(email__in=known) | Q(email__contains="+"))
    if among is not None:
        ids = among if about is About.PEOPLE else person_ids_of_accounts(workspace, among)
        people = people.filter(one_of_many(ids))
    held = {
        pk: {reasons[mark]}
        for pk, email in people.values_list("pk", "email")
        if (mark := mark_of_address(email, workspace_id=workspace.pk)) in reasons
    }
    return held if about is About.PEOPLE else _by_account(workspace, held)


def _by_account(workspace: Workspace, of_people: Mapping[UUID, set[str]]) -> dict[UUID, set[str]]:
    """The same by the accounts that these people are in now."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for person_id, memberships in memberships_of_people(workspace, list(of_people)).items():
        for membership in memberships:
            found[membership.account_id] |= of_people[person_id]
    return dict(found)


def why_not(person: Person, *, kind: LetterKind) -> StopReason | None:
    """Why this person gets no letter of this kind; None when nothing speaks against it.

    What they asked for a minute ago they get even with their data restricted; only an address
    that does not exist, or that a member closed, is not written to at all.
    """
    if person.erased_at is not None:
        return StopReason.ERASED
    if not person.email:
        return StopReason.NO_ADDRESS
    if deliverable_address(person.email) is None:
        return StopReason.WRONG_ADDRESS
    return _against_address(person, kind) or _against_kind(person, kind)


def _against_address(person: Person, kind: LetterKind) -> StopReason | None:
    found = suppression_of(person.email, workspace=person.workspace_id)
    if found is None:
        return None
    asked_for = RULES[kind].free and found.reason == SuppressionReason.COMPLAINED
    return None if asked_for else StopReason.SUPPRESSED


def _against_kind(person: Person, kind: LetterKind) -> StopReason | None:
    rule = RULES[kind]
    if rule.free:
        return None
    if person.restricted_at is not None:
        return StopReason.RESTRICTED
    if rule.refusable and preference_of(person).refuses(kind):
        return StopReason.REFUSED_KIND
    if rule.asks_consent:
        said = consents_of(person)[ConsentPurpose.MESSAGES]
        if said is None or said.given_at is None:
            return StopReason.NO_CONSENT
    return None


def letters_that_count(person: Person, *, now: datetime) -> list[datetime]:
    """When letters left for this person within the last week, of all capabilities, but for those
    they asked for."""
    rows = Message.objects.of(person.workspace_id).to_person(person.pk)
    rows = rows.filter(state__in=SPENT, claimed_at__gt=now - WEEK).exclude(kind__in=FREE_KINDS)
    ours = [at for at in rows.values_list("claimed_at", flat=True) if at is not None]
    surveys = survey_letters_to(person.workspace_id, [person.pk], since=now - WEEK)
    return sorted([*ours, *(at for _person, at in surveys)])


def next_letter_at(person: Person, *, now: datetime) -> datetime | None:
    """When the person's budget lets the next letter leave; None for at once."""
    budget = letter_setting(person.workspace_id).weekly_budget
    return free_again_at(letters_that_count(person, now=now), budget=budget, now=now)


def people_with_full_week(
    workspace: Workspace | UUID, person_ids: Collection[UUID], *, now: datetime
) -> set[UUID]:
    """Those of these people whose budget lets no further letter leave now, as `next_letter_at`
    says of one; three queries."""
    budget, asked = letter_setting(workspace).weekly_budget, set(person_ids)
    theirs = one_of_many(person_ids, column="person")
    rows = Message.objects.of(workspace).filter(
        theirs | one_of_many(person_ids, column="person__merged_into"),
        state__in=SPENT,
        claimed_at__gt=now - WEEK,
    )
    had: Counter[UUID] = Counter()
    for both in rows.exclude(kind__in=FREE_KINDS).values_list("person", "person__merged_into"):
        had.update(asked.intersection(both))
    since = now - WEEK
    had.update(pk for pk, _at in survey_letters_to(workspace, person_ids, since=since))
    return {pk for pk, count in had.items() if count >= budget}


def wanted_kinds(person: Person) -> list[LetterKind]:
    """The kinds of letter that the person wants, of those that can be refused."""
    preference, said = preference_of(person), consents_of(person)[ConsentPurpose.MESSAGES]
    yes = said is not None and said.given_at is not None
    return [
        kind
        for kind in REFUSABLE_KINDS
        if (yes if RULES[kind].asks_consent else not preference.refuses(kind))
    ]

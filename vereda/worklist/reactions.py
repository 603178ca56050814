"""What the worklist does when it hears news. Hearing the same twice changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from vereda.customers.contracts import (
    AccountAdded,
    AccountArchived,
    AccountChanged,
    AccountMergeUndone,
    AccountRestored,
    AccountsMerged,
    AccountStageChanged,
    AccountsUpserted,
    PeopleChanged,
    PersonChanged,
)
from vereda.customers.queries.accounts import listed_accounts
from vereda.customers.queries.people import (
    account_ids_of_people,
    memberships_in,
    memberships_of_people,
    person_with_id,
)
from vereda.events.contracts.facts import ActivityChanged
from vereda.foundation.clock import now
from vereda.foundation.criteria import one_of_many
from vereda.foundation.errors import Missing
from vereda.messaging.contracts import AnswerSettled, AnswerWaits
from vereda.messaging.queries.replies import inbound_letter_with_id
from vereda.privacy.contracts import DataRequestAnswered, DataRequested
from vereda.privacy.queries import data_request_with_id
from vereda.revenue.contracts import (
    SubscriptionChanged,
    SubscriptionEnded,
    SubscriptionStarted,
    SubscriptionsUpserted,
)
from vereda.support.contracts import (
    CommitmentDue,
    CommitmentMissed,
    CommitmentSettled,
    SlaBreached,
    SlaCleared,
    SlaWarned,
    TicketEscalated,
    TicketResolved,
    TicketsUpserted,
)
from vereda.support.queries.tickets import keys_of_tickets
from vereda.surveys.contracts import AnswersUpserted, SurveyAnswered
from vereda.surveys.queries.answers import all_answers, answer_with_id
from vereda.worklist.actions.alerts import clear_alert, clear_alerts_of_cause, raise_if_listed
from vereda.worklist.actions.noticing import (
    cause_of_answer,
    clear_alerts_without_answer,
    clear_settled_escalations,
    close_alerts_of_archived,
    follow_owners,
    hand_over_work,
    notice_accounts,
    notice_answer,
)
from vereda.worklist.actions.setting_aside import set_tasks_aside, take_tasks_up
from vereda.worklist.contracts import AlertKind, AlertReason
from vereda.worklist.queries.ranks import today_at
from vereda.workspaces.contracts import MemberLeft
from vereda.workspaces.queries import workspace_with_id

RECENT_DAYS = 30
"""Answers of an import that are older say nothing about today."""


# --- Accounts -----------------------------------------------------------------


def notice_account(
    fact: AccountAdded | AccountStageChanged | SubscriptionStarted | SubscriptionChanged,
) -> None:
    """What its figures say now."""
    _look_at(fact.workspace_id, [fact.account_id])


def notice_many_accounts(fact: ActivityChanged | SubscriptionsUpserted) -> None:
    """The same for many accounts at once."""
    _look_at(fact.workspace_id, fact.account_ids)


def notice_changed_account(fact: AccountChanged) -> None:
    """Its alerts go to who looks after it; its figures are looked at again."""
    follow_owners(fact.workspace_id, account_ids=[fact.account_id])
    _look_at(fact.workspace_id, [fact.account_id])


def notice_upserted_accounts(fact: AccountsUpserted) -> None:
    """The same for what a file or a program told."""
    follow_owners(fact.workspace_id, account_ids=fact.updated)
    _look_at(fact.workspace_id, [*fact.created, *fact.updated])


def notice_merge(fact: AccountsMerged | AccountMergeUndone) -> None:
    """What came together, or apart, is looked at again."""
    follow_owners(fact.workspace_id, account_ids=[fact.survivor_id, fact.absorbed_id])
    _look_at(fact.workspace_id, [fact.survivor_id, fact.absorbed_id])


def forget_archived(fact: AccountArchived) -> None:
    """An archived account asks for nothing, unless it was brought back meanwhile."""
    if _is_listed(fact):
        return
    close_alerts_of_archived(fact.workspace_id, account_id=fact.account_id, now=now())
    set_tasks_aside(fact.workspace_id, account_id=fact.account_id, now=now())


def take_up_restored(fact: AccountRestored) -> None:
    """It is in the lists again: so is what was to do for it, and its figures are looked at."""
    if _is_listed(fact):
        take_tasks_up(fact.workspace_id, account_id=fact.account_id, now=now())
    _look_at(fact.workspace_id, [fact.account_id])


def _is_listed(fact: AccountArchived | AccountRestored) -> bool:
    """As it is now: the news may be old."""
    return listed_accounts(fact.workspace_id).filter(pk=fact.account_id).exists()


def notice_people(fact: PersonChanged) -> None:
    """Somebody joined or left: perhaps the champion did."""
    if "memberships" not in fact.fields:
        return
    try:
        person = person_with_id(fact.workspace_id, fact.person_id)
    except Missing:
        return
    ids = memberships_in(person).values_list("account_id", flat=True)
    _look_at(fact.workspace_id, sorted(set(ids)))


def notice_many_people(fact: PeopleChanged) -> None:
    """The same of several people at once."""
    if "memberships" in fact.fields:
        _look_at(fact.workspace_id, account_ids_of_people(fact.workspace_id, fact.person_ids))


def _look_at(workspace_id: UUID, account_ids: Collection[UUID]) -> None:
    """What the figures and people of these accounts say now."""
    notice_accounts(workspace_with_id(workspace_id), account_ids=account_ids, now=now())


def hand_over(fact: MemberLeft) -> None:
    """Nobody's work goes with them."""
    hand_over_work(fact.workspace_id, member_id=fact.member_id)


# --- Money --------------------------------------------------------------------


def notice_cancellation(fact: SubscriptionEnded) -> None:
    """A subscription will end, and nothing continues it."""
    raise_if_listed(
        fact.workspace_id,
        account_id=fact.account_id,
        kind=AlertKind.RENEWAL,
        cause="cancelled",
        reason=AlertReason.SUBSCRIPTION_CANCELLED,
        details={"ended_on": fact.ends_on.isoformat()},
        now=now(),
    )
    _look_at(fact.workspace_id, [fact.account_id])


def forget_cancellation(fact: SubscriptionStarted) -> None:
    """They subscribed again."""
    clear_alert(
        fact.workspace_id,
        account_id=fact.account_id,
        kind=AlertKind.RENEWAL,
        cause="cancelled",
        now=now(),
    )


# --- Tickets and commitments --------------------------------------------------


def notice_sla(fact: SlaWarned | SlaBreached) -> None:
    """What was promised for a ticket is in danger, or broken: one alert for each clock."""
    broken = isinstance(fact, SlaBreached)
    reason = AlertReason.SLA_BREACHED if broken else AlertReason.SLA_WARNED
    _about_ticket(fact, cause=f"sla:{fact.ticket_id}:{fact.clock}", reason=reason)


def forget_sla(fact: SlaCleared) -> None:
    """It came, or no promise holds now."""
    clear_alert(
        fact.workspace_id,
        account_id=fact.account_id,
        kind=AlertKind.SUPPORT,
        cause=f"sla:{fact.ticket_id}:{fact.clock}",
        now=now(),
    )


def notice_escalation(fact: TicketEscalated) -> None:
    """A ticket went to somebody who can do more."""
    cause = f"escalation:{fact.ticket_id}"
    _about_ticket(fact, cause=cause, reason=AlertReason.TICKET_ESCALATED)


def forget_escalations(fact: TicketResolved) -> None:
    """Resolved tickets ask for nothing."""
    clear_settled_escalations(fact.workspace_id, account_ids=[fact.account_id], now=now())


def forget_many_escalations(fact: TicketsUpserted) -> None:
    """The same for what a file or a program told."""
    clear_settled_escalations(fact.workspace_id, account_ids=fact.account_ids, now=now())


def _about_ticket(fact: Any, *, cause: str, reason: AlertReason) -> None:
    key = keys_of_tickets(fact.workspace_id, [fact.ticket_id]).get(fact.ticket_id)
    if key is None:
        return
    raise_if_listed(
        fact.workspace_id,
        account_id=fact.account_id,
        kind=AlertKind.SUPPORT,
        cause=cause,
        reason=reason,
        details={"ticket": key},
        now=now(),
    )


def notice_commitment(fact: CommitmentDue | CommitmentMissed) -> None:
    """What was promised to customers is nearly due, or did not come."""
    missed = isinstance(fact, CommitmentMissed)
    reason = AlertReason.COMMITMENT_MISSED if missed else AlertReason.COMMITMENT_DUE
    for account_id in fact.account_ids:
        raise_if_listed(
            fact.workspace_id,
            account_id=account_id,
            kind=AlertKind.SUPPORT,
            cause=f"commitment:{fact.commitment_id}",
            reason=reason,
            details={"commitment": str(fact.commitment_id)},
            now=now(),
        )


def forget_commitment(fact: CommitmentSettled) -> None:
    """It was kept, taken back or given a later date."""
    for account_id in fact.account_ids:
        clear_alert(
            fact.workspace_id,
            account_id=account_id,
            kind=AlertKind.SUPPORT,
            cause=f"commitment:{fact.commitment_id}",
            now=now(),
        )


# --- Words --------------------------------------------------------------------


def notice_words(fact: SurveyAnswered) -> None:
    """A low score asks for somebody to listen."""
    if fact.account_id is not None:
        notice_answer(answer_with_id(fact.workspace_id, fact.answer_id), now=now())


def notice_unverified_answer(fact: AnswerWaits) -> None:
    """An answer by mail that nobody vouches for waits until a member says whether it is theirs;
    of no account there is nobody whose work it is, and Today counts it for everybody who may
    decide."""
    if fact.account_id is None:
        return
    try:
        letter = inbound_letter_with_id(fact.workspace_id, fact.letter_id)
    except Missing:
        return
    if not letter.waits_for_member:
        return
    raise_if_listed(
        fact.workspace_id,
        account_id=fact.account_id,
        kind=AlertKind.VOICE,
        cause=_cause_of_letter(fact.letter_id),
        reason=AlertReason.ANSWER_UNVERIFIED,
        details={
            "letter": str(letter.pk),
            "came_on": today_at(letter.workspace, now=letter.received_at).isoformat(),
        },
        now=now(),
    )


def forget_unverified_answer(fact: AnswerSettled) -> None:
    """Somebody said what it is."""
    if fact.account_id is not None:
        clear_alert(
            fact.workspace_id,
            account_id=fact.account_id,
            kind=AlertKind.VOICE,
            cause=_cause_of_letter(fact.letter_id),
            now=now(),
        )


def _cause_of_letter(letter_id: UUID) -> str:
    return f"letter:{letter_id}"


def notice_data_request(fact: DataRequested) -> None:
    """Somebody asks for something about their data: it is somebody's work until it is met. Of a
    person without an account nobody is told here; it waits in the settings of privacy."""
    try:
        request = data_request_with_id(fact.workspace_id, fact.request_id)
    except Missing:
        return
    if request.answered_at is not None:
        return
    held = memberships_of_people(fact.workspace_id, [fact.person_id])[fact.person_id]
    for membership in held:
        raise_if_listed(
            fact.workspace_id,
            account_id=membership.account_id,
            kind=AlertKind.PEOPLE,
            cause=_cause_of_request(fact.request_id),
            reason=AlertReason.DATA_REQUESTED,
            details={
                "asks": request.kind,
                "asked_by": request.person.key,
                "person": str(request.person_id),
                "due_on": request.due_on.isoformat(),
            },
            now=now(),
        )


def forget_data_request(fact: DataRequestAnswered) -> None:
    """It is met."""
    clear_alerts_of_cause(
        fact.workspace_id,
        kind=AlertKind.PEOPLE,
        cause=_cause_of_request(fact.request_id),
        now=now(),
    )


def _cause_of_request(request_id: UUID) -> str:
    return f"data-request:{request_id}"


def notice_many_words(fact: AnswersUpserted) -> None:
    """The same for an import, of the last 30 days: of each person and survey the newest answer
    decides, and what an undone import said is said no more."""
    since = now() - timedelta(days=RECENT_DAYS)
    rows = all_answers(fact.workspace_id).filter(
        one_of_many(fact.account_ids, column="account_id"), answered_at__gt=since
    )
    newest = {cause_of_answer(row): row for row in rows.order_by("answered_at", "pk") if row.part}
    for answer in newest.values():
        notice_answer(answer, now=now())
    clear_alerts_without_answer(fact.workspace_id, account_ids=fact.account_ids, now=now())

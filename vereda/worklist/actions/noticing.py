"""Noticing: what accounts' own figures, people and words say becomes alerts, or ends them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from vereda.customers.queries.accounts import listed_accounts
from vereda.customers.queries.relationships import champions_gone
from vereda.foundation.criteria import one_of_many
from vereda.support.queries.tickets import all_tickets
from vereda.surveys.contracts import Part, SurveyKind
from vereda.surveys.queries.answers import keys_of_answers
from vereda.worklist.actions.alerts import clear_alert, raise_if_listed
from vereda.worklist.actions.settling import settle_alerts
from vereda.worklist.contracts import (
    AlertKind,
    AlertReason,
    CloseReason,
    Details,
    Noticed,
    TaskState,
)
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.tasks import Task
from vereda.worklist.queries.quiet_products import accounts_used_in_bursts
from vereda.worklist.queries.ranks import rank_of_alert, rank_of_task, reckoning_at, today_at
from vereda.worklist.rules.noticing import (
    CHAMPION,
    FIGURE_CAUSES,
    Cause,
    Figures,
    noticed_about,
)
from vereda.workspaces.actions.audit import record
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from datetime import date

    from vereda.surveys.models.answers import Answer
    from vereda.workspaces.models import Workspace

AT_ONCE = 2_000
MISSED = timedelta(days=120)
"""So long it is news that a champion left; later everybody has got used to it."""
ANSWERS = "answer:"
"""How the causes begin that are answers of somebody to a survey."""
SCALE_TOPS = {
    SurveyKind.NPS: 10,
    SurveyKind.CSAT: 5,
    SurveyKind.CES: 7,
    SurveyKind.SMILE: 3,
}
COLUMNS = (
    "id",
    "status",
    "stage",
    "stage_since_at",
    "created_on",
    "arr_minor",
    "renewal_on",
    "seats",
    "last_active_on",
    "active_people_28d",
    "usage_8w",
)


# --- Figures and people of accounts -------------------------------------------


def notice_all_accounts(workspace: Workspace, *, now: datetime) -> int:
    """Look at every account of the workspace; how many alerts are new or gone.

    In parts of 2,000 accounts, each its own transactions: nobody waits long for the database.
    """
    ids = list(listed_accounts(workspace).order_by("pk").values_list("pk", flat=True))
    parts = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
    return sum(notice_accounts(workspace, account_ids=part, now=now) for part in parts)


def notice_accounts(workspace: Workspace, *, account_ids: Collection[UUID], now: datetime) -> int:
    """Look at these accounts; how many alerts are new or gone. A constant number of queries."""
    today = today_at(workspace, now=now)
    by_cause: dict[Cause, dict[UUID, Noticed]] = {cause: {} for cause in FIGURE_CAUSES}
    for account_id, figures in _figures(workspace, account_ids):
        for cause, noticed in noticed_about(figures, today=today).items():
            by_cause[cause][account_id] = noticed
    by_cause[CHAMPION] = _champions(workspace, account_ids, today=today)
    changed = 0
    for (kind, name), noticed_here in by_cause.items():
        settled = settle_alerts(
            workspace, kind=kind, cause=name, noticed=noticed_here, among=account_ids, now=now
        )
        changed += settled.raised + settled.cleared
    return changed


def _figures(workspace: Workspace, ids: Collection[UUID]) -> Iterator[tuple[UUID, Figures]]:
    """What the rows of these accounts say; four queries."""
    accounts = listed_accounts(workspace)
    quiet = accounts_used_in_bursts(workspace, account_ids=ids)
    measured = accounts.filter(last_active_on__isnull=False).exists()
    rows = accounts.filter(one_of_many(ids)).values_list(*COLUMNS, named=True)
    for row in rows:
        yield (
            row.id,
            Figures(
                status=row.status,
                stage=row.stage,
                stage_since_on=today_at(workspace, now=row.stage_since_at)
                if row.stage_since_at
                else None,
                created_on=row.created_on,
                arr_minor=row.arr_minor,
                renewal_on=row.renewal_on,
                seats=row.seats,
                last_active_on=row.last_active_on,
                active_people=row.active_people_28d,
                usage_8w=row.usage_8w,
                measured=measured,
                silence_is_usual=row.id in quiet,
            ),
        )


def _champions(workspace: Workspace, ids: Collection[UUID], *, today: date) -> dict[UUID, Noticed]:
    """Accounts whose last champion has left."""
    return {
        account_id: Noticed(
            reason=AlertReason.CHAMPION_LEFT,
            details={"left_on": gone.left_on.isoformat(), "person": str(gone.person_id)},
        )
        for account_id, gone in champions_gone(workspace, account_ids=ids).items()
        if timedelta() <= today - gone.left_on <= MISSED
    }


# --- What they say ------------------------------------------------------------


def notice_answer(answer: Answer, *, now: datetime) -> None:
    """A low score raises an alert; a better one of the same person to the same survey ends it."""
    if answer.account_id is None or answer.score is None or answer.part is None:
        return
    cause: dict[str, Any] = {
        "account_id": answer.account_id,
        "kind": AlertKind.VOICE,
        "cause": cause_of_answer(answer),
    }
    if answer.part is not Part.LOW:
        clear_alert(answer.workspace_id, **cause, now=now)
        return
    kind = SurveyKind(answer.survey.kind)
    reason = AlertReason.DETRACTOR if kind is SurveyKind.NPS else AlertReason.LOW_SATISFACTION
    details: Details = {
        "score": answer.score,
        "most": SCALE_TOPS[kind],
        "answered_on": today_at(answer.workspace, now=answer.answered_at).isoformat(),
        "answer": str(answer.pk),
    }
    raise_if_listed(answer.workspace, **cause, reason=reason, details=details, now=now)


def cause_of_answer(answer: Answer) -> str:
    """What tells apart who said something to which survey; of nobody known, each answer."""
    return f"{ANSWERS}{answer.survey_id}:{answer.person_id or answer.pk}"


def clear_alerts_without_answer(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID], now: datetime
) -> int:
    """Close the alerts about answers that are there no more, as after an import was taken back;
    how many."""
    rows = (
        Alert.objects.of(workspace)
        .open()
        .filter(
            one_of_many(account_ids, column="account_id"),
            kind=AlertKind.VOICE,
            cause__startswith=ANSWERS,
        )
    )
    about = {row: UUID(str(row.details["answer"])) for row in rows if "answer" in row.details}
    known = set(keys_of_answers(workspace, set(about.values())))
    gone = [row for row, answer_id in about.items() if answer_id not in known]
    for row in gone:
        clear_alert(
            workspace, account_id=row.account_id, kind=AlertKind.VOICE, cause=row.cause, now=now
        )
    return len(gone)


# --- Tickets ------------------------------------------------------------------


def clear_settled_escalations(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID], now: datetime
) -> int:
    """Close the alerts about escalations of tickets that are resolved; how many."""
    rows = (
        Alert.objects.of(workspace)
        .open()
        .filter(
            one_of_many(account_ids, column="account_id"),
            kind=AlertKind.SUPPORT,
            cause__startswith="escalation:",
        )
    )
    by_ticket = {UUID(row.cause.partition(":")[2]): row for row in rows}
    open_ids = set(
        all_tickets(workspace)
        .unresolved()
        .filter(one_of_many(list(by_ticket)))
        .values_list("pk", flat=True)
    )
    done = [row for ticket_id, row in by_ticket.items() if ticket_id not in open_ids]
    for row in done:
        clear_alert(
            workspace,
            account_id=row.account_id,
            kind=AlertKind.SUPPORT,
            cause=row.cause,
            now=now,
        )
    return len(done)


# --- Whose it is --------------------------------------------------------------


@transaction.atomic
def follow_owners(workspace: Workspace | UUID, *, account_ids: Collection[UUID]) -> int:
    """Open alerts of these accounts go to who looks after them now, but for delegated ones."""
    rows = (
        Alert.objects.of(workspace)
        .open()
        .filter(one_of_many(account_ids, column="account_id"), delegated_at=None)
    )
    moved = []
    for row in rows.select_related("account"):
        if row.owner_id != row.account.owner_id:
            row.owner_id = row.account.owner_id
            moved.append(row)
    Alert.objects.of(workspace).bulk_update(moved, ["owner"])
    return len(moved)


@transaction.atomic
def hand_over_work(workspace_id: UUID, *, member_id: UUID) -> int:
    """What somebody who left had to do goes to who looks after the account; else to nobody, where
    the list of everybody's work shows it. How much that was."""
    handed = 0
    for rows in (
        Alert.objects.of(workspace_id).open().filter(owner=member_id),
        Task.objects.of(workspace_id).open().filter(owner=member_id),
    ):
        heirs: dict[UUID | None, list[UUID]] = defaultdict(list)
        told = rows.values_list("pk", "account__owner_id", "account__owner__left_at")
        for row_id, heir, left_at in told:
            heirs[None if left_at or heir == member_id else heir].append(row_id)
        for inheritor, ids in heirs.items():
            handed += rows.filter(one_of_many(ids)).update(owner=inheritor)
    if handed:
        record(None, "handed over", workspace_with_id(workspace_id), member=member_id, work=handed)
    return handed


@transaction.atomic
def close_alerts_of_archived(
    workspace: Workspace | UUID, *, account_id: UUID, now: datetime
) -> int:
    """An archived account asks for nothing any more; how many alerts were closed."""
    rows = Alert.objects.of(workspace).open().filter(account=account_id)
    return rows.update(
        closed_at=now, closed_because=CloseReason.ARCHIVED, cause_gone_at=now, updated_at=now
    )


# --- Ranks --------------------------------------------------------------------


def rank_all_work(workspace: Workspace, *, now: datetime) -> int:
    """Reckon the stored rank of all open work anew, for the order of long lists; how many rows
    stand elsewhere."""
    reckoning = reckoning_at(workspace, now=now)
    alerts = Alert.objects.of(workspace).open().select_related("account")
    changed = _stored_ranks(
        alerts, lambda row: rank_of_alert(row, row.account, reckoning=reckoning).points
    )
    tasks = Task.objects.of(workspace).filter(state=TaskState.OPEN).select_related("account")
    return changed + _stored_ranks(
        tasks, lambda row: rank_of_task(row, row.account, reckoning=reckoning).points
    )


def _stored_ranks(rows: Any, points_of: Any) -> int:
    changed = []
    for row in rows.order_by("pk").iterator(chunk_size=AT_ONCE):
        points = points_of(row)
        if points != row.points:
            row.points = points
            changed.append(row)
    for start in range(0, len(changed), AT_ONCE):
        part = changed[start : start + AT_ONCE]
        type(part[0]).objects.of(part[0].workspace_id).bulk_update(part, ["points"])
    return len(changed)

"""Where each outcome stands now: kept for lists, announced where it fell behind, and noticed.

Lack of progress becomes an alert before the customer leaves, and closes by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from vereda.foundation.criteria import one_of_many
from vereda.foundation.facts import announce
from vereda.outcomes.contracts import OutcomeBehind, OutcomeState
from vereda.outcomes.models.outcomes import Outcome
from vereda.outcomes.queries.outcomes import OutcomeView, outcome_views, outcomes_in
from vereda.outcomes.rules.noticing import reason_to_look
from vereda.worklist.actions.settling import settle_causes
from vereda.worklist.contracts import AlertKind, Noticed
from vereda.worklist.queries.ranks import today_at

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

AT_ONCE: Final = 500


Refreshing = dict[UUID, tuple["Workspace", datetime]]
"""By outcome, whose it is, and as of when it is to be refreshed."""
_refreshing: ContextVar[Refreshing | None] = ContextVar("refreshing", default=None)


@contextmanager
def refreshed_at_the_end() -> Iterator[None]:
    """Outcomes of which something is said meanwhile are refreshed once, as of the last word.

    For telling a past in one go: else each word of it costs as much as the whole.
    """
    gathered: Refreshing = {}
    token = _refreshing.set(gathered)
    try:
        yield
    finally:
        _refreshing.reset(token)
    for outcome_id, (workspace, at) in gathered.items():
        refresh_outcomes(workspace, ids=[outcome_id], now=at)


def refresh_outcomes(
    workspace: Workspace, *, ids: Iterable[UUID] | None = None, now: datetime
) -> int:
    """Let the rows and the alerts of these outcomes (None: all) say where they stand now.

    Answers how many stand elsewhere than before. Some queries for each 500.
    """
    later = _refreshing.get()
    if later is not None and ids is not None:
        later.update((each, (workspace, now)) for each in ids)
        return 0
    today = today_at(workspace, now=now)
    wanted = list(_all_ids(workspace) if ids is None else ids)
    return sum(
        _refresh_part(workspace, wanted[start : start + AT_ONCE], today=today, now=now)
        for start in range(0, len(wanted), AT_ONCE)
    )


def _all_ids(workspace: Workspace) -> Iterable[UUID]:
    return outcomes_in(workspace).order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _refresh_part(workspace: Workspace, ids: Sequence[UUID], *, today: date, now: datetime) -> int:
    asked = outcomes_in(workspace).filter(one_of_many(ids)).order_by("number")
    views = outcome_views(workspace, asked, today=today)
    moved = [view for view in views if view.state != view.outcome.state]
    other = [view.outcome for view in views if _repeat(view, today=today)]
    if other:
        Outcome.objects.of(workspace).bulk_update(other, REPEATED)
    _settle(workspace, views, today=today, now=now)
    for view in moved:
        if view.state is OutcomeState.BEHIND:
            _announce_behind(view.outcome)
    return len(moved)


REPEATED: Final = ("state", "state_since_on", "ruled_by", "why_not", "delivered")


def _repeat(view: OutcomeView, *, today: date) -> bool:
    """Let the row repeat where it stands; whether it said anything else before."""
    row, ruling = view.outcome, view.ruling
    since = row.state_since_on if view.state == row.state else today
    told = (
        view.state,
        since,
        ruling.side if ruling else "",
        ruling.reason if ruling else "",
        view.delivered,
    )
    before = tuple(getattr(row, name) for name in REPEATED)
    for name, value in zip(REPEATED, told, strict=True):
        setattr(row, name, value)
    return told != before


def _settle(
    workspace: Workspace, views: Sequence[OutcomeView], *, today: date, now: datetime
) -> None:
    if views:
        accounts = {view.outcome.account_id for view in views}
        settle_causes(
            workspace,
            kind=AlertKind.HEALTH,
            noticed=_noticed(views, today=today),
            now=now,
            among=accounts,
        )


def _noticed(views: Iterable[OutcomeView], *, today: date) -> Mapping[str, Mapping[UUID, Noticed]]:
    told: dict[str, dict[UUID, Noticed]] = {}
    for view in views:
        row = view.outcome
        said = reason_to_look(row.key, standing=view.standing, line=row.line, today=today)
        told[outcome_cause(row)] = {} if said is None else {row.account_id: said}
    return told


def outcome_cause(outcome: Outcome) -> str:
    """What the alert of an outcome is called among the causes."""
    return f"outcome-{outcome.number}"


def _announce_behind(outcome: Outcome) -> None:
    announce(
        OutcomeBehind(
            workspace_id=outcome.workspace_id,
            account_id=outcome.account_id,
            outcome_id=outcome.pk,
        )
    )

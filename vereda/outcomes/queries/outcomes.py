"""Asking for outcomes, each with what was measured and said, and where it stands on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.criteria import one_of_many
from vereda.foundation.ids import number_in
from vereda.foundation.scoping import OwnedRows, found
from vereda.outcomes.contracts import (
    Direction,
    Measured,
    OutcomeState,
    Side,
    Standing,
    ValueGap,
    VerdictKind,
    WhyNot,
    Word,
)
from vereda.outcomes.models.outcomes import Measurement, Outcome, OutcomeRows, Verdict
from vereda.outcomes.rules.gaps import value_gap
from vereda.outcomes.rules.standing import standing_on

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """An outcome with the measurements that count, the last words, and where it stands."""

    outcome: Outcome
    measurements: tuple[Measurement, ...]
    ours: Verdict | None
    theirs: Verdict | None
    standing: Standing

    @property
    def state(self) -> OutcomeState:
        """Where it stands."""
        return self.standing.state

    @property
    def last(self) -> Measurement | None:
        """The last measurement; None where there is none."""
        return self.measurements[-1] if self.measurements else None

    @property
    def delivered(self) -> Decimal | None:
        """The value last measured."""
        return None if self.last is None else self.last.value

    @property
    def gap(self) -> ValueGap:
        """What had to be bridged and what is left."""
        return value_gap(
            direction=Direction(self.outcome.direction),
            target=self.outcome.target,
            out_of_box=self.outcome.out_of_box,
            delivered=self.delivered,
        )

    @property
    def ruling(self) -> Verdict | None:
        """The word that rules: the customer's, or else ours."""
        return self.theirs or self.ours


def outcome_with_key(workspace: Workspace | UUID, key: str) -> Outcome:
    """The outcome with that key ("B-12"), or `Missing`."""
    rows = outcomes_in(workspace).filter(number=number_in(key, "B"))
    return found(rows)


def outcome_with_id(workspace: Workspace | UUID, outcome_id: UUID) -> Outcome:
    """The outcome with that id, or `Missing`."""
    return found(outcomes_in(workspace).filter(pk=outcome_id))


def outcomes_in(workspace: Workspace | UUID) -> OutcomeRows:
    """Every promised benefit, with what a list says of it."""
    rows: OutcomeRows = Outcome.objects.of(workspace).select_related(
        "account", "product", "feature", "metric", "owner__user", "said_by"
    )
    return rows


def outcome_rows_of(workspace: Workspace | UUID, account_ids: Collection[UUID]) -> OutcomeRows:
    """The promised benefits of these accounts, the first promised first."""
    rows = outcomes_in(workspace).filter(in_accounts(account_ids))
    return rows.order_by("promised_on", "number")


def outcomes_of_account(account: Account, *, today: date) -> tuple[OutcomeView, ...]:
    """The account's outcomes and where each stands on that day, dropped ones last."""
    rows = outcome_rows_of(account.workspace_id, [account.pk])
    views = outcome_views(account.workspace_id, rows, today=today)
    return tuple(sorted(views, key=lambda view: view.state is OutcomeState.DROPPED))


def measurements_said(outcome: Outcome) -> OwnedRows[Measurement]:
    """Everything that was ever measured, the last day first, corrections first."""
    rows = Measurement.objects.of(outcome.workspace_id).filter(outcome=outcome)
    return rows.select_related("member__user", "person", "file").order_by("-on", "-at", "-id")


def verdicts_said(outcome: Outcome) -> OwnedRows[Verdict]:
    """Everything that either side ever said, the last first."""
    rows = Verdict.objects.of(outcome.workspace_id).filter(outcome=outcome)
    return rows.select_related("member__user", "person").order_by("-at", "-id")


def view_of(outcome: Outcome, *, today: date) -> OutcomeView:
    """One outcome and where it stands on that day."""
    return outcome_views(outcome.workspace_id, [outcome], today=today)[0]


def outcome_views(
    workspace: Workspace | UUID,
    outcomes: Iterable[Outcome],
    *,
    today: date,
    known_before: datetime | None = None,
) -> list[OutcomeView]:
    """These outcomes in their order, as of the end of that day; two queries for any number.

    known_before: what was written down later is left out, whatever day it is about.
    """
    rows = list(outcomes)
    ids = [row.pk for row in rows]
    written = Q(on__lte=today)
    if known_before is not None:
        written &= Q(at__lt=known_before)
    measurements = _measurements_of(workspace, ids, written=written)
    verdicts = _verdicts_of(workspace, ids, written=written)
    return [
        _view(row, measurements=measurements[row.pk], verdicts=verdicts[row.pk], today=today)
        for row in rows
    ]


def _view(
    outcome: Outcome,
    *,
    measurements: Sequence[Measurement],
    verdicts: dict[str, Verdict],
    today: date,
) -> OutcomeView:
    ours, theirs = verdicts.get(Side.US), verdicts.get(Side.CUSTOMER)
    last = measurements[-1] if measurements else None
    standing = standing_on(
        today,
        line=outcome.line,
        last=None if last is None else Measured(value=last.value, on=last.on),
        ours=word_of(ours),
        theirs=word_of(theirs),
        dropped=outcome.dropped_at is not None,
    )
    return OutcomeView(
        outcome=outcome,
        measurements=tuple(measurements),
        ours=ours,
        theirs=theirs,
        standing=standing,
    )


def word_of(verdict: Verdict | None) -> Word | None:
    """A verdict as rules read it."""
    if verdict is None:
        return None
    reason = WhyNot(verdict.reason) if verdict.reason else None
    return Word(kind=VerdictKind(verdict.kind), on=verdict.on, reason=reason)


def _measurements_of(
    workspace: Workspace | UUID, ids: Collection[UUID], *, written: Q
) -> dict[UUID, list[Measurement]]:
    """Of each outcome one measurement a day, the last written, the first day first."""
    rows = Measurement.objects.of(workspace).filter(one_of_many(ids, column="outcome"))
    by_day: dict[UUID, dict[date, Measurement]] = defaultdict(dict)
    for row in rows.filter(written).select_related("file").order_by("on", "at", "id"):
        by_day[row.outcome_id][row.on] = row
    return defaultdict(list, {pk: list(days.values()) for pk, days in by_day.items()})


def _verdicts_of(
    workspace: Workspace | UUID, ids: Collection[UUID], *, written: Q
) -> dict[UUID, dict[str, Verdict]]:
    """The last word of each side about each outcome; nothing where it was taken back."""
    rows = Verdict.objects.of(workspace).filter(one_of_many(ids, column="outcome"))
    last: dict[UUID, dict[str, Verdict]] = defaultdict(dict)
    for row in rows.filter(written).select_related("member__user", "person").order_by("at", "id"):
        if row.kind == VerdictKind.TAKEN_BACK:
            last[row.outcome_id].pop(row.side, None)
        else:
            last[row.outcome_id][row.side] = row
    return last

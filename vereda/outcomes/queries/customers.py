"""What a customer reads by themselves of the benefits promised to them, and what they are asked.

The same rows as members read, without two things: the words by which a member backed our own
verdict, which are ours to say, and what the customer pays, which is not for everybody there to
know. Why a promise was moved or dropped stays: members are told that the customer reads it.
"""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils.safestring import SafeString

from vereda.foundation.errors import Missing
from vereda.outcomes.charts import progress_chart
from vereda.outcomes.contracts import OutcomeState
from vereda.outcomes.paper import report_paper
from vereda.outcomes.queries.outcomes import (
    OutcomeView,
    outcome_rows_of,
    outcome_views,
    outcomes_in,
    view_of,
)
from vereda.outcomes.queries.reports import ValueReport, value_report
from vereda.outcomes.rules.asking import SAID_TO_BE_TRUE, awaits_customer
from vereda.outcomes.rules.reporting import worth_of
from vereda.outcomes.telling import (
    amendment_sentence,
    gap_sentence,
    measured_sentence,
    promise_sentence,
    standing_sentence,
)

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.files import AccountFile
    from vereda.outcomes.models.outcomes import Measurement, Outcome
    from vereda.workspaces.models import Workspace

MOST_MEASURED = 12
"""So many measurements of a benefit stand in words; the drawing has all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMeasurement:
    """A measurement in words: what and when, how it is known, and the file that shows it."""

    sentence: str
    evidence: str
    file: AccountFile | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBenefit:
    """A benefit in sentences of the active language; the last measured first."""

    view: OutcomeView
    promise: str
    moved: tuple[str, ...]
    measured: tuple[ReadMeasurement, ...]
    standing: str
    gap: str
    chart: SafeString


def customers_report(account: Account, *, until: date) -> ValueReport:
    """The value report as somebody of the customer reads it without us; the same few queries."""
    whole = value_report(account, until=until)
    money = replace(whole.money, cost_a_year={})
    return replace(
        whole,
        views=tuple(_without_our_words(view) for view in whole.views),
        dropped=tuple(_without_our_words(view) for view in whole.dropped),
        money=money,
        worth=worth_of(whole.counts, proven=money.proven_a_year, cost=money.cost_a_year),
    )


def customers_paper(report: ValueReport, *, workspace: Workspace) -> bytes:
    """The same as a PDF, in the active language."""
    return report_paper(report, workspace=workspace)


def read_benefits(report: ValueReport) -> tuple[ReadBenefit, ...]:
    """What was promised and is pursued, in words."""
    return tuple(_benefit(report, view) for view in report.views)


def evidence_with_id(outcome: Outcome, file_id: UUID, *, today: date) -> AccountFile:
    """The file with that id, where the customer reads its name beside a measurement; `Missing` for
    every other file of theirs, and once the measurement is corrected or the benefit dropped."""
    view = view_of(outcome, today=today)
    if view.state is not OutcomeState.DROPPED:
        for each in _measured_in_words(view):
            if each.file is not None and each.file.pk == file_id:
                return each.file
    raise Missing("evidence")


def benefits_of_accounts(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, today: date
) -> list[OutcomeView]:
    """What these accounts were promised and what is pursued of it, the first due first; a constant
    number of queries."""
    rows = outcome_rows_of(workspace, account_ids).pursued().order_by("due_on", "number")
    return outcome_views(workspace, rows, today=today)


def promised_to(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, today: date
) -> tuple[int, list[OutcomeView]]:
    """How much these accounts were promised that is pursued, and of it what they may be asked about
    (`is_for_customer_to_say`), the first due first."""
    rows = list(outcome_rows_of(workspace, account_ids).pursued().order_by("due_on", "number"))
    asked = [row for row in rows if row.due_on <= today or row.state in SAID_TO_BE_TRUE]
    return len(rows), outcome_views(workspace, asked, today=today) if asked else []


def benefits_to_ask_about(
    workspace: Workspace | UUID, *, since: date, today: date
) -> list[OutcomeView]:
    """What the customers of the workspace are asked about since that day or later, the first due
    first; of accounts that are not archived. A constant number of queries."""
    rows = outcomes_in(workspace).pursued().filter(account__archived_at=None)
    came = Q(due_on__range=(since, today))
    came |= Q(state__in=SAID_TO_BE_TRUE, state_since_on__range=(since, today))
    rows = rows.filter(came).order_by("due_on", "number")
    views = outcome_views(workspace, rows, today=today)
    return [view for view in views if is_for_customer_to_say(view, today=today)]


def asked_since(view: OutcomeView) -> date:
    """The day from which on it was for the customer to say."""
    row = view.outcome
    return min(row.due_on, row.state_since_on) if row.state in SAID_TO_BE_TRUE else row.due_on


def is_for_customer_to_say(view: OutcomeView, *, today: date) -> bool:
    """Whether the customer is asked if it came true."""
    return awaits_customer(
        view.state,
        has_their_word=view.theirs is not None,
        due_on=view.outcome.due_on,
        today=today,
    )


def _benefit(report: ValueReport, view: OutcomeView) -> ReadBenefit:
    row = view.outcome
    moves = report.amendments.get(row.pk, ())
    return ReadBenefit(
        view=view,
        promise=promise_sentence(row),
        moved=tuple(amendment_sentence(row, each) for each in moves),
        measured=tuple(_read(view, each) for each in _measured_in_words(view)),
        standing=standing_sentence(view),
        gap=gap_sentence(view),
        chart=progress_chart(view),
    )


def _measured_in_words(view: OutcomeView) -> tuple[Measurement, ...]:
    return tuple(reversed(view.measurements))[:MOST_MEASURED]


def _read(view: OutcomeView, measurement: Measurement) -> ReadMeasurement:
    return ReadMeasurement(
        sentence=measured_sentence(view.outcome, measurement),
        evidence=measurement.words,
        file=measurement.file,
    )


def _without_our_words(view: OutcomeView) -> OutcomeView:
    if view.ours is None:
        return view
    bare = copy(view.ours)
    bare.words = ""
    return replace(view, ours=bare)

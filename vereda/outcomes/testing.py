"""Makers for tests: `an_outcome(account, target="80", baseline="20")`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vereda.customers.models.accounts import Account
from vereda.foundation.testing import MORNING
from vereda.outcomes.actions.expectations import set_expectation
from vereda.outcomes.actions.measuring import measure_outcome
from vereda.outcomes.actions.promising import promise_outcome
from vereda.outcomes.contracts import ExpectationStep, OutcomeSaid
from vereda.outcomes.models.expectations import Expectation
from vereda.outcomes.models.outcomes import Measurement, Outcome

DUE = date(2027, 2, 10)
"""A hundred days after the first morning."""


def a_promise(**said: Any) -> OutcomeSaid:
    """From 20 to 80 in a hundred days, unless said otherwise."""
    wanted: dict[str, Any] = {
        "benefit": "Invoices leave the same day",
        "target": "80",
        "baseline": "20",
        "due_on": DUE,
        **said,
    }
    for name in ("target", "baseline", "out_of_box"):
        if isinstance(wanted.get(name), str):
            wanted[name] = Decimal(wanted[name])
    return OutcomeSaid(**wanted)


def an_outcome(
    account: Account,
    *,
    by: Any = None,
    now: datetime = MORNING,
    promised_on: date | None = None,
    **said: Any,
) -> Outcome:
    """A benefit promised to the account in the morning."""
    return promise_outcome(account, said=a_promise(**said), by=by, now=now, promised_on=promised_on)


def a_measurement(
    outcome: Outcome,
    value: str,
    *,
    by: Any,
    on: date | None = None,
    now: datetime = MORNING,
    **said: Any,
) -> Measurement:
    """What a member measured, today unless said otherwise."""
    return measure_outcome(
        outcome, value=Decimal(value), on=on or now.date(), by=by, now=now, **said
    )


def an_expectation(
    account: Account, *, by: Any = None, now: datetime = MORNING, **said: Any
) -> Expectation:
    """What the account was told to expect, at the sale."""
    wanted: dict[str, Any] = {
        "step": ExpectationStep.SALE,
        "words": "The first invoice leaves in two weeks.",
        **said,
    }
    return set_expectation(account, by=by, now=now, **wanted)

"""Trying rules before they are published: on one account, on the portfolio, on one input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import quantiles
from typing import TYPE_CHECKING, Final
from uuid import UUID

from vereda.customers.contracts import HealthBand
from vereda.customers.queries.accounts import accounts_with_ids
from vereda.foundation.inputs import Better, Input
from vereda.health.contracts import CurvePoint, Scored, ScoreRules
from vereda.health.queries.explaining import FactorRow, factor_rows
from vereda.health.queries.inputs import (
    Inputs,
    fresh_days_of,
    names_of_inputs,
    readings_of_accounts,
)
from vereda.health.queries.scorecards import (
    CardInForce,
    cards_in_force,
    cards_of_accounts,
    latest_version,
)
from vereda.health.queries.scores import scored_ids, scores_of_accounts
from vereda.health.rules.scoring import scored

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.health.models.scorecards import Scorecard
    from vereda.workspaces.models import Workspace

MOST_TRIED: Final = 2_000
MOST_SHOWN: Final = 100
MOST_READ: Final = 1_000
FEWEST_READ: Final = 4


@dataclass(frozen=True, slots=True)
class AccountTrial:
    """What rules would say of one account."""

    account: Account
    score: Scored
    rows: tuple[FactorRow, ...]


def tried_on_account(
    account: Account, *, workspace: Workspace, rules: ScoreRules, inputs: Inputs, today: date
) -> AccountTrial:
    """The whole waterfall; nothing is kept."""
    readings = readings_of_accounts(
        workspace, names=names_of_inputs(rules), account_ids=[account.pk], on=today
    )[account.pk]
    score = scored(rules, readings, on=today, fresh_days=fresh_days_of(inputs))
    return AccountTrial(account, score, factor_rows(rules, score.factors, inputs, today=today))


@dataclass(frozen=True, slots=True)
class Recoloured:
    """An account that would have another colour."""

    account: Account
    before_value: int | None
    before: HealthBand
    after_value: int | None
    after: HealthBand


@dataclass(frozen=True, slots=True)
class PortfolioTrial:
    """What rules would say of the accounts that the card is for.

    `looked_at` of `total` accounts were tried. Bands are counted before and after; `recoloured`
    are those that change, at most a hundred, the largest fall first; `changed` counts them all.
    """

    total: int
    looked_at: int
    before: Mapping[HealthBand, int]
    after: Mapping[HealthBand, int]
    tenths: tuple[int, ...]
    changed: int
    recoloured: Sequence[Recoloured]


def tried_on_portfolio(
    card: Scorecard, *, workspace: Workspace, rules: ScoreRules, inputs: Inputs, today: date
) -> PortfolioTrial:
    """The colours before and after, of the accounts that the card is for; nothing is kept.

    At most 2,000 accounts are tried, spread over all: a portfolio larger than that is sampled.
    """
    ids = _accounts_of_card(card, workspace=workspace, rules=rules)
    step = max(1, -(-len(ids) // MOST_TRIED))
    chosen = ids[::step]
    readings = readings_of_accounts(
        workspace, names=names_of_inputs(rules), account_ids=chosen, on=today
    )
    fresh_days = fresh_days_of(inputs)
    after = {
        each: scored(rules, readings[each], on=today, fresh_days=fresh_days) for each in chosen
    }
    held = scores_of_accounts(workspace, chosen)
    before = {
        each: (held[each].value, HealthBand(held[each].band))
        if each in held
        else (None, HealthBand.UNKNOWN)
        for each in chosen
    }
    changed = [each for each in chosen if before[each][1] is not after[each].band]
    changed.sort(key=lambda each: (after[each].value or 0) - (before[each][0] or 0))
    rows = accounts_with_ids(workspace, changed[:MOST_SHOWN])
    values = [score.value for score in after.values() if score.value is not None]
    return PortfolioTrial(
        total=len(ids),
        looked_at=len(chosen),
        before=Counter(band for _value, band in before.values()),
        after=Counter(score.band for score in after.values()),
        tenths=tuple(sum(min(value // 10, 9) == tenth for value in values) for tenth in range(10)),
        changed=len(changed),
        recoloured=[
            Recoloured(rows[each], *before[each], after[each].value, after[each].band)
            for each in changed[:MOST_SHOWN]
            if each in rows
        ],
    )


def _accounts_of_card(card: Scorecard, *, workspace: Workspace, rules: ScoreRules) -> list[UUID]:
    """Whom the card would score if its rules were published now."""
    ids = scored_ids(workspace)
    version = latest_version(card)
    cards = [each for each in cards_in_force(workspace) if each.card.pk != card.pk]
    trial = CardInForce(card, version, rules)  # type: ignore[arg-type]
    cards = sorted([*cards, trial], key=lambda each: (each.card.precedence, each.card.number))
    applying = cards_of_accounts(workspace, cards, ids)
    return [each for each in ids if applying[each] is trial]


@dataclass(frozen=True, slots=True)
class SpreadOfInput:
    """How an input is spread over the portfolio; quartiles are None where few accounts have it."""

    asked: int
    known: int
    least: float | None
    quartiles: tuple[float, float, float] | None
    most: float | None


def spread_of_input(workspace: Workspace, held: Input, *, today: date) -> SpreadOfInput:
    """How the input is spread over at most a thousand accounts."""
    ids = scored_ids(workspace)[:MOST_READ]
    readings = readings_of_accounts(workspace, names=[held.name], account_ids=ids, on=today)
    values = sorted(each[held.name].value for each in readings.values() if held.name in each)
    if len(values) < FEWEST_READ:
        return SpreadOfInput(
            len(ids), len(values), min(values, default=None), None, max(values, default=None)
        )
    lower, middle, upper = quantiles(values, n=4, method="inclusive")
    return SpreadOfInput(len(ids), len(values), values[0], (lower, middle, upper), values[-1])


def suggested_points(spread: SpreadOfInput, held: Input) -> tuple[CurvePoint, ...]:
    """A curve to begin with: nothing below the lower quartile, everything above the upper one."""
    if spread.quartiles is None:
        return ()
    thresholds = sorted({round(each, 2) for each in (spread.least or 0.0, *spread.quartiles)})
    last = max(len(thresholds) - 1, 1)
    rising = [round(place / last, 2) for place in range(len(thresholds))]
    shares = rising[::-1] if held.better is Better.LESS else rising
    return tuple(CurvePoint(at, share) for at, share in zip(thresholds, shares, strict=True))

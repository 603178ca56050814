"""Makers for tests: rules, a published scorecard, an opinion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from vereda.customers.models.accounts import Account
from vereda.foundation.testing import MORNING
from vereda.health.actions.pulses import give_opinion
from vereda.health.actions.scorecards import draft_scorecard, publish_scorecard
from vereda.health.contracts import PULSE_INPUT, CurvePoint, Factor, ScoreRules
from vereda.health.models.pulses import Pulse
from vereda.health.models.scorecards import ScorecardVersion

T = TypeVar("T")

OPINION_CURVE = ((1, 0.0), (2, 0.25), (3, 0.5), (4, 0.75), (5, 1.0))


def a_factor(
    name: str = "opinion",
    *,
    input: str = PULSE_INPUT,
    points: Sequence[tuple[float, float]] = OPINION_CURVE,
    **said: Any,
) -> Factor:
    """A factor that counts the opinion, a quarter more for each point, unless said otherwise."""
    return Factor(
        name=name, input=input, points=tuple(CurvePoint(*each) for each in points), **said
    )


def some_rules(*factors: Factor, **said: Any) -> ScoreRules:
    """Rules of these factors, or of the opinion alone."""
    return ScoreRules(factors=factors or (a_factor(),), **said)


def a_published_card(
    company: Any,
    rules: ScoreRules | None = None,
    *,
    name: str = "Everybody",
    now: datetime = MORNING,
    **said: Any,
) -> ScorecardVersion:
    """The first version of a scorecard of acme; nobody is scored yet."""
    card = draft_scorecard(
        company.workspace, name=name, rules=rules or some_rules(), by=company.admin, **said
    )
    return publish_scorecard(card, note="", by=company.admin, now=now)


def an_opinion(account: Account, value: int, *, by: Any = None, now: datetime = MORNING) -> Pulse:
    """What a member thinks of the account."""
    return give_opinion(account, value=value, by=by, now=now)


def known(value: T | None) -> T:
    """The value, which the test says is there."""
    assert value is not None
    return value

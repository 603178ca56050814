"""A scorecard of the invented company: two versions, fourteen weeks by its rules, opinions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID
from zlib import crc32

from django.utils import translation
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import accounts_with_ids
from vereda.health.actions.backfilling import score_past_days
from vereda.health.actions.backtests import ask_backtest
from vereda.health.actions.pulses import keep_opinion
from vereda.health.actions.scorecards import draft_scorecard, publish_scorecard, save_draft
from vereda.health.actions.scoring import score_portfolio
from vereda.health.contracts import CurvePoint, Factor, ScoreRules, Shape

if TYPE_CHECKING:
    from vereda.sample.contracts import InventedAccount, World
    from vereda.workspaces.models import Member, Workspace

WEEKS: Final = 14
PUBLISHED_DAYS_AGO: Final = 130
CHANGED_DAYS_AGO: Final = 33
OPINION_DAYS: Final = 84
SILENT_OF: Final = 9
"""Of so many accounts, one has no opinion."""


def _factor(
    name: str, input: str, weight: int, *points: tuple[float, float], line: bool = False
) -> Factor:
    return Factor(
        name=name,
        input=input,
        weight=weight,
        shape=Shape.LINE if line else Shape.STEPS,
        points=tuple(CurvePoint(*point) for point in points),
    )


RULES: Final = ScoreRules(
    factors=(
        _factor("seats", "events.metric.seat-share", 20, (0, 0), (0.4, 0.5), (0.75, 1), line=True),
        _factor("people-change", "events.trend.people-28d", 15, (-0.5, 0), (0, 0.8), (0.2, 1),
                line=True),
        _factor("last-use", "events.metric.days-since-use", 20, (0, 1), (5, 0.7), (12, 0.3),
                (28, 0)),
        _factor("features", "events.metric.features-28d", 10, (0, 0), (3, 0.4), (8, 1), line=True),
        _factor("contact", "customers.days_since_contact", 10, (0, 1), (45, 0.6), (90, 0.2),
                (180, 0)),
        _factor("urgent", "support.open_urgent", 10, (0, 1), (1, 0.5), (2, 0)),
        _factor("satisfaction", "support.satisfaction", 5, (1, 0), (3, 0.4), (4.5, 1), line=True),
        _factor("opinion", "health.pulse", 10, (1, 0), (2, 0.25), (3, 0.5), (4, 0.75), (5, 1)),
    )
)  # fmt: skip

FIRST_RULES: Final = ScoreRules(factors=RULES.factors[:6])


def score_sample(
    workspace: Workspace,
    *,
    world: World,
    account_ids: Mapping[str, UUID],
    by: Member,
    now: datetime,
) -> int:
    """Everything about health, computed by the product itself; how many days were written."""
    with translation.override(workspace.language):
        card = draft_scorecard(
            workspace,
            name=_("All customers"),
            description=_("Use first, then contact, help and what we think of them."),
            rules=FIRST_RULES,
            by=by,
        )
        published_at = now - timedelta(days=PUBLISHED_DAYS_AGO)
        publish_scorecard(card, note=_("To begin with."), by=by, now=published_at)
        save_draft(card, rules=RULES, by=by)
        changed_at = now - timedelta(days=CHANGED_DAYS_AGO)
        note = _("Satisfaction with our help and our own opinion count too.")
        version = publish_scorecard(card, note=note, by=by, now=changed_at)
    _keep_opinions(world, account_ids=account_ids, by=by, now=now)
    days = [now.date() - timedelta(days=7 * week) for week in range(1, WEEKS + 1)]
    score_portfolio(workspace, now=now)
    written = score_past_days(workspace, days=days)
    score_portfolio(workspace, now=now)  # what changed in four weeks is known only now
    ask_backtest(version, by=None, now=now)
    return written


def _keep_opinions(
    world: World,
    *,
    account_ids: Mapping[str, UUID],
    by: Member,
    now: datetime,
) -> None:
    """What owners think: near the hidden truth, and sometimes wrong or too old."""
    rows = accounts_with_ids(by.workspace, list(account_ids.values()))
    for account in world.accounts:
        for day, value in _opinions_of(account, today=now.date()):
            row = rows[account_ids[account.company.external_id]]
            at = now - timedelta(days=(now.date() - day).days)
            keep_opinion(row, value=value, by=row.owner or by, at=at)


def _opinions_of(account: InventedAccount, *, today: date) -> Iterator[tuple[date, int]]:
    """One or two days in the last months, with what somebody who meets them would think."""
    luck = crc32(account.company.external_id.encode())
    if luck % SILENT_OF == 0:
        return
    for ago in (OPINION_DAYS + 20 + luck % 20, luck % OPINION_DAYS):
        day = today - timedelta(days=ago)
        weeks = [week for week in account.life.weeks if week.starts_on <= day]
        if weeks:
            off = (luck >> (ago % 7)) % 3 - 1
            yield day, min(5, max(1, round(1 + 4 * weeks[-1].health) + off))

"""Scoring the past: what the rules of each day would have said, for a history from the first day.

Only days are written, and why they changed; what accounts and alerts say is about today alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from vereda.foundation.criteria import one_of_many
from vereda.foundation.many_rows import NewRows
from vereda.health.actions.scoring import TOGETHER, Was, score_change
from vereda.health.contracts import ChangeCause, FreshDays, Scored
from vereda.health.models.scores import Score, ScoreChange, ScoreDay
from vereda.health.queries.inputs import (
    fresh_days_of,
    inputs_of,
    names_of_inputs,
    readings_of_accounts,
)
from vereda.health.queries.scorecards import (
    CardInForce,
    cards_in_force,
    cards_of_accounts,
    versions_by_card,
)
from vereda.health.queries.scores import scored_ids
from vereda.health.rules.scoring import scored

if TYPE_CHECKING:
    from vereda.health.models.scorecards import ScorecardVersion
    from vereda.workspaces.models import Workspace

EVENING = time(18, tzinfo=UTC)


@dataclass
class History:
    """What was said last of each account, while days are scored in their order."""

    workspace: Workspace
    fresh_days: FreshDays
    last: dict[UUID, Was] = field(default_factory=dict)
    coverage: dict[UUID, float] = field(default_factory=dict)
    days: list[ScoreDay] = field(default_factory=list)
    changes: list[ScoreChange] = field(default_factory=list)

    @cached_property
    def made(self) -> NewRows[ScoreChange]:
        """Changes of this workspace, to be told."""
        return NewRows(ScoreChange, workspace_id=self.workspace.pk)

    def take(self, account_id: UUID, card: CardInForce, after: Scored, *, on: date) -> None:
        """Another day of an account, kept where it differs from the one before."""
        before = self.last.get(account_id)
        now = Was(card.version.pk, card.card.pk, after.value, after.band, after.factors)
        same = before is not None and (before.version_id, before.value, before.band) == (
            now.version_id,
            now.value,
            now.band,
        )
        if not same or self.coverage.get(account_id) != after.coverage:
            self.days.append(
                ScoreDay(
                    workspace=self.workspace,
                    account_id=account_id,
                    version=card.version,
                    on=on,
                    value=after.value,
                    band=after.band,
                    coverage=after.coverage,
                )
            )
        if not same:
            change = score_change(
                self.made,
                account_id=account_id,
                card=card,
                after=after,
                before=before,
                at=datetime.combine(on, EVENING),
            )
            self.changes.append(change)
        self.last[account_id], self.coverage[account_id] = now, after.coverage


@transaction.atomic
def score_past_days(
    workspace: Workspace, *, days: Collection[date], account_ids: Collection[UUID] | None = None
) -> int:
    """Write what the rules in force on each of these days would have said; how many rows.

    Readings are told as they were known then; audiences are as they are today. Days that were
    scored when they were today are kept: of each account only days before its first are written.
    """
    ids = scored_ids(workspace, account_ids)
    held = ScoreDay.objects.of(workspace).order_by("-on").values_list("account_id", "on")
    first_of = dict(held)
    history = History(workspace, fresh_days_of(inputs_of(workspace)))
    forced, versions = cards_in_force(workspace), versions_by_card(workspace)
    for on in sorted(days):
        cards = _cards_on(forced, versions, on=on)
        missing = [each for each in ids if each not in first_of or on < first_of[each]]
        for start in range(0, len(missing), TOGETHER):
            _score_day(history, cards, missing[start : start + TOGETHER], on=on)
    ScoreDay.objects.of(workspace).bulk_create(history.days)
    ScoreChange.objects.of(workspace).bulk_create(history.changes)
    _join_first_scores(history)
    return len(history.days)


def _join_first_scores(history: History) -> None:
    """What was the first score of an account has one before it now: say why it moved since."""
    workspace = history.workspace
    firsts = ScoreChange.objects.of(workspace).filter(
        one_of_many(list(history.last), column="account"), because=ChangeCause.FIRST
    )
    written = {change.pk for change in history.changes}
    scores = {
        row.account_id: row
        for row in Score.objects.of(workspace)
        .filter(one_of_many(list(history.last), column="account"))
        .select_related("version__scorecard")
    }
    for change in firsts:
        row = scores.get(change.account_id)
        if change.pk in written or row is None or row.since_on != change.at.date():
            continue
        before = history.last[change.account_id]
        same = (before.version_id, before.value, before.band) == (
            row.version_id,
            row.value,
            row.band,
        )
        change.delete()
        if not same:
            card = CardInForce(row.version.scorecard, row.version, row.version.ruled)
            told = score_change(
                history.made,
                account_id=row.account_id,
                card=card,
                after=row.as_scored,
                before=before,
                at=change.at,
            )
            told.save(force_insert=True)


def _score_day(
    history: History, cards: Sequence[CardInForce], ids: Sequence[UUID], *, on: date
) -> None:
    names = frozenset[str]().union(*(names_of_inputs(card.rules) for card in cards))
    applying = cards_of_accounts(history.workspace, cards, ids)
    readings = readings_of_accounts(history.workspace, names=names, account_ids=ids, on=on)
    for each, card in applying.items():
        if card is not None:
            after = scored(card.rules, readings[each], on=on, fresh_days=history.fresh_days)
            if after.value is not None or each in history.last:
                history.take(each, card, after, on=on)


def _cards_on(
    cards: Iterable[CardInForce], versions_of: Mapping[UUID, list[ScorecardVersion]], *, on: date
) -> list[CardInForce]:
    """The same cards with the rules of that day; the first ones before any were published."""
    found = []
    for card in cards:
        versions = versions_of[card.card.pk]
        then = [each for each in versions if each.published_at.date() <= on] or versions[:1]
        found.append(CardInForce(card.card, then[-1], then[-1].ruled))
    return found

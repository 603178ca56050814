"""Scoring accounts: only what changed is written, and why it changed is kept.

Accounts are scored a thousand at a time, each thousand in a transaction of its own and with the
same number of queries, however many factors and sources there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery, UUIDField

from vereda.customers.actions.figures import note_health
from vereda.customers.contracts import HealthBand, HealthFigures
from vereda.customers.queries.accounts import listed_accounts
from vereda.foundation.criteria import one_of_many
from vereda.foundation.facts import announce
from vereda.foundation.many_rows import NewRows
from vereda.health.actions.alerting import Standing, settle_health_alerts
from vereda.health.contracts import (
    BandChanged,
    ChangeCause,
    FactorScore,
    FreshDays,
    MovedFactor,
    ScoreChanged,
    Scored,
)
from vereda.health.models.scorecards import Scorecard
from vereda.health.models.scores import FACTORS, Score, ScoreChange, ScoreDay
from vereda.health.queries.backtests import proven_versions
from vereda.health.queries.inputs import (
    fresh_days_of,
    inputs_of,
    names_of_inputs,
    readings_of_accounts,
)
from vereda.health.queries.scorecards import CardInForce, cards_in_force, cards_of_accounts
from vereda.health.queries.scores import scored_ids
from vereda.health.rules.explaining import cause_of_change, moved_factors, reading_moved
from vereda.health.rules.scoring import scored

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

TOGETHER: Final = 1_000
CHANGE_DAYS: Final = 28
WRITTEN: Final = [
    "version",
    "value",
    "exact",
    "least",
    "band",
    "coverage",
    "doubt",
    "factors",
    "digest",
    "on",
    "since_on",
    "computed_at",
]


@dataclass(frozen=True, slots=True)
class Scoring:
    """What is the same for every account of a run."""

    workspace: Workspace
    cards: Sequence[CardInForce]
    proven: frozenset[UUID]
    names: frozenset[str]
    fresh_days: FreshDays
    on: date
    now: datetime


class Held(NamedTuple):
    """An account's score as it is stored, but for its factors.

    value_then, version_then: what it was four weeks ago. was_known: it had a colour before.
    """

    account_id: UUID
    pk: UUID
    version_id: UUID
    value: int | None
    band: str
    coverage: float
    digest: str
    since_on: date
    value_then: int | None
    version_then: UUID | None
    was_known: bool


@dataclass(frozen=True)
class Judged:
    """An account's new score beside the one it had, if any."""

    account_id: UUID
    card: CardInForce
    score: Scored
    before: Held | None

    @cached_property
    def digest(self) -> str:
        """The same for everything that is said alike."""
        said = msgspec.json.encode((self.card.version.pk, self.score))
        return blake2b(said, digest_size=16).hexdigest()

    @property
    def differs(self) -> bool:
        """Whether anything about it has to be written."""
        return self.before is None or self.before.digest != self.digest

    @property
    def is_news(self) -> bool:
        """Whether the number, its colour, its coverage or its rules are others."""
        row = self.before
        return row is None or (row.version_id, row.value, row.band, row.coverage) != (
            self.card.version.pk,
            self.score.value,
            self.score.band,
            self.score.coverage,
        )

    @property
    def since_on(self) -> date | None:
        """Since when number, colour and rules are what they are; None: since now."""
        row = self.before
        if row is None or (row.version_id, row.value, row.band) != (
            self.card.version.pk,
            self.score.value,
            self.score.band,
        ):
            return None
        return row.since_on

    @property
    def points_since(self) -> tuple[int, int] | None:
        """What the score was four weeks ago and is now, where the rules are the same."""
        if self.before is None or self.score.band is HealthBand.UNKNOWN:
            return None
        then, value = self.before.value_then, self.score.value
        if then is None or value is None or self.before.version_then != self.card.version.pk:
            return None
        return then, value

    @property
    def has_another_band(self) -> bool:
        """Whether people see another colour."""
        band = HealthBand.UNKNOWN if self.before is None else HealthBand(self.before.band)
        return band is not self.score.band


def score_accounts(workspace: Workspace, *, account_ids: Collection[UUID], now: datetime) -> int:
    """Score these accounts as of now; answers how many have another score than before."""
    if not account_ids:
        return 0
    scoring = scoring_of(workspace, now=now)
    if not scoring.cards and not Score.objects.of(workspace).exists():
        return 0
    return sum(score_part(scoring, part) for part in _parts(account_ids))


def score_portfolio(workspace: Workspace, *, now: datetime) -> int:
    """Score every listed account; answers how many have another score than before."""
    ids = listed_accounts(workspace).order_by("pk").values_list("pk", flat=True)
    return score_accounts(workspace, account_ids=list(ids), now=now)


def scoring_of(workspace: Workspace, *, now: datetime) -> Scoring:
    """The cards in force and what they need, read once for a run."""
    cards = cards_in_force(workspace)
    return Scoring(
        workspace=workspace,
        cards=cards,
        proven=frozenset(proven_versions(workspace, [card.version.pk for card in cards])),
        names=frozenset[str]().union(*(names_of_inputs(card.rules) for card in cards)),
        fresh_days=fresh_days_of(inputs_of(workspace)) if cards else {},
        on=now.date(),
        now=now,
    )


@transaction.atomic
def score_part(scoring: Scoring, account_ids: Collection[UUID]) -> int:
    """Score some accounts, a thousand at most; how many have another score than before."""
    _take_turns(scoring)
    ids = scored_ids(scoring.workspace, account_ids)
    held = _scores_held(scoring, ids)
    cards = cards_of_accounts(scoring.workspace, scoring.cards, ids)
    readings = readings_of_accounts(
        scoring.workspace, names=scoring.names, account_ids=ids, on=scoring.on
    )
    judged = [
        Judged(
            each,
            card,
            scored(card.rules, readings[each], on=scoring.on, fresh_days=scoring.fresh_days),
            held.get(each),
        )
        for each, card in cards.items()
        if card is not None
    ]
    news = [one for one in judged if one.is_news]
    carded = {one.account_id for one in judged}
    uncarded = [each for each in account_ids if each not in carded]
    if uncarded:
        scores = Score.objects.of(scoring.workspace)
        scores.filter(one_of_many(uncarded, column="account")).delete()
    _write_days(scoring, news)
    _write_changes(scoring, news)
    _tell_accounts(scoring, judged, uncarded)
    settle_health_alerts(
        scoring.workspace, [_standing(one) for one in judged], gone=uncarded, now=scoring.now
    )
    _announce(scoring, news)
    # Last: the table says what was before until then.
    _write_scores(scoring, [one for one in judged if one.differs])
    return len(news)


def _take_turns(scoring: Scoring) -> None:
    """Two runs of one workspace wait for each other: both would write a first score."""
    cards = Scorecard.objects.of(scoring.workspace).order_by("pk")
    list(cards.select_for_update().values_list("pk", flat=True))


# --- What was ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Was:
    """What a score was before it changed."""

    version_id: UUID
    scorecard_id: UUID
    value: int | None
    band: HealthBand
    factors: tuple[FactorScore, ...]


def _scores_held(scoring: Scoring, ids: Collection[UUID]) -> dict[UUID, Held]:
    """The scores there are, each with what it was four weeks ago and whether it was ever known."""
    days = ScoreDay.objects.of(scoring.workspace).filter(account=OuterRef("account"))
    then = days.filter(on__lte=scoring.on - timedelta(days=CHANGE_DAYS)).order_by("-on")
    rows = Score.objects.of(scoring.workspace).filter(one_of_many(ids, column="account"))
    rows = rows.annotate(
        value_then=Subquery(then.values("value")[:1]),
        version_then=Subquery(then.values("version")[:1], output_field=UUIDField()),
        was_known=Exists(days.exclude(band=HealthBand.UNKNOWN)),
    )
    return {told[0]: Held(*told) for told in rows.values_list(*Held._fields)}


def _was(scoring: Scoring, judged: Sequence[Judged]) -> dict[UUID, Was]:
    """What these scores were, with their factors, of those that there were."""
    ids = [one.account_id for one in judged if one.before is not None]
    if not ids:
        return {}
    rows = Score.objects.of(scoring.workspace).filter(one_of_many(ids, column="account"))
    columns = ("account_id", "version_id", "version__scorecard_id", "value", "band", "factors")
    return {
        account_id: Was(
            version_id, card_id, value, HealthBand(band), msgspec.convert(factors, FACTORS)
        )
        for account_id, version_id, card_id, value, band, factors in rows.values_list(*columns)
    }


# --- What is written -----------------------------------------------------------


def _write_scores(scoring: Scoring, judged: Iterable[Judged]) -> None:
    new, changed = [], []
    made = NewRows(Score, workspace_id=scoring.workspace.pk, on=scoring.on, computed_at=scoring.now)
    for one in judged:
        score, before = one.score, one.before
        row = made.make(
            account_id=one.account_id,
            version_id=one.card.version.pk,
            value=score.value,
            exact=score.exact,
            least=score.least,
            band=score.band,
            coverage=score.coverage,
            doubt=score.doubt or "",
            factors=msgspec.to_builtins(score.factors),
            digest=one.digest,
            since_on=one.since_on or scoring.on,
        )
        if before is None:
            new.append(row)
        else:
            row.pk = before.pk
            changed.append(row)
    rows = Score.objects.of(scoring.workspace)
    if new:
        rows.bulk_create(new)
    if changed:
        rows.bulk_update(changed, WRITTEN)


def _write_days(scoring: Scoring, judged: Sequence[Judged]) -> None:
    if not judged:
        return
    made = NewRows(ScoreDay, workspace_id=scoring.workspace.pk, on=scoring.on)
    days = [
        made.make(
            account_id=one.account_id,
            version_id=one.card.version.pk,
            value=one.score.value,
            band=one.score.band,
            coverage=one.score.coverage,
        )
        for one in judged
    ]
    rows = ScoreDay.objects.of(scoring.workspace)
    ids = [one.account_id for one in judged]
    rows.filter(one_of_many(ids, column="account"), on=scoring.on).delete()
    rows.bulk_create(days)


def _write_changes(scoring: Scoring, judged: Iterable[Judged]) -> None:
    """Why now; a coverage that alone changed is no reason to tell a story."""
    moved = [one for one in judged if one.since_on is None]
    if not moved:
        return
    before = _was(scoring, moved)
    made = NewRows(ScoreChange, workspace_id=scoring.workspace.pk)
    ScoreChange.objects.of(scoring.workspace).bulk_create(
        score_change(
            made,
            account_id=one.account_id,
            card=one.card,
            after=one.score,
            before=before.get(one.account_id),
            at=scoring.now,
        )
        for one in moved
    )


def score_change(
    made: NewRows[ScoreChange],
    *,
    account_id: UUID,
    card: CardInForce,
    after: Scored,
    before: Was | None,
    at: datetime,
) -> ScoreChange:
    """The row that says why a score became another; not stored yet. `made` knows the workspace."""
    factors = before.factors if before is not None else ()
    cause = cause_of_change(
        same_version=before is not None and before.version_id == card.version.pk,
        same_card=before is not None and before.scorecard_id == card.card.pk,
        before=factors,
        moved=reading_moved(factors, after.factors),
    )
    first = cause is ChangeCause.FIRST
    inputs = {} if first else {factor.name: factor.input for factor in card.rules.factors}
    moved: list[MovedFactor] = [] if first else moved_factors(inputs, factors, after.factors)
    return made.make(
        account_id=account_id,
        version_id=card.version.pk,
        at=at,
        value_before=before.value if before is not None else None,
        value_after=after.value,
        band_before=before.band if before is not None else HealthBand.UNKNOWN,
        band_after=after.band,
        because=cause,
        moved=msgspec.to_builtins(moved),
    )


# --- Who is told ----------------------------------------------------------------


def _tell_accounts(scoring: Scoring, judged: Iterable[Judged], uncarded: Iterable[UUID]) -> None:
    figures = {one.account_id: _figures(scoring, one) for one in judged}
    nobody = HealthFigures(
        health_score=None,
        health_band=HealthBand.UNKNOWN,
        health_proven=False,
        health_change_28d=None,
        health_on=None,
    )
    note_health(scoring.workspace, figures={**dict.fromkeys(uncarded, nobody), **figures})


def _figures(scoring: Scoring, one: Judged) -> HealthFigures:
    known = one.score.band is not HealthBand.UNKNOWN
    points = one.points_since
    return HealthFigures(
        health_score=one.score.value if known else None,
        health_band=one.score.band,
        health_proven=one.card.version.pk in scoring.proven,
        health_change_28d=None if points is None else points[1] - points[0],
        health_on=one.since_on or scoring.on,
    )


def _standing(one: Judged) -> Standing:
    return Standing(
        account_id=one.account_id,
        value=one.score.value,
        band=one.score.band,
        points_since=one.points_since,
        was_known=one.before is not None and one.before.was_known,
    )


def _announce(scoring: Scoring, news: Sequence[Judged]) -> None:
    if not news:
        return
    workspace_id = scoring.workspace.pk
    announce(ScoreChanged(workspace_id=workspace_id, account_ids=_ids(news)))
    banded = [one for one in news if one.has_another_band]
    if banded:
        announce(BandChanged(workspace_id=workspace_id, account_ids=_ids(banded)))


def _ids(judged: Iterable[Judged]) -> tuple[UUID, ...]:
    return tuple(one.account_id for one in judged)


def _parts(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(ids)
    while part := list(islice(rest, TOGETHER)):
        yield part

"""Whether a score has earned its colour.

A score is proven at a look-ahead when, on days that nothing was learned from, its AUC lies above
0.5 (everybody the same: the base rate) and above the AUC of two naive rankings of the same rows:
days since last use and days as a customer. Each must hold with 95 % confidence, both sides, divided
by the number of looks: every look-ahead, every version of the scorecard tried and every doubling of
the departures counts as one (Bonferroni). The three baselines need no such division: all must be
beaten. Rows of one customer are not independent: variances are grouped by customer.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import ceil, inf, log2, sqrt
from typing import Final
from uuid import UUID

from vereda.customers.contracts import HealthBand
from vereda.health.contracts import Baseline, OutcomeKind, Verdict
from vereda.health.rules.calibrating import Calibration, calibration_of, fitted_curve
from vereda.health.rules.snapshots import Halves, Observed, followed_rows, halved
from vereda.health.rules.statistics import (
    CONFIDENCE,
    Interval,
    Ranked,
    auc_difference,
    auc_interval,
    auc_variance,
    median_interval,
    ranked,
    student_quantile,
    wilson,
)

LEAST_DEPARTURES: Final = 10
WORST_SHARE: Final = 0.1
LEAD_DAYS: Final = 365
NEVER: Final = 100_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRecord:
    """How a naive ranking did beside the score; `turned`: it ranks better the other way round."""

    baseline: Baseline
    auc: Interval
    ahead: Interval
    beaten: bool
    turned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """The tenth of the rows with the lowest scores: how many of them departed."""

    rows: int
    departed: float
    share: Interval
    times: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a customer: a hit, a miss or a false alarm.

    warned_on: the first day of the run of warnings that led up to it. score: the last one before.
    """

    account_id: UUID
    kind: OutcomeKind
    departed_on: date | None
    warned_on: date | None
    score: float | None

    @property
    def lead_days(self) -> int | None:
        """How many days before the departure the warnings began."""
        if self.departed_on is None or self.warned_on is None:
            return None
        return (self.departed_on - self.warned_on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Customers by what came of them, where these colours warn."""

    hits: int
    misses: int
    false_alarms: int

    @property
    def found(self) -> Interval:
        """The share of those that departed that was warned of."""
        return wilson(self.hits, self.hits + self.misses)

    @property
    def right(self) -> Interval:
        """The share of those warned of that departed."""
        return wilson(self.hits, self.hits + self.false_alarms)


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonRecord:
    """The record of a score at one look-ahead. Figures are None where they cannot be told.

    at_risk: where that colour alone warns, as do lead and outcomes; at_watch: where Watch does too.
    """

    horizon: int
    verdict: Verdict
    judged_from: date | None
    judged_until: date | None
    rows: int
    customers: int
    departures: int
    departed_customers: int
    learned_rows: int
    learned_departures: int
    auc: Interval | None
    level: float
    baselines: tuple[BaselineRecord, ...]
    lift: Lift | None
    calibration: Calibration | None
    at_risk: Counted
    at_watch: Counted
    lead: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A record and the customers behind its hits, misses and false alarms."""

    record: HorizonRecord
    outcomes: tuple[Outcome, ...]


def looks_taken(*, horizons: int, versions: int, departed: int) -> int:
    """How many times chance was asked: what the confidence is divided by."""
    doublings = int(log2(departed / LEAST_DEPARTURES)) if departed >= LEAST_DEPARTURES else 0
    return max(1, horizons) * (max(1, versions) + doublings)


def judged_at(
    rows: Sequence[Observed],
    *,
    horizon: int,
    known_until: date,
    horizons: int = 1,
    versions: int = 1,
    judged_from: date | None = None,
) -> Judged:
    """The record at one look-ahead; `versions` of this scorecard were tried, this one included."""
    usable = followed_rows(rows, horizon=horizon, known_until=known_until)
    halves = halved(usable, horizon=horizon, judged_from=judged_from)
    judged = halves.judged
    departed = [row.departed_within(horizon) for row in judged]
    of_score = _ranked(judged, departed, _risk)
    looks = looks_taken(
        horizons=horizons,
        versions=versions,
        departed=of_score.departed_customers if of_score else 0,
    )
    level = (1 - CONFIDENCE) / 2 / looks
    baselines = _baselines(halves, departed, of_score, horizon, level) if of_score else ()
    outcomes = outcomes_of(judged, rows, horizon=horizon, is_warning=_is_at_risk)
    leads = [each.lead_days for each in outcomes if each.lead_days is not None]
    days = sorted({row.on for row in judged})
    record = HorizonRecord(
        horizon=horizon,
        verdict=_verdict(of_score, baselines),
        judged_from=days[0] if days else halves.judged_from,
        judged_until=days[-1] if days else None,
        rows=len(judged),
        customers=len({row.account_id for row in judged}),
        departures=sum(departed),
        departed_customers=of_score.departed_customers if of_score else 0,
        learned_rows=len(halves.learned),
        learned_departures=sum(row.departed_within(horizon) for row in halves.learned),
        auc=auc_interval(of_score) if of_score else None,
        level=level,
        baselines=baselines,
        lift=lift_of([_risk(row) for row in judged], departed),
        calibration=_calibration(halves, departed, horizon),
        at_risk=_counted(outcomes),
        at_watch=_counted(outcomes_of(judged, rows, horizon=horizon, is_warning=_is_watched)),
        lead=median_interval(leads),
    )
    return Judged(record=record, outcomes=outcomes)


def _verdict(of_score: Ranked | None, baselines: Sequence[BaselineRecord]) -> Verdict:
    if of_score is None or of_score.departed_customers < LEAST_DEPARTURES:
        return Verdict.TOO_FEW
    return Verdict.PROVEN if all(each.beaten for each in baselines) else Verdict.UNPROVEN


def verdict_of(records: Sequence[HorizonRecord]) -> Verdict:
    """Proven when it is at any look-ahead: their number was paid for in the confidence asked."""
    verdicts = {each.verdict for each in records}
    for verdict in (Verdict.PROVEN, Verdict.UNPROVEN):
        if verdict in verdicts:
            return verdict
    return Verdict.TOO_FEW


def telling_record(records: Sequence[HorizonRecord]) -> HorizonRecord | None:
    """The record that tells the verdict: of those that bear it, the one with most departures."""
    verdict = verdict_of(records)
    told = [each for each in records if each.verdict is verdict]
    return max(told, key=lambda each: (each.departed_customers, -each.horizon), default=None)


def _risk(row: Observed) -> float:
    return NEVER if row.score is None else 100.0 - row.score


def _unused(row: Observed) -> float:
    return NEVER if row.days_unused is None else float(row.days_unused)


def _newness(row: Observed) -> float:
    return -NEVER if row.days_customer is None else -float(row.days_customer)


def _ranked(
    rows: Sequence[Observed], departed: Sequence[bool], risk: Callable[[Observed], float]
) -> Ranked | None:
    return ranked([risk(row) for row in rows], departed, [row.account_id for row in rows])


def _baselines(
    halves: Halves, departed: Sequence[bool], of_score: Ranked, horizon: int, level: float
) -> tuple[BaselineRecord, ...]:
    """Beside everybody the same, last use and age; which way these point is learned earlier."""
    half = Interval(value=0.5, low=0.5, high=0.5)
    own = auc_interval(of_score)
    ahead = Interval(value=own.value - 0.5, low=own.low - 0.5, high=own.high - 0.5)
    above = auc_interval(of_score, confidence=1 - 2 * level).low > 0.5
    found = [BaselineRecord(baseline=Baseline.BASE_RATE, auc=half, ahead=ahead, beaten=above)]
    for baseline, risk in ((Baseline.LAST_USE, _unused), (Baseline.AGE, _newness)):
        turned = _points_backwards(halves.learned, horizon, risk)
        values = [-risk(row) if turned else risk(row) for row in halves.judged]
        other = ranked(values, departed, [row.account_id for row in halves.judged])
        if other is None:
            continue
        found.append(
            BaselineRecord(
                baseline=baseline,
                auc=auc_interval(other) if auc_variance(other) else half,
                ahead=difference_interval(of_score, other),
                beaten=difference_interval(of_score, other, confidence=1 - 2 * level).low > 0,
                turned=turned,
            )
        )
    return tuple(found)


def _points_backwards(
    rows: Sequence[Observed], horizon: int, risk: Callable[[Observed], float]
) -> bool:
    learned = _ranked(rows, [row.departed_within(horizon) for row in rows], risk)
    return learned is not None and learned.auc < 0.5


def difference_interval(
    first: Ranked, second: Ranked, *, confidence: float = CONFIDENCE
) -> Interval:
    """By how much the first ranks better than the second on the same rows."""
    ahead, variance = auc_difference(first, second)
    if variance == inf:
        return Interval(value=ahead, low=-1.0, high=1.0)
    reach = student_quantile((1 + confidence) / 2, first.departed_customers - 1) * sqrt(variance)
    return Interval(value=ahead, low=max(-1.0, ahead - reach), high=min(1.0, ahead + reach))


def lift_of(risks: Sequence[float], departed: Sequence[bool]) -> Lift | None:
    """How many of the riskiest tenth departed; of rows that tie at its edge a like share counts."""
    if not any(departed):
        return None
    left = ceil(len(risks) * WORST_SHARE)
    size, gone = left, 0.0
    pairs = sorted(zip(risks, departed, strict=True), key=lambda pair: -pair[0])
    for _, same in groupby(pairs, key=lambda pair: pair[0]):
        rows = [each for _, each in same]
        taken = min(left, len(rows))
        gone += sum(rows) * taken / len(rows)
        left -= taken
        if not left:
            break
    share = wilson(gone, size)
    return Lift(
        rows=size, departed=gone, share=share, times=share.value * len(departed) / sum(departed)
    )


def _calibration(halves: Halves, departed: Sequence[bool], horizon: int) -> Calibration | None:
    learned = [row.departed_within(horizon) for row in halves.learned]
    if not any(learned) or all(learned):
        return None
    curve = fitted_curve([_risk(row) for row in halves.learned], learned)
    return calibration_of(
        [curve.at(_risk(row)) for row in halves.judged],
        departed,
        base=sum(learned) / len(learned),
    )


# --- Customer by customer ---------------------------------------------------


def _is_watched(row: Observed) -> bool:
    return row.is_watched


def _is_at_risk(row: Observed) -> bool:
    return row.band is HealthBand.AT_RISK


def outcomes_of(
    judged: Sequence[Observed],
    rows: Iterable[Observed],
    *,
    horizon: int,
    is_warning: Callable[[Observed], bool],
) -> tuple[Outcome, ...]:
    """Customer by customer: a hit was warned of in the look-ahead before it departed, a miss was
    not; a false alarm was warned of and never departed in time. Earlier rows tell since when.
    """
    history: dict[UUID, list[Observed]] = {}
    for row in sorted(rows, key=lambda each: each.on):
        history.setdefault(row.account_id, []).append(row)
    mine: dict[UUID, list[Observed]] = {}
    for row in sorted(judged, key=lambda each: each.on):
        mine.setdefault(row.account_id, []).append(row)
    found: list[Outcome] = []
    for account_id, days in mine.items():
        found += _outcomes_of_one(days, history[account_id], horizon, is_warning)
    return tuple(found)


def _outcomes_of_one(
    days: Sequence[Observed],
    history: Sequence[Observed],
    horizon: int,
    is_warning: Callable[[Observed], bool],
) -> list[Outcome]:
    before: dict[date, list[Observed]] = {}
    for row in days:
        if row.departed_on is not None and row.departed_within(horizon):
            before.setdefault(row.departed_on, []).append(row)
    found = []
    for goodbye, close in sorted(before.items()):
        warned = [row for row in close if is_warning(row)]
        found.append(
            Outcome(
                account_id=days[0].account_id,
                kind=OutcomeKind.HIT if warned else OutcomeKind.MISS,
                departed_on=goodbye,
                warned_on=_run_began(history, warned[-1].on, is_warning) if warned else None,
                score=close[-1].score,
            )
        )
    alarms = [row for row in days if is_warning(row)]
    if alarms and not found:
        found.append(
            Outcome(
                account_id=alarms[0].account_id,
                kind=OutcomeKind.FALSE_ALARM,
                departed_on=None,
                warned_on=alarms[0].on,
                score=alarms[-1].score,
            )
        )
    return found


def _run_began(
    history: Sequence[Observed], last: date, is_warning: Callable[[Observed], bool]
) -> date:
    """The first of the warnings that stand in a row up to that day, within a year of it."""
    began = last
    for row in reversed(history):
        if row.on > last:
            continue
        if not is_warning(row) or row.on < last - timedelta(days=LEAD_DAYS):
            break
        began = row.on
    return began


def _counted(outcomes: Iterable[Outcome]) -> Counted:
    kinds = [each.kind for each in outcomes]
    return Counted(
        hits=kinds.count(OutcomeKind.HIT),
        misses=kinds.count(OutcomeKind.MISS),
        false_alarms=kinds.count(OutcomeKind.FALSE_ALARM),
    )

"""The words of Explore: what may be asked about use, about whom, and what is answered.

Days are the workspace's own (`Span.zone`). A *bucket* is the number of a day, week or month:
days since 1970-01-01, weeks since the Monday before it, months since January of year 0.
A *unit* is who is counted: a person or an account, each once, whatever number of ids it has.
"""

from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from vereda.events.contracts.measuring import Measured, Measurement

MOST_SERIES: Final = 8
MOST_STEPS: Final = 8
MOST_GROUPS: Final = 50
MOST_BUCKETS: Final = 400
MOST_COHORTS: Final = 60
MOST_METRICS: Final = 4
MOST_MOMENTS: Final = 31
DEEPEST_PATH: Final = 5
MOST_BRANCHES: Final = 500
NOT_KNOWN: Final = ""
"""The group of accounts that have no value there, or that nobody knows."""


class Unit(StrEnum):
    """Who is counted."""

    PERSON = "person"
    ACCOUNT = "account"


class Amount(StrEnum):
    """What a trend adds up: uses, different people, different accounts."""

    USES = "uses"
    PEOPLE = "people"
    ACCOUNTS = "accounts"


class Period(StrEnum):
    """How long a bucket is; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Beginning(StrEnum):
    """What puts somebody into a cohort: their first use ever, or the account's start."""

    FIRST_USE = "first_use"
    ACCOUNT_START = "account_start"


class Direction(StrEnum):
    """Which way paths are followed from an event."""

    AFTER = "after"
    BEFORE = "before"


class Span(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Days of a time zone: from `since` to before `until`."""

    since: date
    until: date
    zone: str


class Trend(msgspec.Struct, frozen=True, kw_only=True, tag="trend"):
    """How much, bucket by bucket; no names ask for everything together."""

    span: Span
    period: Period
    names: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = (Amount.USES,)


class Funnel(msgspec.Struct, frozen=True, kw_only=True, tag="funnel"):
    """Who did one thing after another.

    Somebody reaches step k when they did the steps 1 to k, each later than the one before, with
    anything between them, and the last at most `within_seconds` after the first. Any try counts,
    not only the first. All of it happens in the span.
    """

    span: Span
    unit: Unit
    steps: tuple[str, ...]
    within_seconds: int


class Retention(msgspec.Struct, frozen=True, kw_only=True, tag="retention"):
    """Who came back in which week (day, month) after they began; at most MOST_COHORTS of them.

    No `starts` (`returns`) ask for any use. Only those who began in the span are in a cohort;
    the first use is the first that the store knows.
    """

    span: Span
    unit: Unit
    period: Period
    beginning: Beginning = Beginning.FIRST_USE
    starts: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()


class Paths(msgspec.Struct, frozen=True, kw_only=True, tag="paths"):
    """What everybody did next (or just before) the first time they did something in the span.

    The next `depth` things within `within_seconds`; the same thing several times running is one.
    """

    span: Span
    unit: Unit
    anchor: str
    direction: Direction = Direction.AFTER
    depth: int = 3
    within_seconds: int = 86_400


Question = Trend | Funnel | Retention | Paths


class MetricTrend(msgspec.Struct, frozen=True, kw_only=True, tag="metric_trend"):
    """What saved metrics said of accounts at the end of each bucket; the last one up to today."""

    span: Span
    period: Period
    slugs: tuple[str, ...]


class MeasuredTrend(msgspec.Struct, frozen=True, kw_only=True, tag="measured_trend"):
    """The same as the store is asked it: the measurements of each moment, one after the other.

    `keys` are those of the accounts asked about, None: all; each tuple in `together` holds the keys
    of one account, which is answered under the first of them.
    """

    moments: tuple[tuple[Measurement, ...], ...]
    keys: tuple[str, ...] | None = None
    together: tuple[tuple[str, ...], ...] = ()


class BehindTrend(msgspec.Struct, frozen=True, kw_only=True, tag="behind_trend"):
    """Who did any of these (none: anything) in the span, the most active first."""

    span: Span
    unit: Unit
    names: tuple[str, ...] = ()
    offset: int = 0
    limit: int = 50


class BehindFunnel(msgspec.Struct, frozen=True, kw_only=True, tag="behind_funnel"):
    """Who reached a step (the first is 1); `lost`: and not the next."""

    of: Funnel
    step: int
    lost: bool = False
    offset: int = 0
    limit: int = 50


class BehindRetention(msgspec.Struct, frozen=True, kw_only=True, tag="behind_retention"):
    """Who is in a cohort and came back in a bucket; None: whether or not they did."""

    of: Retention
    cohort: int
    bucket: int | None = None
    offset: int = 0
    limit: int = 50


class BehindPaths(msgspec.Struct, frozen=True, kw_only=True, tag="behind_paths"):
    """Who took a path; no names: everybody at the event."""

    of: Paths
    names: tuple[str, ...] = ()
    offset: int = 0
    limit: int = 50


Behind = BehindTrend | BehindFunnel | BehindRetention | BehindPaths
Asked = Question | Behind | MeasuredTrend


class Population(msgspec.Struct, frozen=True, kw_only=True):
    """Whose use is asked about, as the rows know it.

    `keys`, `accounts`, `groups` and `started` stand side by side: a key events come with, the key
    that stands for its account, the account's group, and the day it became a customer. `only`:
    keys that are not listed are left out; otherwise each stands for itself, in no group.
    `aliases` are keys of people beside the key in `people` that stands for each. `within` leaves
    all groups out but one.
    """

    keys: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    started: tuple[date | None, ...] = ()
    aliases: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    only: bool = False
    grouped: bool = False
    within: str | None = None


class Unanswered(StrEnum):
    """Why there is no answer."""

    CANCELLED = "cancelled"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"


class TrendPoint(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One number of a trend; `group` is None for everybody together, as below."""

    group: str | None
    amount: Amount
    name: str
    bucket: int
    value: int


class StepReached(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How many reached a step, and the median seconds it took them since the step before it, and
    since the first; of each the first time they reached it."""

    group: str | None
    step: int
    count: int
    since_before: float | None
    since_first: float | None


class CameBack(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How many of a cohort came back in a bucket; None: how many are in the cohort."""

    group: str | None
    cohort: int
    bucket: int | None
    count: int


class Branch(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How many took a path, and whatever came after it; no names: how many set out."""

    group: str | None
    names: tuple[str, ...]
    count: int


class MetricPoint(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a metric said at the end of a bucket: mean and median of the accounts with a value."""

    group: str | None
    slug: str
    bucket: int
    mean: float | None
    median: float | None
    accounts: int


class OneBehind(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Somebody behind a number: their key ("~…" for an anonymous id), and for a trend their uses,
    for a funnel the seconds from the first step."""

    key: str
    value: float | None


class Explored(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: one of the lists is filled, or `unanswered` says why none is."""

    unanswered: Unanswered | None = None
    points: list[TrendPoint] = []
    steps: list[StepReached] = []
    returned: list[CameBack] = []
    branches: list[Branch] = []
    behind: list[OneBehind] = []
    measured: list[list[Measured]] = []
    averages: list[MetricPoint] = []


class ExploringProgress(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How far a question is: the share of its work done, where the engine can tell."""

    seconds: float
    share: float | None

"""The words of the invented world: what exists in it and what moved it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from vereda.foundation.errors import Conflict, Refused

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

HISTORY_DAYS = 730
SAMPLE_SLUG = "muestra"
SAMPLE_NAME = "Muestra"
TRUTH_FILE = "sample-truth.json"


class Story(StrEnum):
    """What was planted in an account's life. Whether it leaves is still a matter of chance."""

    STEADY = "steady"
    GROWING = "growing"
    CAMPAIGNS = "campaigns"
    LATE_BLOOMER = "late_bloomer"
    QUIET_DEATH = "quiet_death"
    CHAMPION_LEAVES = "champion_leaves"
    NEVER_USED = "never_used"
    TICKET_STORM = "ticket_storm"
    PRICE_SQUEEZE = "price_squeeze"
    TRIAL_ONLY = "trial_only"


class Cause(StrEnum):
    """What really made an account leave, whatever it said on the way out."""

    LOW_VALUE = "low_value"
    USAGE_FADED = "usage_faded"
    CHAMPION_LEFT = "champion_left"
    SUPPORT = "support"
    BUDGET = "budget"
    NEVER_ADOPTED = "never_adopted"
    TRIAL_ENDED = "trial_ended"


@dataclass(frozen=True, slots=True)
class Window:
    """The two years that are told: from `starts_on` up to but without `today`."""

    today: date

    @property
    def starts_on(self) -> date:
        return self.today - timedelta(days=HISTORY_DAYS)


@dataclass(frozen=True, slots=True)
class InventedFeature:
    """Something a product offers, with the event names that mean it was used."""

    key: str
    name: str
    event_names: tuple[str, ...]
    popularity: float
    weeks_until_tried: int
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InventedProduct:
    key: str
    name: str
    description: str
    seat_price_minor: tuple[int, int, int]  # EUR cents a month for plans 0, 1, 2
    features: tuple[InventedFeature, ...]


@dataclass(frozen=True, slots=True)
class InventedColleague:
    """Somebody who works at the company that runs the workspace."""

    name: str
    email: str
    role: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Company:
    """A customer as it looks on the day it signs up."""

    external_id: str
    name: str
    domain: str
    industry: str
    country: str
    city: str
    language: str
    time_zone: str
    employees: int
    tier: str
    owner_email: str
    parent_external_id: str | None
    signed_up_on: date
    story: Story
    products: tuple[str, ...]
    plan: int
    seats: int
    pays_yearly: bool
    began_with_trial: bool


@dataclass(frozen=True, slots=True)
class HiddenWeek:
    """An account's hidden state in one week; `usage_level` 1.0 is usual for its size."""

    starts_on: date
    health: float
    usage_level: float
    champion_present: bool
    unanswered_tickets: int


@dataclass(frozen=True, slots=True)
class SeatChange:
    """From `on`, this many seats on this plan."""

    on: date
    seats: int
    plan: int


@dataclass(frozen=True, slots=True)
class TicketTimes:
    """When a ticket was opened, answered and solved; None is still waiting."""

    opened_at: datetime
    answered_at: datetime | None
    resolved_at: datetime | None
    satisfaction: int | None
    priority: str


@dataclass(frozen=True, slots=True)
class Life:
    """Everything that happened to one account, hidden state included."""

    weeks: tuple[HiddenWeek, ...]
    seat_changes: tuple[SeatChange, ...]
    tickets: tuple[TicketTimes, ...]
    trial_ends_on: date | None
    story_began_on: date | None
    champion_left_on: date | None
    champion_replaced_on: date | None
    decided_to_leave_on: date | None
    leaves_on: date | None  # may still lie ahead
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """Somebody at an account. `part` is what they are to the deal, or ''."""

    external_id: str
    account_external_id: str
    name: str
    email: str
    role: str
    department: str
    part: str
    language: str
    time_zone: str
    phone: str
    motivation: str
    reports_to: str | None
    activity: float
    joined_on: date
    left_on: date | None


@dataclass(frozen=True, slots=True)
class InventedSubscription:
    """One product on one set of terms; a change of terms ends it and begins another."""

    external_id: str
    account_external_id: str
    product_key: str
    plan: str
    seats: int
    monthly_minor: int
    currency: str
    pays_yearly: bool
    started_on: date
    ends_on: date | None
    renews_on: date | None
    is_trial: bool
    ended_because: str


@dataclass(frozen=True, slots=True)
class InventedTicket:
    external_id: str
    account_external_id: str
    person_external_id: str
    subject: str
    priority: str
    opened_at: datetime
    answered_at: datetime | None
    resolved_at: datetime | None
    satisfaction: int | None


@dataclass(frozen=True, slots=True)
class InventedChurn:
    """A goodbye: what the customer said, which is not always why."""

    external_id: str
    account_external_id: str
    left_on: date
    reason: str
    comment: str
    lost_monthly_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class InventedConversation:
    """A note, call, mail or meeting, in Markdown, in the account's language."""

    account_external_id: str
    person_external_ids: tuple[str, ...]
    kind: str
    title: str
    body: str
    author_email: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class InventedAccount:
    """One customer with all its rows, except usage, which is told month by month."""

    company: Company
    life: Life
    stage: str
    status: str
    next_step: str
    tags: tuple[str, ...]
    people: tuple[InventedPerson, ...]
    subscriptions: tuple[InventedSubscription, ...]
    tickets: tuple[InventedTicket, ...]
    churn: InventedChurn | None
    conversations: tuple[InventedConversation, ...]


@dataclass(frozen=True, slots=True)
class World:
    """The company, its customers, and how many events a unit of usage is worth."""

    seed: int
    window: Window
    products: tuple[InventedProduct, ...]
    colleagues: tuple[InventedColleague, ...]
    accounts: tuple[InventedAccount, ...]
    events_per_unit: float


@dataclass(frozen=True, slots=True)
class UsageBatch:
    """Usage of one month as columns of equal length, in order of time.

    `occurred_at` is in milliseconds since 1970 UTC; `account` and `person` are
    external ids, `name` the event's name.
    """

    month: date
    occurred_at: list[int]
    account: list[str]
    person: list[str]
    name: list[str]

    def __len__(self) -> int:
        return len(self.occurred_at)


class Progress(Protocol):
    """Told now and then how far a load is: a share of one, and what is being done."""

    def __call__(self, share: float, doing: str) -> None: ...


class SampleTouch(Protocol):
    """What a capability that stands above this one adds to the sample, as its first owner."""

    def __call__(self, owner: Member) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSample:
    """What a load left behind; `owner_id` is the member to sign in as."""

    workspace_id: UUID
    owner_id: UUID
    accounts: int
    people: int
    events: int


class SampleExists(Conflict):
    """There is a workspace with the sample's name already."""


class NotTheSample(Refused):
    """Only an invented workspace can be removed with one button."""


class SampleIsLoading(Conflict):
    """Somebody started to load it already."""

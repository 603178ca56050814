"""The words the rest of Vereda uses about money.

Amounts are integers of minor units (cents) in a currency's ISO code. A subscription runs from
`started_on` up to but without `ends_on`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from vereda.customers.contracts import UNSET, Unset
from vereda.foundation.errors import Conflict, Refused


class BillingPeriod(StrEnum):
    """How often the amount is paid. Each divides a year, so that ARR has no rounding."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


class ChurnReason(StrEnum):
    """Why an account says it left."""

    PRICE = "price"
    BUDGET = "budget"
    NOT_ENOUGH_VALUE = "not_enough_value"
    MISSING_FEATURES = "missing_features"
    SUPPORT = "support"
    COMPETITOR = "competitor"
    NOT_ADOPTED = "not_adopted"
    SPONSOR_LEFT = "sponsor_left"
    BUSINESS_CLOSED = "business_closed"
    TRIAL_ENDED = "trial_ended"
    OTHER = "other"
    UNKNOWN = "unknown"


class Movement(StrEnum):
    """What the beginning of a subscription means, beside the terms it continues."""

    STARTED = "started"
    UPGRADED = "upgraded"
    DOWNGRADED = "downgraded"
    CHANGED = "changed"


class ArrMovement(StrEnum):
    """How an account's ARR moved between two days."""

    NEW = "new"
    REACTIVATION = "reactivation"
    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    CHURN = "churn"


class WinKind(StrEnum):
    """What became of a decision about us."""

    WIN = "win"
    WIN_BACK = "win_back"
    LOSS = "loss"


class WinReason(StrEnum):
    """What decided it."""

    VALUE = "value"
    PRICE = "price"
    FEATURES = "features"
    SERVICE = "service"
    EASE = "ease"
    INTEGRATIONS = "integrations"
    TRUST = "trust"
    RECOMMENDED = "recommended"
    TIMING = "timing"
    OTHER = "other"
    UNKNOWN = "unknown"


class DepartureKind(StrEnum):
    """How we know that an account departed: its last paid terms ended, or it only said goodbye."""

    ENDED = "ended"
    SAID = "said"


class Departure(NamedTuple):
    """An account departed on a day: the first day without it."""

    account_id: UUID
    day: date
    kind: DepartureKind


class Comeback(NamedTuple):
    """An account that had departed pays again from that day on."""

    account_id: UUID
    day: date


class TermsProblem(StrEnum):
    """Why terms cannot be stored."""

    ENDS_BEFORE_START = "ends_before_start"
    CANCELLED_BEFORE_START = "cancelled_before_start"
    NEGATIVE_AMOUNT = "negative_amount"
    AMOUNT_TOO_LARGE = "amount_too_large"
    NEGATIVE_SEATS = "negative_seats"
    UNKNOWN_CURRENCY = "unknown_currency"


# --- Rows that come in ------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionIn:
    """What somebody says about one subscription; UNSET is "not said".

    Recognised by `external_id`. A new one needs `account_id` and `started_on`. `amount_minor` is
    what is paid each `period`; without `currency` it is the workspace's.
    """

    external_id: str
    account_id: UUID | Unset = UNSET
    product: str | Unset = UNSET
    plan: str | Unset = UNSET
    seats: int | Unset | None = UNSET
    amount_minor: int | Unset = UNSET
    period: BillingPeriod | Unset = UNSET
    currency: str | Unset = UNSET
    started_on: date | Unset = UNSET
    ends_on: date | Unset | None = UNSET
    renews_on: date | Unset | None = UNSET
    cancelled_on: date | Unset | None = UNSET
    trial: bool | Unset = UNSET
    auto_renew: bool | Unset = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnIn:
    """What somebody says about one goodbye; UNSET is "not said".

    Recognised by `external_id`. A new one needs `account_id` and `churned_on`.
    """

    external_id: str
    account_id: UUID | Unset = UNSET
    churned_on: date | Unset = UNSET
    reason: ChurnReason | Unset = UNSET
    comment: str | Unset = UNSET
    refund_minor: int | Unset | None = UNSET
    lost_arr_minor: int | Unset | None = UNSET
    currency: str | Unset = UNSET
    reactivation: bool | Unset = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class RateIn:
    """From `on`, one unit of `currency` is worth `rate` units of the home currency."""

    currency: str
    on: date
    rate: Decimal
    source: str = ""


# --- Facts ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStarted:
    """An account began to pay for something, or to try it."""

    workspace_id: UUID
    account_id: UUID
    subscription_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChanged:
    """A subscription goes on with other terms, or what was noted about it was corrected."""

    workspace_id: UUID
    account_id: UUID
    subscription_id: UUID
    movement: Movement


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionEnded:
    """A subscription has a last day, and nothing continues it."""

    workspace_id: UUID
    account_id: UUID
    subscription_id: UUID
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionsUpserted:
    """Many subscriptions were added or changed in one go."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnRecorded:
    """An account left, and said why."""

    workspace_id: UUID
    account_id: UUID
    churn_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnUpserted:
    """Many goodbyes were added or changed in one go."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRatesChanged:
    """Rates were entered or removed: what is worth in the workspace's currency changed."""

    workspace_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WinNoted:
    """An account was won, won back or lost, and why; or that was corrected or taken back."""

    workspace_id: UUID
    account_id: UUID
    win_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WinsNoted:
    """Several accounts were won, won back or lost; at most a thousand, more in parts."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]


# --- Refusals ---------------------------------------------------------------


class WrongTerms(Refused):
    """These terms cannot be stored."""


class WrongRate(Refused):
    """This exchange rate cannot be stored."""


class WrongCost(Refused):
    """This cost or assumption cannot be stored."""


class WinChangedMeanwhile(Conflict):
    """Somebody else changed the win since it was read."""


class SubscriptionTaken(Conflict):
    """There is a subscription with that external id already."""


class TermsChangedMeanwhile(Conflict):
    """Somebody else changed the subscription since it was read."""


class NotRunning(Refused):
    """The subscription has ended, or nothing runs that could be changed."""

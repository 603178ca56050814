"""The words the rest of Vereda uses about adoption."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from vereda.foundation.errors import Refused


class Measure(StrEnum):
    """What is measured on the way from the purchase to regular use.

    The first three are dates of one customer, and say how long it took from their start; INTERVAL
    is the time between one day of use and the next.
    """

    FIRST_USE = "first_use"
    FIRST_USE_COMPLETED = "first_use_completed"
    REGULAR_USE = "regular_use"
    INTERVAL = "interval"


MILESTONES = (Measure.FIRST_USE, Measure.FIRST_USE_COMPLETED, Measure.REGULAR_USE)

Milestones: TypeAlias = Mapping[Measure, datetime | None]
"""When each of MILESTONES was reached; None: not yet."""


class Whose(StrEnum):
    """Whose adoption: an account's from its purchase, or a person's from when they were first
    seen."""

    ACCOUNTS = "accounts"
    PEOPLE = "people"


class Cohort(StrEnum):
    """By which part of the calendar customers who began together are put together."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class PurchaseSource(StrEnum):
    """How it is known that something was sold."""

    SUBSCRIPTION = "subscription"
    HANDSHAKE = "handshake"
    RECORD = "record"


class Need(StrEnum):
    """Whether it is needed, or nice to have; UNKNOWN where too little happened to tell."""

    NEEDED = "needed"
    NICE = "nice"
    UNKNOWN = "unknown"


class GapKind(StrEnum):
    """What kept somebody from using it for a while."""

    OUTAGE = "outage"
    CLOSURE = "closure"
    ABSENCE = "absence"


class Push(StrEnum):
    """What we did that may have brought somebody back."""

    CALL = "call"
    LETTER = "letter"


# --- Facts ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstUseSeen:
    """Accounts used a product for the first time (product None: anything at all)."""

    workspace_id: UUID
    product_id: UUID | None
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstUseCompleted:
    """Accounts completed their first use of a product."""

    workspace_id: UUID
    product_id: UUID | None
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegularUseBegan:
    """Accounts use a product regularly; known some weeks after it began."""

    workspace_id: UUID
    product_id: UUID | None
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldNeverUsed:
    """Accounts bought a product, and at the learned point nobody had used it."""

    workspace_id: UUID
    product_id: UUID | None
    account_ids: tuple[UUID, ...]


# --- Refusals ---------------------------------------------------------------


class WrongExpectation(Refused):
    """What was said about a first use or a rhythm does not fit."""

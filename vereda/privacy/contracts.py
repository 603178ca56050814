"""The words others may use about privacy."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from vereda.foundation.errors import Conflict, Refused

BY_THEMSELVES: Final = "portal"
"""The source of what a person said themselves, on their own page."""

TOLD_A_MEMBER: Final = "told a member"
"""The source of what a member wrote down, where they say nothing else."""


class ConsentPurpose(StrEnum):
    """What a person can say yes or no to; the service itself is not a question of consent."""

    PRODUCT_ANALYTICS = "product_analytics"
    MESSAGES = "messages"
    PROFILING = "profiling"


class LegalBasis(StrEnum):
    """Why it is lawful (GDPR art. 6)."""

    CONTRACT = "contract"
    LEGITIMATE_INTEREST = "legitimate_interest"
    CONSENT = "consent"


class TrackingRule(StrEnum):
    """Whether use of the product may be recorded of people who have said nothing."""

    UNLESS_REFUSED = "unless_refused"
    ONLY_WITH_CONSENT = "only_with_consent"


class RequestKind(StrEnum):
    """What a person asks for."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    RESTRICTION = "restriction"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """A person said yes to a purpose."""

    workspace_id: UUID
    person_id: UUID
    purpose: ConsentPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn:
    """A person said no to a purpose, at first or after a yes."""

    workspace_id: UUID
    person_id: UUID
    purpose: ConsentPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonForgotten:
    """Everybody erased what they held about a person."""

    workspace_id: UUID
    person_id: UUID
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRequested:
    """A person asks for something about their data; the answer is due in a month."""

    workspace_id: UUID
    person_id: UUID
    request_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRequestAnswered:
    """What a person asked for was met, or has no object any more because they are erased."""

    workspace_id: UUID
    person_id: UUID
    request_id: UUID


class AskedAlready(Conflict):
    """They asked for the same before, and it waits for its answer."""


class AlreadyAnswered(Refused):
    """Somebody answered this request first."""

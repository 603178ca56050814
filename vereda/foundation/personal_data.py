"""What every model says about the people in it: which field is personal, why, for how long.

And what every capability offers to a person who asks: `PersonalData`, listed in config/wiring.py,
exports what it holds about them and forgets it.

A model declares `personal_data`, a mapping from field name to `Personal` or `NotPersonal`, for
each field that can hold words somebody typed. An architecture test fails for a field left out.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.utils.functional import Promise


class Purpose(StrEnum):
    """Why a personal field is stored. People consent or object purpose by purpose."""

    SERVICE = "service"
    PRODUCT_USAGE = "product_usage"
    MESSAGES = "messages"
    RELATIONSHIP = "relationship"
    SECURITY = "security"


class Retention(StrEnum):
    """When a personal field goes, if nobody asks for it earlier."""

    WITH_PERSON = "with_person"
    WITH_ACCOUNT = "with_account"
    WITH_MEMBERSHIP = "with_membership"
    WITH_IMPORT = "with_import"
    WITH_EVENTS = "with_events"
    TWO_YEARS = "two_years"
    NINETY_DAYS = "ninety_days"
    THIRTY_DAYS = "thirty_days"


@dataclass(frozen=True, slots=True)
class Personal:
    """This field says something about a person."""

    purpose: Purpose
    retention: Retention


@dataclass(frozen=True, slots=True)
class NotPersonal:
    """This field holds words, but not about a person; `because` says what they are about."""

    because: str


Declared = Mapping[str, Personal | NotPersonal]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRef:
    """Somebody whose data are meant: their row, and every name their events come with."""

    workspace_id: UUID
    person_id: UUID
    external_ids: tuple[str, ...] = ()
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing held about a person: what it is, since when, where it came from, its values.

    account_id: whose it is as well, where an account has its say in it (a meeting, a ticket): who
    is no longer there does not read it by themselves.
    """

    kind: str
    at: datetime | None = None
    source: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    account_id: UUID | None = None


class PersonalData(Protocol):
    """A capability's share of what is known about people."""

    title: str | Promise
    """What the person reads above these records."""

    def export(self, person: PersonRef) -> Iterator[Record]:
        """Everything held about them, the newest first."""
        ...

    def also_known_as(self, person: PersonRef) -> Collection[str]:  # noqa: ARG002 - most know none
        """Further names by which data about them are held here."""
        return ()

    def erase(self, person: PersonRef) -> int:
        """Forget them; answers how many records went or lost what named them."""
        ...

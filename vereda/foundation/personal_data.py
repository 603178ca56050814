"""What every model says about the people in it: which field is personal, why, for how long.

A model declares `personal_data`, a mapping from field name to `Personal` or `NotPersonal`, for
each field that can hold words somebody typed. An architecture test fails for a field left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


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
    TWO_YEARS = "two_years"
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

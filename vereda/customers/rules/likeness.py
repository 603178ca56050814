"""Whether two rows may be one customer, and why.

The score is the strongest reason, raised a little by each further one: a person who judges a
pair wants the best evidence first, not an average that hides it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

SUGGEST_FROM = 80
_ALMOST = 90
_FURTHER_REASON = 4
_DIGIT = re.compile(r"\d")


class Reason(StrEnum):
    """Why two rows look like one."""

    SAME_EMAIL = "same_email"
    SAME_DOMAIN = "same_domain"
    SAME_NAME = "same_name"
    SIMILAR_NAME = "similar_name"
    SAME_PHONE = "same_phone"
    SAME_ACCOUNT = "same_account"


_WORTH = {
    Reason.SAME_EMAIL: 97,
    Reason.SAME_NAME: 90,
    Reason.SAME_DOMAIN: 84,
    Reason.SAME_PHONE: 84,
}


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two rows are, from 0 to 99, with the reasons from strongest to weakest."""

    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTraits:
    """What an account is compared by: its bare name and its domain."""

    name: str
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTraits:
    """What a person is compared by."""

    name: str
    email: str
    phone: str
    accounts: frozenset[str]


def account_likeness(one: AccountTraits, other: AccountTraits) -> Likeness:
    """How likely two accounts are one company.

    Two different domains speak against a name that is only similar: "Cantera Norte" and
    "Cantera Sur" with sites of their own are two customers.
    """
    reasons: dict[Reason, int] = {}
    if one.domain and one.domain == other.domain:
        reasons[Reason.SAME_DOMAIN] = _WORTH[Reason.SAME_DOMAIN]
    different_domains = bool(one.domain and other.domain and one.domain != other.domain)
    reasons |= _name_reasons(one.name, other.name, similar_counts=not different_domains)
    return _likeness(reasons)


def person_likeness(one: PersonTraits, other: PersonTraits) -> Likeness:
    """How likely two rows are one human being.

    A name alone proves nothing among thousands of people; it counts inside one account.
    """
    reasons: dict[Reason, int] = {}
    if one.email and one.email == other.email:
        reasons[Reason.SAME_EMAIL] = _WORTH[Reason.SAME_EMAIL]
    if one.phone and one.phone == other.phone:
        reasons[Reason.SAME_PHONE] = _WORTH[Reason.SAME_PHONE]
    if one.accounts & other.accounts:
        reasons |= _name_reasons(one.name, other.name, similar_counts=True)
        if reasons:
            reasons[Reason.SAME_ACCOUNT] = _FURTHER_REASON
    return _likeness(reasons)


def _name_reasons(one: str, other: str, *, similar_counts: bool) -> dict[Reason, int]:
    if not one or not other:
        return {}
    if one == other:
        return {Reason.SAME_NAME: _WORTH[Reason.SAME_NAME]}
    if not similar_counts or _numbers_in(one) != _numbers_in(other):
        return {}
    similar = round(fuzz.token_sort_ratio(one, other, score_cutoff=_ALMOST - 0.5))
    return {Reason.SIMILAR_NAME: similar - 8} if similar >= _ALMOST else {}


@lru_cache(maxsize=1_000)
def _numbers_in(name: str) -> tuple[str, ...]:
    """ "Warehouse 7" and "Warehouse 8" are one letter apart and two places.

    Remembered for a while: a search compares a name with its neighbours one after the other.
    """
    return tuple(sorted(word for word in name.split() if _DIGIT.search(word)))


def _likeness(reasons: dict[Reason, int]) -> Likeness:
    if not reasons:
        return Likeness(0, ())
    ranked = sorted(reasons, key=lambda reason: -reasons[reason])
    best = reasons[ranked[0]] + _FURTHER_REASON * (len(ranked) - 1)
    return Likeness(min(best, 99), tuple(ranked))

"""The words the rest of Vereda uses about audiences, and the whole grammar of a question.

A question is a group of rows and groups, three deep at most. As JSON it is written as
react-querybuilder does, `rules/questions.py` reads and writes that:

    {"combinator": "and", "not": false, "rules": [
        {"field": "customers.stage", "operator": "is", "value": "adoption"},
        {"field": "events.did", "operator": "at_least", "value": "3",
         "parameters": {"event": "Report exported", "days": "30"}}]}
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from vereda.customers.contracts import RelationKind
from vereda.foundation.criteria import About, Comparison
from vereda.foundation.errors import Conflict, Refused
from vereda.surveys.contracts import Repetition

__all__ = ["About", "Comparison"]

DEEPEST: Final = 3
MOST_ROWS: Final = 40
LONGEST_VALUE: Final = 1_000
MOST_CHOSEN: Final = 50
IDS_PER_FACT: Final = 1_000
MOST_LEVELS: Final = 4
"""So many audiences may stand on one another: one that asks for one that asks for one that asks."""

INSIDE: Final = "audiences.in"
ACCOUNT_INSIDE: Final = "audiences.account_in"
"""The criteria that ask for another audience; the second asks people for their account's."""


class Combinator(StrEnum):
    """How the rows of a group are joined."""

    AND = "and"
    OR = "or"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row: a criterion by name, a comparison, and values as they are typed.

    `values` holds one text, several for ANY_OF and NONE_OF, none where the comparison takes none.
    """

    criterion: str
    comparison: Comparison
    values: tuple[str, ...] = ()
    parameters: dict[str, str] = {}


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Rows and groups: all of them (AND) or any of them (OR), or not so."""

    combinator: Combinator = Combinator.AND
    negated: bool = False
    rules: tuple[Row | Group, ...] = ()


class Way(StrEnum):
    """Why somebody stands in the list of an audience."""

    RULE = "rule"
    HAND = "hand"
    HELD_OUT = "held_out"


class ChangeKind(StrEnum):
    """What happened to somebody."""

    ENTERED = "entered"
    LEFT = "left"


class Cause(StrEnum):
    """What made an audience look again."""

    QUESTION = "question"
    NEWS = "news"
    TIME = "time"
    HAND = "hand"


class SendingState(StrEnum):
    """How far the sending of a survey to an audience is: waiting for its task, or looked through.

    Its letters leave afterwards; the survey's own page says how many.
    """

    WAITING = "waiting"
    LOOKED = "looked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingTerms:
    """How an audience is asked: which people of its accounts (all where none is named), how many
    of a hundred, and after how long the same people again.

    The share falls by survey and person: the same people are in it at every look, and whoever
    enters later is in it or not by the same rule.
    """

    roles: tuple[RelationKind, ...] = ()
    share: int = 100
    again: Repetition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredAudience:
    """These accounts, or these people, are in an audience now and were not before.

    At most a thousand ids; an audience that took in more announces it several times.
    """

    workspace_id: UUID
    audience_id: UUID
    account_ids: tuple[UUID, ...] = ()
    person_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAudience:
    """These accounts, or these people, are no longer in an audience. At most a thousand ids."""

    workspace_id: UUID
    audience_id: UUID
    account_ids: tuple[UUID, ...] = ()
    person_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiencePutAway:
    """An audience was archived: nobody counts as being in it."""

    workspace_id: UUID
    audience_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceTakenBack:
    """An archived audience is in use again."""

    workspace_id: UUID
    audience_id: UUID


class WrongQuestion(Refused):
    """The question cannot be asked; says which row, what was found and what was expected."""


class WrongAudienceFile(Refused):
    """The file holds no audiences; says where and what was expected."""


class AudienceTaken(Refused):
    """There is an audience with that short name already."""


class AudienceAskedFor(Refused):
    """Another audience asks for it, so it stays in use."""


class AudienceArchived(Refused):
    """Nobody enters or leaves an archived audience."""


class SendingWaits(Refused):
    """The survey is being sent to this audience already."""


class AudienceChangedMeanwhile(Conflict):
    """Somebody else changed the question since it was read."""

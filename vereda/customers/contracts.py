"""The words the rest of Vereda uses about customers.

Enums, the rows `upsert_accounts` and `upsert_people` take and return, the
questions a list may ask, the facts customers announces and its refusals.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Final, NewType, TypedDict
from uuid import UUID

from vereda.foundation.errors import Conflict, Refused
from vereda.foundation.importing import JournalValue

AccountId = NewType("AccountId", UUID)
PersonId = NewType("PersonId", UUID)


class LifecycleStage(StrEnum):
    """How far along the path an account is. Money is `CommercialStatus`."""

    PROSPECT = "prospect"
    TRIAL = "trial"
    ONBOARDING = "onboarding"
    ADOPTION = "adoption"
    VALUE = "value"
    EXPANSION = "expansion"
    ADVOCACY = "advocacy"
    OFFBOARDING = "offboarding"


class CommercialStatus(StrEnum):
    """What the account and the workspace have agreed about money."""

    PROSPECT = "prospect"
    TRIAL = "trial"
    ACTIVE = "active"
    PAUSED = "paused"
    CHURNED = "churned"
    WON_BACK = "won_back"
    IGNORED = "ignored"


class MoveKind(StrEnum):
    """What about an account became another."""

    STAGE = "stage"
    STATUS = "status"
    OWNER = "owner"


class FieldTarget(StrEnum):
    """What a custom field describes."""

    ACCOUNT = "account"
    PERSON = "person"


class FieldType(StrEnum):
    """What a custom field holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    URL = "url"


class RelationKind(StrEnum):
    """What one person is to another, or to their account."""

    CHAMPION = "champion"
    DECIDES = "decides"
    INFLUENCES = "influences"
    USES = "uses"
    BLOCKS = "blocks"
    REPORTS_TO = "reports_to"
    WORKS_WITH = "works_with"


class InteractionKind(StrEnum):
    """A note is written; the others happened between people."""

    NOTE = "note"
    CALL = "call"
    MEETING = "meeting"
    MAIL = "mail"


class Visibility(StrEnum):
    """Who may read a note."""

    INTERNAL = "internal"
    CUSTOMER = "customer"


# --- Rows that come in ------------------------------------------------------


class Unset(Enum):
    """The type of UNSET, so that `None` can still mean "make it empty"."""

    UNSET = "unset"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset.UNSET

LARGEST_FILE: Final = 25 * 1024 * 1024
"""So many bytes a file of an account may have."""

Value = str | Decimal | date | bool | None


class Identity(StrEnum):
    """By what a row is recognised when its external id is not known yet."""

    EXTERNAL_ID = "external_id"
    DOMAIN = "domain"
    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountIn:
    """What somebody says about one account; UNSET is "not said", None "empty".

    `owner_email` names a member, `parent_external_id` an account of the same
    workspace (in the same call or stored before). `custom` is keyed by the slug
    of a field defined for accounts; values may be text as found in a file.
    `created_on` is the day they became a customer, as their source tells it.
    """

    external_id: str | None = None
    name: str | Unset = UNSET
    domain: str | Unset | None = UNSET
    website: str | Unset | None = UNSET
    parent_external_id: str | Unset | None = UNSET
    owner_email: str | Unset | None = UNSET
    stage: LifecycleStage | Unset = UNSET
    status: CommercialStatus | Unset = UNSET
    industry: str | Unset | None = UNSET
    country: str | Unset | None = UNSET
    next_step: str | Unset | None = UNSET
    tags: tuple[str, ...] | Unset = UNSET
    custom: Mapping[str, Value] = field(default_factory=dict)
    created_on: date | Unset | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonIn:
    """What somebody says about one person; UNSET is "not said", None "empty".

    `account_external_ids` and `account_ids` add memberships and never end one; `role` is
    what they are in those accounts, `title` what they do wherever they are.
    """

    external_id: str | None = None
    email: str | Unset | None = UNSET
    name: str | Unset = UNSET
    account_external_ids: tuple[str, ...] = ()
    account_ids: tuple[UUID, ...] = ()
    title: str | Unset | None = UNSET
    role: str | Unset | None = UNSET
    language: str | Unset | None = UNSET
    time_zone: str | Unset | None = UNSET
    phone: str | Unset | None = UNSET
    custom: Mapping[str, Value] = field(default_factory=dict)
    created_on: date | Unset | None = UNSET


class AccountChanges(TypedDict, total=False):
    """What a member may change about an account; a key left out stays as it is.

    `custom` holds only the fields to change, by slug; None empties one.
    """

    name: str
    domain: str
    website: str
    parent_id: UUID | None
    owner_id: UUID | None
    stage: LifecycleStage
    status: CommercialStatus
    industry: str
    country: str
    next_step: str
    created_on: date | None
    custom: Mapping[str, Value]


class PersonChanges(TypedDict, total=False):
    """What a member may change about a person; a key left out stays as it is."""

    name: str
    email: str
    phone: str
    title: str
    language: str
    time_zone: str
    preferences: str
    motivations: str
    beliefs: str
    created_on: date | None
    custom: Mapping[str, Value]


class Outcome(StrEnum):
    """What became of one row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What became of the row at `index` of the call.

    `before` and `after` hold only the fields that changed (`before` is empty for a created
    row) in JSON's types; `undo_account_upsert` and `undo_person_upsert` take them back.
    A refused row has a `code` shared by rows that are repaired alike, the `column` it is
    about and a `reason`, a sentence in the language of the caller.
    """

    index: int
    outcome: Outcome
    id: UUID | None = None
    before: Mapping[str, JournalValue] = field(default_factory=dict)
    after: Mapping[str, JournalValue] = field(default_factory=dict)
    code: str = ""
    column: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertResult:
    """Every row's result, in the order they came."""

    rows: tuple[RowResult, ...]

    def count(self, outcome: Outcome) -> int:
        """How many rows ended that way."""
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def ids(self) -> tuple[UUID | None, ...]:
        """The row each input ended in; None for those refused."""
        return tuple(row.id for row in self.rows)


# --- What other capabilities tell an account --------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFigures:
    """What `revenue` last said about an account, for sorting the portfolio."""

    arr_minor: int | None
    currency: str
    renewal_on: date | None = None
    plan: str = ""
    seats: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFigures:
    """What `events` last said about an account.

    `usage_8w` are eight weekly counts, the oldest first.
    """

    last_active_on: date | None
    active_people_28d: int
    usage_8w: tuple[int, ...]


class NotALighthouse(Refused):
    """The account is not on the list, or is there already."""


class HealthBand(StrEnum):
    """The word beside a health score; too little is known below the stated coverage."""

    HEALTHY = "healthy"
    WATCH = "watch"
    AT_RISK = "at_risk"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFigures:
    """What `health` last said about an account.

    health_score runs from 0 to 100, None when unknown. health_proven: the scorecard has earned its
    colour; until then it is shown grey. health_change_28d: points since 28 days before, None where
    the rules are others. health_on: since when number and colour are what they are.
    """

    health_score: int | None
    health_band: HealthBand
    health_proven: bool
    health_change_28d: int | None
    health_on: date | None


# --- What a list may ask ----------------------------------------------------


class Operator(StrEnum):
    """The whole list of comparisons a filter may use."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BEFORE = "before"
    AFTER = "after"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"


@dataclass(frozen=True, slots=True)
class Condition:
    """One clause: a field of the closed list (or `custom.<slug>`), what, to what."""

    field: str
    operator: Operator
    value: str = ""


@dataclass(frozen=True, slots=True)
class Ordering:
    """A field of the closed list (or `custom.<slug>`) and its direction."""

    field: str
    descending: bool = False


# --- Facts ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAdded:
    """A new account exists."""

    workspace_id: UUID
    account_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged:
    """Some of an account's own fields have new values."""

    workspace_id: UUID
    account_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresNoted:
    """Figures of these accounts that come from above (money, health) are others than before.

    At most a thousand accounts; more are announced in parts.
    """

    workspace_id: UUID
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStageChanged:
    """An account moved along its path."""

    workspace_id: UUID
    account_id: UUID
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountArchived:
    """An account left the lists; what hangs on it is kept."""

    workspace_id: UUID
    account_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRestored:
    """An archived account is back in the lists."""

    workspace_id: UUID
    account_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsUpserted:
    """Many accounts were added or changed in one go."""

    workspace_id: UUID
    created: tuple[UUID, ...]
    updated: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsMerged:
    """Two accounts were one; the absorbed one's rows moved to the survivor."""

    workspace_id: UUID
    merge_id: UUID
    survivor_id: UUID
    absorbed_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMergeUndone:
    """They were two after all; every moved row went back."""

    workspace_id: UUID
    merge_id: UUID
    survivor_id: UUID
    absorbed_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdded:
    """A new person exists."""

    workspace_id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged:
    """Something about a person has a new value."""

    workspace_id: UUID
    person_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleChanged:
    """Something about several people has a new value; at most a thousand, more in parts."""

    workspace_id: UUID
    person_ids: tuple[UUID, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased:
    """A person's own data are gone; what is left names nobody."""

    workspace_id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleUpserted:
    """Many people were added or changed in one go."""

    workspace_id: UUID
    created: tuple[UUID, ...]
    updated: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleMerged:
    """Two people were one; the absorbed one's rows moved to the survivor."""

    workspace_id: UUID
    merge_id: UUID
    survivor_id: UUID
    absorbed_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleMergeUndone:
    """They were two after all; every moved row went back."""

    workspace_id: UUID
    merge_id: UUID
    survivor_id: UUID
    absorbed_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten:
    """Somebody wrote down something that was said or done with an account."""

    workspace_id: UUID
    account_id: UUID
    note_id: UUID
    kind: InteractionKind
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesWritten:
    """Several things that were said or done with accounts were written down at once."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]
    note_ids: tuple[UUID, ...]


# --- Refusals ---------------------------------------------------------------


class AlreadyArchived(Refused):
    """Somebody archived this account first."""


class NotArchived(Refused):
    """This account is in the lists already."""


class CircularTree(Refused):
    """An account cannot stand below itself."""


class NotAMember(Refused):
    """The owner is nobody who works in this workspace now."""


class UnknownField(Refused):
    """There is no such field here, or it cannot be asked that way."""


class WrongValue(Refused):
    """The value does not fit the field."""


class FileFault(StrEnum):
    """Why a file is not kept."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_KIND = "wrong_kind"
    BROKEN_PICTURE = "broken_picture"
    TOO_MANY_PIXELS = "too_many_pixels"
    PACKED_TOO_DENSELY = "packed_too_densely"


class FileNotKept(Exception):
    """The rules' no to a file; `fault` says why."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault)
        self.fault = fault


class WrongFile(WrongValue):
    """This file is not kept: 413 where it is too large, 415 where it is of a wrong kind."""

    def __init__(self, sentence: str, *, fault: FileFault) -> None:
        super().__init__(sentence)
        self.fault = fault
        self.status = {
            FileFault.EMPTY: 422,
            FileFault.TOO_LARGE: 413,
            FileFault.TOO_MANY_PIXELS: 413,
            FileFault.PACKED_TOO_DENSELY: 413,
        }.get(fault, 415)


class FieldExists(Refused):
    """A field with that name exists already."""


class ExternalIdTaken(Conflict):
    """That external id belongs to another account or person."""


class CannotMerge(Refused):
    """These two cannot become one."""


class CannotUndoMerge(Refused):
    """This merge was undone already, or something was built on it."""


class AlreadyRelated(Refused):
    """That relationship exists already."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people wrote at once: what stands now, and what was refused."""

    field: str
    theirs: object
    yours: object


class ChangedMeanwhile(Conflict):
    """Somebody else changed it since it was read; says who, and where the two differ."""

    def __init__(self, sentence: str, *, differences: tuple[Difference, ...] = ()) -> None:
        super().__init__(sentence)
        self.differences = differences

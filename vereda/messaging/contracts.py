"""The words the rest of Vereda uses about letters."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from vereda.foundation.errors import Conflict, Refused


class LetterKind(StrEnum):
    """What a letter is for; rules/kinds.py says what each may and must."""

    SIGN_IN = "sign_in"
    """A link that the person asked for this minute."""
    ANSWER = "answer"
    """What follows at once from something they did: a receipt."""
    REQUEST = "request"
    """Something we need from them for what was agreed."""
    REMINDER = "reminder"
    """The same, once more."""
    DIGEST = "digest"
    """Everything that waits for them, in one letter."""
    PERSONAL = "personal"
    """A member writes to them, person to person."""
    NEWS = "news"
    """What is not needed for the service: only for those who said yes to such messages."""


class LetterState(StrEnum):
    """What became of a letter."""

    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    UNCLEAR = "unclear"
    FAILED = "failed"
    STOPPED = "stopped"


class HoldReason(StrEnum):
    """Why a letter does not leave yet."""

    BUDGET = "budget"
    SERVER = "server"


class StopReason(StrEnum):
    """Why a letter does not leave at all."""

    NO_ADDRESS = "no_address"
    WRONG_ADDRESS = "wrong_address"
    ERASED = "erased"
    RESTRICTED = "restricted"
    REFUSED_KIND = "refused_kind"
    NO_CONSENT = "no_consent"
    SUPPRESSED = "suppressed"
    SAME_ADDRESS = "same_address"
    TOO_LATE = "too_late"
    NOT_NEEDED = "not_needed"
    BY_MEMBER = "by_member"


class DeliveryOutcome(StrEnum):
    """One thing that happened to a letter."""

    ASKED = "asked"
    HELD = "held"
    SENT = "sent"
    PUT_OFF = "put_off"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    STOPPED = "stopped"
    AGAIN = "again"
    BOUNCED = "bounced"
    REPLIED = "replied"


class SuppressionReason(StrEnum):
    """Why an address must not be written to."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    BY_MEMBER = "by_member"
    ERASED = "erased"


class InboundState(StrEnum):
    """What became of a letter that came in."""

    WAITING = "waiting"
    TAKEN = "taken"
    DROPPED = "dropped"


class DropReason(StrEnum):
    """Why a letter that came in changed nothing."""

    NO_REPLY_ADDRESS = "no_reply_address"
    WRONG_TOKEN = "wrong_token"  # noqa: S105 - a reason, no password
    CLOSED = "closed"
    PERSON_GONE = "person_gone"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    OUR_OWN = "our_own"
    TOO_MANY_RECIPIENTS = "too_many_recipients"
    TOO_OFTEN = "too_often"
    TOO_LARGE = "too_large"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_DEEP = "too_deep"
    UNREADABLE = "unreadable"
    EMPTY = "empty"


class AnswerDecision(StrEnum):
    """What a member said of an answer that nobody vouches for."""

    THEIRS = "theirs"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSent:
    """The mail server took a letter."""

    workspace_id: UUID
    message_id: UUID
    person_id: UUID
    kind: LetterKind
    about: str
    thing_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterReturned:
    """A letter did not arrive: the mail server refused it for good, or it came back."""

    workspace_id: UUID
    message_id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressClosed:
    """The address of these people must not be written to any more."""

    workspace_id: UUID
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressOpened:
    """The address of these people may be written to again."""

    workspace_id: UUID
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterStopped:
    """A letter will not leave; whoever ordered it may look for another way."""

    workspace_id: UUID
    message_id: UUID
    person_id: UUID
    kind: LetterKind
    reason: StopReason
    about: str
    thing_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReceived:
    """Somebody answered a letter about a thing, in words, with files or both.

    `verified`: our own mail server vouched that the sender's domain sent it (DMARC), and the
    address is the person's. Without that, somebody who was forwarded the letter may have written.
    """

    workspace_id: UUID
    letter_id: UUID
    about: str
    thing_id: UUID
    person_id: UUID
    verified: bool
    file_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWaits:
    """An answer came in that nobody vouches for: a member has to say whether it is theirs."""

    workspace_id: UUID
    letter_id: UUID
    person_id: UUID
    account_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettled:
    """A member said what such an answer is, or it was forgotten; `person_id` is whose it seemed."""

    workspace_id: UUID
    letter_id: UUID
    person_id: UUID | None
    account_id: UUID | None


class WrongLetter(Refused):
    """This letter cannot be sent as it is."""


class WrongSetting(Refused):
    """The settings of letters cannot be stored so."""


class LetterGone(Conflict):
    """The letter has left, or was stopped, meanwhile."""


class AnswerDecided(Conflict):
    """A member has said already what this answer is, or there is nothing to say."""


class NotSigned(Exception):
    """The body was not signed by somebody who knows the workspace's secret."""

"""What a plan is made of: entries that say what happened, and what follows from them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from vereda.foundation.errors import Conflict, Refused
from vereda.onboarding.contracts.templates import ItemKind, MilestoneMeasure, Party, SetNumber


class EntryKind(StrEnum):
    """What happened. Entries are only ever added; everything else about a plan follows from them.

    Of the plan itself: PREPARED to EXIT_ANSWERED. Of one item: the rest.
    """

    PREPARED = "prepared"  # there is a plan, before the sale
    AGREED = "agreed"  # their first yes: from here on they count the days
    STOPPED = "stopped"
    RESUMED = "resumed"
    EXIT_ANSWERED = "exit_answered"

    ADDED = "added"
    DROPPED = "dropped"
    REQUESTED = "requested"
    REMINDED = "reminded"
    FOLLOWED_UP = "followed_up"  # in person: by a call, or in a meeting
    ASKED_AGAIN = "asked_again"  # for what they had given already: it counts against us
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    APPROVED = "approved"
    STARTED = "started"
    DONE = "done"
    REACHED = "reached"  # a milestone, as measured
    REOPENED = "reopened"
    WAIVED = "waived"
    ATTENDED = "attended"
    SMILED = "smiled"
    HANDED_OVER = "handed_over"


class ItemState(StrEnum):
    """How an item stands."""

    NOT_YET = "not_yet"
    ASKED = "asked"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    STARTED = "started"
    ACCEPTED = "accepted"
    DONE = "done"
    WAIVED = "waived"
    DROPPED = "dropped"


CLOSED_STATES: Final = frozenset(
    {ItemState.ACCEPTED, ItemState.DONE, ItemState.WAIVED, ItemState.DROPPED}
)
"""Submitted is not among them: only what was accepted opens a gate."""


class Owner(StrEnum):
    """Whose a stretch of time is: exactly one at every moment."""

    WORK = "work"  # we work on it
    US = "us"  # it waits for us
    THEM = "them"
    THIRD_PARTY = "third_party"
    CALENDAR = "calendar"  # nights, weekends and holidays of whoever has to act


class PlanPhase(StrEnum):
    """How far a customer is. Finishing set 3 is sold, not onboarded."""

    PRE_SALE = "pre_sale"
    RUNNING = "running"
    SOLD = "sold"
    ONBOARDED = "onboarded"
    STOPPED = "stopped"


class ToolKind(StrEnum):
    """What somebody could try or see before they bought."""

    TRIAL = "trial"
    DEMO = "demo"
    CAMPAIGN = "campaign"
    WEBINAR = "webinar"
    POC = "poc"
    MVP = "mvp"
    EARLY_ACCESS = "early_access"


class ToolResult(StrEnum):
    """What a trial, demo or pilot showed."""

    CONVINCED = "convinced"
    MIXED = "mixed"
    NOT_CONVINCED = "not_convinced"


class ExitAnswer(StrEnum):
    """Do they get the benefits, and do they need them in the end?"""

    YES = "yes"
    BENEFITS_ONLY = "benefits_only"  # they get them, and could do without
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An item of a plan, as far as decisions need it."""

    key: str
    set_number: SetNumber
    kind: ItemKind
    party: Party = Party.THEM
    required: bool = True
    after: tuple[str, ...] = ()
    lead_days: int = 0
    measure: MilestoneMeasure | None = None
    smile: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that happened to a plan or to one of its items.

    number: its place in the order in which things were told. at: when it happened. told_at: when
    it was written down; later than `at` only for what is measured, and for evidence about a delay.
    because: a reason or evidence. to: of HANDED_OVER only. theirs: somebody at the customer did it.
    """

    number: int
    kind: EntryKind
    at: datetime
    told_at: datetime
    item: str | None = None
    to: Party | None = None
    because: str = ""
    theirs: bool = False
    answer: ExitAnswer | None = None
    score: int | None = None


class No(StrEnum):
    """Why something cannot be told of a plan now."""

    NOT_AGREED = "not_agreed"
    AGREED_ALREADY = "agreed_already"
    STOPPED = "stopped"
    NOT_STOPPED = "not_stopped"
    GATE_SHUT = "gate_shut"
    NEEDS_FIRST = "needs_first"
    CLOSED = "closed"
    NOT_CLOSED = "not_closed"
    ALREADY_ASKED = "already_asked"
    ALREADY_GIVEN = "already_given"
    NOT_ASKED = "not_asked"
    NOTHING_GIVEN = "nothing_given"
    WRONG_KIND = "wrong_kind"
    OURS_TO_DO = "ours_to_do"
    NEEDS_REASON = "needs_reason"
    MEASURED_ONLY = "measured_only"
    NO_SMILE_ASKED = "no_smile_asked"
    TOO_LATE_TO_ASK = "too_late_to_ask"
    IS_SO_ALREADY = "is_so_already"
    TOO_FAR_BACK = "too_far_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why something cannot be told, and which items are missing, where some are."""

    no: No
    missing: tuple[str, ...] = ()


class GateEffect(StrEnum):
    """What one more item does to the gate of its set."""

    NONE = "none"  # it is optional: no gate waits for it
    WAITS = "waits"  # the gate is shut, and waits for this too
    SHUTS = "shuts"  # the gate is open, and shuts again until this is settled


@dataclass(frozen=True, slots=True, kw_only=True)
class AddingEffect:
    """What it would do to a plan to add an item.

    halts: the keys of the open items behind the gate about which nothing can be done then. phase:
    what the plan falls back to, where it falls back; None where it stays as far as it is.
    """

    gate: GateEffect
    halts: tuple[str, ...] = ()
    phase: PlanPhase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What somebody gives for an item: one of these, or words beside them."""

    value: str = ""
    choice: str = ""
    file_id: UUID | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A stretch of a plan's time.

    owner: whose it is. held_by: who had to act, also where it is the calendar's. item: the key of
    the item that waited, "" where it was the plan. evidence: the number of the entry that says so.
    """

    start: datetime
    end: datetime
    owner: Owner
    held_by: Party
    set_number: SetNumber
    item: str
    evidence: int

    @property
    def length(self) -> timedelta:
        """How long it was."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The two clocks: what the customer remembers, and whose the time was, without gap or overlap.

    `work` + `us` + `them` + `third_party` + `calendar` is `remembered`, to the microsecond.
    `held` is the same time by who had to act, nights and weekends included: what one says aloud.
    """

    start: datetime | None
    end: datetime | None
    intervals: tuple[Interval, ...]

    @property
    def remembered(self) -> timedelta:
        """From their first yes until it was done, or until now."""
        if self.start is None or self.end is None:
            return timedelta()
        return self.end - self.start

    @property
    def work(self) -> timedelta:
        """We worked on it."""
        return self.owned_by(Owner.WORK)

    @property
    def us(self) -> timedelta:
        """It waited for us."""
        return self.owned_by(Owner.US)

    @property
    def them(self) -> timedelta:
        """It waited for the customer."""
        return self.owned_by(Owner.THEM)

    @property
    def third_party(self) -> timedelta:
        """It waited for somebody else, and there is evidence of it."""
        return self.owned_by(Owner.THIRD_PARTY)

    @property
    def calendar(self) -> timedelta:
        """Nights, weekends and holidays of whoever had to act."""
        return self.owned_by(Owner.CALENDAR)

    def owned_by(self, owner: Owner) -> timedelta:
        """The time that is theirs."""
        return sum((each.length for each in self.intervals if each.owner is owner), timedelta())

    def held_by(self, party: Party) -> timedelta:
        """How long it was up to them, by the clock on the wall."""
        return sum((each.length for each in self.intervals if each.held_by is party), timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """When a goal will be reached, by how long plans that reached it took here.

    soonest_on to latest_on holds it in 8 of 10 such plans; likely_on is the middle. All three are
    None while fewer than `needed` finished plans are comparable: then we do not know.
    compared: how many plans it rests on; alike: all by the same template, else any plan of ours.
    running: how many comparable ones have not finished; they are not counted, so a forecast
    leans to the quick side while many of them are slow.
    """

    goal: SetNumber
    compared: int
    needed: int
    running: int
    alike: bool = True
    soonest_on: date | None = None
    likely_on: date | None = None
    latest_on: date | None = None

    @property
    def known(self) -> bool:
        """Whether there is history enough to say anything."""
        return self.likely_on is not None


class WrongPlan(Refused):
    """What was said about a plan does not fit."""


class PlanNotRunning(Conflict):
    """The plan was stopped, or their yes is still to come."""


class GateShut(Refused):
    """Something of an earlier set is not accepted yet; `missing` are the keys of those items."""

    def __init__(self, sentence: str, *, missing: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.missing = missing


class AlreadyGiven(Refused):
    """They gave it. Asking again takes a reason, and counts against us."""


class AlreadyAsked(Refused):
    """They know; a reminder is no second question."""


class NotItsTurn(Conflict):
    """The item does not stand so that this could be done with it."""


class WrongSubmission(Refused):
    """That is not what was asked for."""


class NeedsEvidence(Refused):
    """A delay is ours until there is evidence."""


class TooEarlyForDate(Refused):
    """A date cannot be promised before everything of set 1 is accepted."""

"""How a plan and its items stand: nothing but what follows from the entries.

`standing_of` folds entries in the order in which they were told; the clocks fold them in the order
in which they happened. Both end at the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from vereda.onboarding.contracts.plans import (
    CLOSED_STATES,
    Entry,
    EntryKind,
    ExitAnswer,
    ItemState,
    Line,
    Owner,
    PlanPhase,
)
from vereda.onboarding.contracts.templates import ItemKind, Party, SetNumber

SMILES_FROM: Final = 4
"""Of 1 to 5: so many, and they are smiling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStanding:
    """How one item stands.

    since, evidence: when its state began, and the entry that says so (0: nothing happened yet).
    asked_at: when it was last asked for or returned. repeats: how often we asked for what they had
    given, or too late. given: it was accepted or done before. ours: it is open again through us.
    handed: whose the delay is by evidence. present: it is in the plan by now. ready_at: since when
    somebody can do something about it.
    """

    line: Line
    state: ItemState = ItemState.NOT_YET
    since: datetime | None = None
    evidence: int = 0
    asked_at: datetime | None = None
    asks: int = 0
    repeats: int = 0
    given: bool = False
    ours: bool = False
    handed: Party | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    ready_at: datetime | None = None
    present: bool = True
    smile: int | None = None

    @property
    def is_closed(self) -> bool:
        """Nothing is to be done about it any more. Submitted is not closed."""
        return self.state in CLOSED_STATES

    @property
    def is_worked_on(self) -> bool:
        """We are at it."""
        ours = self.line.party is Party.US and self.handed in {None, Party.US}
        return ours and self.state is ItemState.STARTED

    @property
    def held_by(self) -> Party:
        """Who has to act. A delay is ours by default, whoever caused it: it is somebody else's only
        by an entry that says so, a request or a handing over."""
        if self.handed is not None:
            return self.handed
        theirs = {ItemState.ASKED, ItemState.RETURNED, ItemState.STARTED}
        if self.ours or self.state not in theirs:
            return Party.US
        return self.line.party


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Whose turn it is in a plan, because of which item, in which set."""

    owner: Owner
    party: Party
    set_number: SetNumber
    item: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStanding:
    """How a plan stands: its items in their order, and what was said of the whole."""

    items: Mapping[str, ItemStanding] = field(default_factory=dict)
    last_set: SetNumber = SetNumber.SUCCESS
    agreed_at: datetime | None = None
    agreed_by: int = 0
    stopped_at: datetime | None = None
    answer: ExitAnswer | None = None

    # --- sets and gates ---

    def missing(self) -> tuple[str, ...]:
        """The required items that are neither accepted nor done, in their order."""
        return tuple(
            key
            for key, item in self.items.items()
            if item.line.required and item.present and not item.is_closed
        )

    def missing_before(self, number: SetNumber) -> tuple[str, ...]:
        """The items that must be accepted or done before anything of that set may begin."""
        return tuple(key for key in self.missing() if self.items[key].line.set_number < number)

    def missing_in(self, number: SetNumber) -> tuple[str, ...]:
        """The required items of that set that are still open."""
        return tuple(key for key in self.missing() if self.items[key].line.set_number == number)

    def is_finished(self, number: SetNumber) -> bool:
        """Whether that set, and every one before it, is finished."""
        return all(self.items[key].line.set_number > number for key in self.missing())

    @property
    def set_now(self) -> SetNumber:
        """The first set that is not finished; the last one when all are."""
        numbers = [self.items[key].line.set_number for key in self.missing()]
        return min([*numbers, self.last_set])

    def missing_first(self, key: str) -> tuple[str, ...]:
        """The items of the same set that must be closed before this one."""
        return tuple(
            each
            for each in self.items[key].line.after
            if each in self.items and self.items[each].present and not self.items[each].is_closed
        )

    def in_play(self) -> tuple[str, ...]:
        """The items about which somebody can do something now, in their order."""
        number = self.set_now
        return tuple(
            key
            for key, item in self.items.items()
            if item.present
            and not item.is_closed
            and item.line.set_number <= number
            and not self.missing_first(key)
        )

    # --- the whole ---

    @property
    def all_finished(self) -> bool:
        """Whether every set that the plan has is finished."""
        return self.is_finished(self.last_set)

    @property
    def is_onboarded(self) -> bool:
        """Set 6 is finished, and they get the benefits and need them."""
        through = self.last_set is SetNumber.SUCCESS and self.all_finished
        return through and self.answer is ExitAnswer.YES

    @property
    def is_ended(self) -> bool:
        """Nothing is to be done any more: onboarded; or, in a standard plan, sold; or stopped."""
        if self.agreed_at is None or self.stopped_at is not None:
            return self.stopped_at is not None
        if self.last_set is SetNumber.SUCCESS:
            return self.is_onboarded
        return self.all_finished

    @property
    def phase(self) -> PlanPhase:
        """How far they are. Finishing set 3 is sold, not onboarded."""
        if self.stopped_at is not None:
            return PlanPhase.STOPPED
        if self.agreed_at is None:
            return PlanPhase.PRE_SALE
        if self.is_onboarded:
            return PlanPhase.ONBOARDED
        sold = self.is_finished(SetNumber.FIRST_CONTACT)
        return PlanPhase.SOLD if sold else PlanPhase.RUNNING

    @property
    def repeats(self) -> int:
        """How often we asked for what they had given, or for more than we had said."""
        return sum(item.repeats for item in self.items.values())

    def holding(self) -> Holding:
        """Whose turn it is: ours while anything at all waits for us, the customer's only when
        nobody else has anything to do."""
        number = self.set_now
        halted = self.stopped_at is not None
        waiting = [] if halted else [self.items[key] for key in self._waited_for(number)]
        for owner, party in TURNS:
            for item in waiting:
                works = item.is_worked_on
                if item.held_by is party and works is (owner is Owner.WORK):
                    return Holding(owner=owner, party=party, set_number=number, item=item.line.key)
        return Holding(owner=Owner.US, party=Party.US, set_number=number)

    def _waited_for(self, number: SetNumber) -> list[str]:
        """The open items that keep a set from being finished, which somebody can do now."""
        wanted, seen = list(self.missing_in(number)), set[str]()
        while wanted:
            key = wanted.pop(0)
            if key not in seen:
                seen.add(key)
                wanted += self.missing_first(key)
        return [key for key in self.in_play() if key in seen]


TURNS: Final = (
    (Owner.WORK, Party.US),
    (Owner.US, Party.US),
    (Owner.THIRD_PARTY, Party.THIRD_PARTY),
    (Owner.THEM, Party.THEM),
)


def fresh_standing(
    lines: Iterable[Line], *, last_set: SetNumber = SetNumber.SUCCESS, added: Iterable[str] = ()
) -> PlanStanding:
    """A plan to which nothing happened; items `added` later are not there yet."""
    later = frozenset(added)
    return PlanStanding(
        items={line.key: ItemStanding(line=line, present=line.key not in later) for line in lines},
        last_set=last_set,
    )


def standing_of(
    lines: Iterable[Line], entries: Iterable[Entry], *, last_set: SetNumber = SetNumber.SUCCESS
) -> PlanStanding:
    """How a plan stands after these entries, in the order in which they were told."""
    told = sorted(entries, key=lambda entry: entry.number)
    standing = fresh_standing(lines, last_set=last_set, added=added_later(told))
    for entry in told:
        standing = after_entry(standing, entry)
    return standing


def added_later(entries: Iterable[Entry]) -> list[str]:
    """The keys of the items that were not in the plan from its beginning."""
    return [entry.item or "" for entry in entries if entry.kind is EntryKind.ADDED]


def after_entry(standing: PlanStanding, entry: Entry) -> PlanStanding:
    """How the plan stands after one more entry."""
    if entry.item is None:
        changed = _after_word(standing, entry)
    elif entry.item in standing.items:
        item = _after_deed(standing.items[entry.item], entry)
        changed = replace(standing, items={**standing.items, entry.item: item})
    else:
        return standing
    return _noting_ready(changed, entry.at)


def _after_word(standing: PlanStanding, entry: Entry) -> PlanStanding:
    """What was said of the whole plan."""
    match entry.kind:
        case EntryKind.AGREED:
            return replace(standing, agreed_at=entry.at, agreed_by=entry.number)
        case EntryKind.STOPPED:
            return replace(standing, stopped_at=entry.at)
        case EntryKind.RESUMED:
            return replace(standing, stopped_at=None)
        case EntryKind.EXIT_ANSWERED:
            return replace(standing, answer=entry.answer)
        case _:
            return standing


def _noting_ready(standing: PlanStanding, at: datetime) -> PlanStanding:
    """Note which items somebody can do something about from now on, and which no longer."""
    if standing.agreed_at is None:
        return standing
    ready = [key for key in standing.in_play() if standing.items[key].ready_at is None]
    if not ready:
        return standing
    noted = {key: replace(standing.items[key], ready_at=at) for key in ready}
    return replace(standing, items={**standing.items, **noted})


def _after_deed(item: ItemStanding, entry: Entry) -> ItemStanding:
    """What happened to one item."""
    deed = DEEDS.get(entry.kind)
    return item if deed is None else deed(item, entry)


def _turned(item: ItemStanding, entry: Entry, state: ItemState) -> ItemStanding:
    """In another state because of the entry; a handing over holds until then."""
    return replace(item, state=state, since=entry.at, evidence=entry.number, handed=None)


def _closed(item: ItemStanding, entry: Entry, state: ItemState) -> ItemStanding:
    return replace(_turned(item, entry, state), closed_at=entry.at, ours=False)


def _added(item: ItemStanding, entry: Entry) -> ItemStanding:
    """There from now on; with a reason only when it was asked for too late, which is our fault."""
    late = bool(entry.because)
    return replace(item, present=True, repeats=item.repeats + late, ours=late)


def _requested(item: ItemStanding, entry: Entry) -> ItemStanding:
    """They are to give it. With a reason only when we had it already, from here or elsewhere."""
    again = item.given or bool(entry.because)
    return replace(
        _turned(item, entry, ItemState.ASKED),
        asked_at=entry.at,
        asks=item.asks + 1,
        repeats=item.repeats + again,
        ours=item.ours or again,
    )


def _asked_again(item: ItemStanding, entry: Entry) -> ItemStanding:
    """They gave it before: the wait is ours."""
    return replace(
        _turned(item, entry, ItemState.ASKED),
        asked_at=entry.at,
        asks=item.asks + 1,
        repeats=item.repeats + 1,
        ours=True,
        closed_at=None,
    )


def _submitted(item: ItemStanding, entry: Entry) -> ItemStanding:
    return _turned(item, entry, ItemState.SUBMITTED)


def _returned(item: ItemStanding, entry: Entry) -> ItemStanding:
    """Not what was wanted. When they say so of an approval it is for us to change; what we had
    accepted before and want otherwise now counts as asking again."""
    again = item.given and not entry.theirs
    return replace(
        _turned(item, entry, ItemState.RETURNED),
        asked_at=entry.at,
        repeats=item.repeats + again,
        ours=item.ours or again or entry.theirs,
    )


def _accepted(item: ItemStanding, entry: Entry) -> ItemStanding:
    return replace(_closed(item, entry, ItemState.ACCEPTED), given=True)


def _started(item: ItemStanding, entry: Entry) -> ItemStanding:
    return _turned(item, entry, ItemState.STARTED)


def _done(item: ItemStanding, entry: Entry) -> ItemStanding:
    return replace(_closed(item, entry, ItemState.DONE), given=True)


def _reopened(item: ItemStanding, entry: Entry) -> ItemStanding:
    """Open again, and ours until there is evidence. What they gave is with us still; an approval
    they have to give again, which counts as asking again."""
    accepted = item.state is ItemState.ACCEPTED
    approval = item.line.kind is ItemKind.APPROVAL
    kept = ItemState.ASKED if approval else ItemState.SUBMITTED
    return replace(
        _turned(item, entry, kept if accepted else ItemState.NOT_YET),
        closed_at=None,
        reopened_at=entry.at,
        repeats=item.repeats + (accepted and approval),
        ours=True,
    )


def _waived(item: ItemStanding, entry: Entry) -> ItemStanding:
    return _closed(item, entry, ItemState.WAIVED)


def _dropped(item: ItemStanding, entry: Entry) -> ItemStanding:
    return _closed(item, entry, ItemState.DROPPED)


def _smiled(item: ItemStanding, entry: Entry) -> ItemStanding:
    """How it was for them. A milestone that is a smile is reached by a smile."""
    smiled = replace(item, smile=entry.score)
    wanted = item.line.kind is ItemKind.MILESTONE and not item.is_closed
    return _done(smiled, entry) if wanted and (entry.score or 0) >= SMILES_FROM else smiled


def _handed_over(item: ItemStanding, entry: Entry) -> ItemStanding:
    return replace(item, handed=entry.to, evidence=entry.number)


DEEDS: Final[Mapping[EntryKind, Callable[[ItemStanding, Entry], ItemStanding]]] = {
    EntryKind.ADDED: _added,
    EntryKind.REQUESTED: _requested,
    EntryKind.ASKED_AGAIN: _asked_again,
    EntryKind.SUBMITTED: _submitted,
    EntryKind.RETURNED: _returned,
    EntryKind.ACCEPTED: _accepted,
    EntryKind.APPROVED: _accepted,
    EntryKind.STARTED: _started,
    EntryKind.DONE: _done,
    EntryKind.REACHED: _done,
    EntryKind.REOPENED: _reopened,
    EntryKind.WAIVED: _waived,
    EntryKind.DROPPED: _dropped,
    EntryKind.SMILED: _smiled,
    EntryKind.HANDED_OVER: _handed_over,
}
"""What each kind of entry does to an item; the others change nothing about it."""

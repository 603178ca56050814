"""What can be told of a plan now, and why not: the gates, and asking once."""

from __future__ import annotations

from typing import Final

from vereda.onboarding.contracts.plans import (
    CLOSED_STATES,
    EntryKind,
    ItemState,
    No,
    Objection,
)
from vereda.onboarding.contracts.templates import (
    GIVEN_KINDS,
    ItemKind,
    MilestoneMeasure,
    Party,
    SetNumber,
)
from vereda.onboarding.rules.standing import ItemStanding, PlanStanding

WORK: Final = frozenset(
    {
        EntryKind.REQUESTED,
        EntryKind.ASKED_AGAIN,
        EntryKind.REMINDED,
        EntryKind.FOLLOWED_UP,
        EntryKind.SUBMITTED,
        EntryKind.ACCEPTED,
        EntryKind.RETURNED,
        EntryKind.APPROVED,
        EntryKind.STARTED,
        EntryKind.DONE,
        EntryKind.ATTENDED,
        EntryKind.SMILED,
        EntryKind.HANDED_OVER,
    }
)
"""What may happen to an item only when every gate before it is open. What is measured happens when
it happens, and taking something out is no work."""

NEED_A_REASON: Final = frozenset(
    {
        EntryKind.ASKED_AGAIN,
        EntryKind.RETURNED,
        EntryKind.REOPENED,
        EntryKind.WAIVED,
        EntryKind.DROPPED,
        EntryKind.HANDED_OVER,
        EntryKind.STOPPED,
    }
)

DOING_KINDS: Final = frozenset({ItemKind.MEETING, ItemKind.TRAINING, ItemKind.TASK})

ASKING: Final = frozenset(
    {
        EntryKind.REQUESTED,
        EntryKind.ASKED_AGAIN,
        EntryKind.REMINDED,
        EntryKind.FOLLOWED_UP,
    }
)

HANDED_IN: Final = GIVEN_KINDS - {ItemKind.APPROVAL}

FITTING: Final = {
    EntryKind.SUBMITTED: HANDED_IN,
    EntryKind.ACCEPTED: HANDED_IN,
    EntryKind.RETURNED: GIVEN_KINDS,
    EntryKind.APPROVED: frozenset({ItemKind.APPROVAL}),
    EntryKind.STARTED: DOING_KINDS,
    EntryKind.DONE: DOING_KINDS,
    EntryKind.ATTENDED: DOING_KINDS,
    EntryKind.REACHED: frozenset({ItemKind.MILESTONE}),
}
"""To which kinds of item it can happen; what is not here can happen to any."""

OPEN_ASKED: Final = frozenset({ItemState.ASKED, ItemState.RETURNED, ItemState.STARTED})
GIVEN: Final = frozenset({ItemState.SUBMITTED, ItemState.ACCEPTED, ItemState.DONE})
OPEN: Final = frozenset(ItemState) - CLOSED_STATES

STANDING: Final = {
    EntryKind.ASKED_AGAIN: (GIVEN, No.NOTHING_GIVEN),
    EntryKind.REMINDED: (OPEN_ASKED, No.NOT_ASKED),
    EntryKind.FOLLOWED_UP: (OPEN_ASKED, No.NOT_ASKED),
    EntryKind.ACCEPTED: (frozenset({ItemState.SUBMITTED}), No.NOTHING_GIVEN),
    EntryKind.RETURNED: (frozenset({ItemState.SUBMITTED}), No.NOTHING_GIVEN),
    EntryKind.REOPENED: (CLOSED_STATES, No.NOT_CLOSED),
    EntryKind.ATTENDED: (frozenset(ItemState) - {ItemState.WAIVED}, No.CLOSED),
    EntryKind.SMILED: (frozenset(ItemState) - {ItemState.WAIVED}, No.CLOSED),
}
"""In which states it can happen, and what is said in others; what is not here can happen to an
item that is open."""


def objection_to_word(
    standing: PlanStanding, kind: EntryKind, *, because: str = ""
) -> Objection | None:
    """Why that cannot be said of the whole plan now; None when it can."""
    if kind in NEED_A_REASON and not because.strip():
        return Objection(no=No.NEEDS_REASON)
    if kind is EntryKind.RESUMED:
        return None if standing.stopped_at is not None else Objection(no=No.NOT_STOPPED)
    if standing.stopped_at is not None:
        return Objection(no=No.STOPPED)
    if kind is EntryKind.AGREED and standing.agreed_at is not None:
        return Objection(no=No.AGREED_ALREADY)
    if kind is EntryKind.EXIT_ANSWERED:
        return _objection_to_answer(standing)
    return None


def _objection_to_answer(standing: PlanStanding) -> Objection | None:
    """The last question comes after set 6, and only there."""
    if standing.agreed_at is None:
        return Objection(no=No.NOT_AGREED)
    if standing.last_set is not SetNumber.SUCCESS:
        return Objection(no=No.WRONG_KIND)
    missing = standing.missing_before(SetNumber.SUCCESS) + standing.missing_in(SetNumber.SUCCESS)
    return Objection(no=No.GATE_SHUT, missing=missing) if missing else None


def objection_to_adding(
    standing: PlanStanding, number: SetNumber, *, required: bool, because: str = ""
) -> Objection | None:
    """Why no item can be added to that set. Everything is asked at once: what is required for a
    set that is finished takes a reason, and counts against us."""
    if standing.stopped_at is not None:
        return Objection(no=No.STOPPED)
    if number > standing.last_set:
        return Objection(no=No.WRONG_KIND)
    begun = standing.agreed_at is not None and standing.is_finished(number)
    if required and begun and not because.strip():
        return Objection(no=No.TOO_LATE_TO_ASK)
    return None


def objection_to(
    standing: PlanStanding, kind: EntryKind, key: str, *, because: str = ""
) -> Objection | None:
    """Why that cannot happen to the item now; None when it can.

    Nothing of a set can happen while a required item of an earlier set is not accepted or done.
    """
    item = standing.items[key]
    if standing.stopped_at is not None:
        return Objection(no=No.STOPPED)
    if standing.agreed_at is None and (kind in WORK or kind is EntryKind.REACHED):
        return Objection(no=No.NOT_AGREED)
    if kind in WORK and (missing := standing.missing_before(item.line.set_number)):
        return Objection(no=No.GATE_SHUT, missing=missing)
    if kind in WORK and (missing := standing.missing_first(key)):
        return Objection(no=No.NEEDS_FIRST, missing=missing)
    no = _by_kind(item, kind) or _by_state(item, kind)
    if no is None and kind in NEED_A_REASON and not because.strip():
        no = No.NEEDS_REASON
    return Objection(no=no) if no is not None else None


def _by_kind(item: ItemStanding, kind: EntryKind) -> No | None:
    """Can this ever happen to such an item?"""
    line = item.line
    if kind in ASKING:
        measured = line.kind is ItemKind.MILESTONE
        ours = No.OURS_TO_DO if line.party is Party.US else None
        return No.MEASURED_ONLY if measured else ours
    if kind is EntryKind.SMILED:
        asked = line.smile or line.measure is MilestoneMeasure.SMILE
        return None if asked else No.NO_SMILE_ASKED
    if line.kind in FITTING.get(kind, frozenset(ItemKind)):
        return None
    return No.MEASURED_ONLY if line.kind is ItemKind.MILESTONE else No.WRONG_KIND


def _by_state(item: ItemStanding, kind: EntryKind) -> No | None:
    """Can this happen to the item as it stands?"""
    if not item.present or item.state is ItemState.DROPPED:
        return No.CLOSED
    if kind is EntryKind.REQUESTED:
        return _asking(item)
    if kind is EntryKind.RETURNED and item.line.kind is ItemKind.APPROVAL:
        return None if item.state in {ItemState.ASKED, ItemState.NOT_YET} else No.NOTHING_GIVEN
    if kind is EntryKind.STARTED and item.state is ItemState.STARTED:
        return No.IS_SO_ALREADY
    states, otherwise = STANDING.get(kind, (OPEN, No.CLOSED))
    return None if item.state in states else otherwise


def _asking(item: ItemStanding) -> No | None:
    """Ask once: not twice for what is on its way, and never for what they gave. An approval that
    they declined is asked for again when we have changed what they did not like."""
    declined = item.state is ItemState.RETURNED and item.line.kind is ItemKind.APPROVAL
    if item.state in OPEN_ASKED and not declined:
        return No.ALREADY_ASKED
    if item.state in GIVEN:
        return No.ALREADY_GIVEN
    return No.CLOSED if item.is_closed else None

"""What a ticket's history must say, given what is now said of the ticket."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vereda.support.contracts import MoveKind, TicketState
from vereda.support.rules.clocks import STATE_AFTER, Turn


@dataclass(slots=True)
class HistoryEdits:
    """Turns to add, new times by place in the history, and places to drop."""

    added: list[Turn] = field(default_factory=list)
    retimed: dict[int, datetime] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)

    def set_one(self, turns: Sequence[Turn], kind: MoveKind, at: datetime | None) -> None:
        """The history with this kind exactly once, at that time; or without it."""
        places = [place for place, turn in enumerate(turns) if turn.kind is kind]
        if at is None:
            self.dropped.update(places)
        elif not places:
            self.added.append(Turn(at, kind))
        elif turns[places[0]].at != at:
            self.retimed[places[0]] = at


def history_edits(
    turns: Sequence[Turn],
    *,
    opened_at: datetime,
    answered_at: datetime | None,
    resolved_at: datetime | None,
    state: TicketState,
    now: datetime,
    taking_back: bool = False,
) -> HistoryEdits:
    """What makes a history (in order) agree with the ticket.

    A state whose beginning nobody told began now; of a new ticket that waits, when it was
    answered. Taking back drops the last states instead of adding another.
    """
    edits = HistoryEdits()
    edits.set_one(turns, MoveKind.OPENED, opened_at)
    edits.set_one(turns, MoveKind.ANSWERED, answered_at)
    states = [place for place, turn in enumerate(turns) if turn.kind in STATE_AFTER]
    if taking_back:
        while states and STATE_AFTER[turns[states[-1]].kind] is not state:
            edits.dropped.add(states.pop())
    last = turns[states[-1]] if states else None
    before = STATE_AFTER[last.kind] if last else TicketState.OPEN
    if before is not state:
        began = resolved_at if state is TicketState.RESOLVED else None
        if began is None:
            known = last.at if last else opened_at
            began = max(answered_at or now if not turns else now, known)
        edits.added.append(Turn(began, kind_into(state, before=before)))
    elif last and state is TicketState.RESOLVED and resolved_at is not None:
        earlier = turns[states[-2]].at if len(states) > 1 else opened_at
        if resolved_at != last.at and resolved_at >= earlier:
            edits.retimed[states[-1]] = resolved_at
    return edits


def kind_into(state: TicketState, *, before: TicketState) -> MoveKind:
    """The move that leads from one state to another."""
    if state is TicketState.OPEN:
        return MoveKind.REOPENED if before is TicketState.RESOLVED else MoveKind.RESUMED
    return MoveKind.WAITING if state is TicketState.WAITING else MoveKind.RESOLVED


@dataclass(frozen=True, slots=True)
class Observation:
    """Another system says that a ticket was in a state at an instant."""

    at: datetime
    state: TicketState


def turns_observed(
    known: Sequence[Turn],
    seen: Sequence[Observation],
    *,
    opened_at: datetime,
    resolved_at: datetime | None,
) -> list[Turn | None]:
    """The turn that each observation adds to what is known, in their order; None adds nothing.

    What was so already adds nothing, nor does what lies before the opening. In the last stretch in
    which the ticket was resolved, the time of resolution that the ticket itself tells counts.
    """
    order = sorted(
        [(turn.at, -1, STATE_AFTER[turn.kind]) for turn in known if turn.kind in STATE_AFTER]
        + [(each.at, place, each.state) for place, each in enumerate(seen)],
        key=lambda told: told[:2],
    )
    added: list[Turn | None] = [None] * len(seen)
    state = TicketState.OPEN
    last_stretch: list[int] = []
    told_there = False
    for at, place, after in order:
        if place >= 0 and after is not state and at >= opened_at:
            added[place] = Turn(at, kind_into(after, before=state))
        if place < 0 or at >= opened_at:
            resolved = after is TicketState.RESOLVED
            last_stretch = [*last_stretch, place] if resolved else []
            told_there = resolved and (told_there or at == resolved_at)
            state = after
    if told_there:
        for place in last_stretch:
            if place >= 0 and seen[place].at != resolved_at:
                added[place] = None
    return added

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
    answered. No state begins before the last one did: a resolution that was told too early ends the
    history all the same. Taking back drops the last states instead of adding another.
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
            began = now if turns else answered_at or now
        began = max(began, last.at if last else opened_at)
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
    added: list[Turn | None] = [None] * len(seen)
    state = TicketState.OPEN
    last_stretch: list[int] = []
    told_there = False
    for at, after, place in _merged(known, seen, opened_at=opened_at):
        if place is not None and after is not state:
            added[place] = Turn(at, kind_into(after, before=state))
        state = after
        if state is not TicketState.RESOLVED:
            last_stretch, told_there = [], False
        elif place is not None:
            last_stretch.append(place)
        else:
            told_there = told_there or at == resolved_at
    if told_there:
        for place in last_stretch:
            added[place] = None
    return added


def _merged(
    known: Sequence[Turn], seen: Sequence[Observation], *, opened_at: datetime
) -> list[tuple[datetime, TicketState, int | None]]:
    """What is known and what is seen in one order, each with its place among the seen.

    What is seen of one instant stays in its order; a known turn takes the place of the observation
    that says the same, and else comes after those of its instant, unless it is the opening.
    """
    unmatched = [turn for turn in known if turn.kind in STATE_AFTER]
    told: list[tuple[datetime, int, TicketState, int | None]] = []
    for place, each in enumerate(seen):
        if each.at < opened_at:
            continue
        same = next(
            (
                turn
                for turn in unmatched
                if turn.at == each.at
                and STATE_AFTER[turn.kind] is each.state
                and turn.kind is not MoveKind.OPENED
            ),
            None,
        )
        if same is not None:
            unmatched.remove(same)
        told.append((each.at, place, each.state, place if same is None else None))
    for turn in unmatched:
        place = -1 if turn.kind is MoveKind.OPENED else len(seen)
        told.append((turn.at, place, STATE_AFTER[turn.kind], None))
    told.sort(key=lambda each: each[:2])
    return [(at, state, place) for at, _order, state, place in told]

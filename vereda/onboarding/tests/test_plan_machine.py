"""Whatever happens in whatever order: gates hold, and every moment has one owner.

The machine tells a plan random things at random times. It knows the rules only by the answers it
gets, and checks what came about with simple reckonings of its own. CI runs a few histories,
`make faults` 2,000 of 50 steps (tests/faults/test_plans.py).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from vereda.foundation.tests.test_working_hours import is_worked, weeks
from vereda.onboarding.contracts.plans import (
    Clocks,
    Entry,
    EntryKind,
    ExitAnswer,
    Line,
    Owner,
    PlanPhase,
)
from vereda.onboarding.contracts.templates import (
    ItemKind,
    MilestoneMeasure,
    Party,
    SetNumber,
)
from vereda.onboarding.rules.clocks import Calendars, clocks_in, history_of
from vereda.onboarding.rules.objections import WORK, objection_to, objection_to_word
from vereda.onboarding.rules.standing import (
    PlanStanding,
    after_entry,
    fresh_standing,
    standing_of,
)

K = EntryKind
BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

OF_ITEMS = [kind for kind in K if kind not in {K.PREPARED, K.AGREED, K.STOPPED, K.RESUMED}]
OF_ITEMS = [kind for kind in OF_ITEMS if kind not in {K.EXIT_ANSWERED, K.ADDED}]
SHUTS = {K.ASKED_AGAIN, K.RETURNED, K.REOPENED}
"""What opens an item again."""
SETTLES = {K.ACCEPTED, K.APPROVED, K.DONE, K.REACHED, K.WAIVED, K.DROPPED}
ENDS = {K.WAIVED, K.DROPPED}
USUAL = (K.REQUESTED, K.STARTED, K.ACCEPTED, K.DONE, K.APPROVED, K.REACHED, K.SUBMITTED)
ASKS = {K.REQUESTED, K.ASKED_AGAIN, K.RETURNED, K.STARTED, K.HANDED_OVER}
PARTIES = {Owner.THEM: Party.THEM, Owner.THIRD_PARTY: Party.THIRD_PARTY}


@st.composite
def checklists(draw: st.DrawFn) -> list[Line]:
    """Up to ten items in six sets, of every kind."""
    made: list[Line] = []
    for count in range(draw(st.integers(2, 10))):
        number = SetNumber(draw(st.sampled_from([1, 1, 2, 2, 3, 4, 5, 6])))
        kind = draw(st.sampled_from(ItemKind))
        measured = kind is ItemKind.MILESTONE
        before = [each.key for each in made if each.set_number == number]
        made.append(
            Line(
                key=f"item-{count}",
                set_number=number,
                kind=kind,
                party=draw(st.sampled_from(Party)),
                required=draw(st.sampled_from([True, True, False])),
                after=tuple(before[-1:] * draw(st.integers(0, 1))),
                measure=draw(st.sampled_from(MilestoneMeasure)) if measured else None,
                smile=draw(st.booleans()),
            )
        )
    return made


spans_of_time = st.one_of(
    st.just(timedelta()),
    st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=9)),
    st.timedeltas(min_value=timedelta(), max_value=timedelta(days=40)),
)


class PlanMachine(RuleBasedStateMachine):
    """A plan to which anything may happen."""

    lines: list[Line]
    entries: list[Entry]
    standing: PlanStanding
    now: datetime
    calendars: Calendars

    @initialize(
        lines=checklists(),
        ours=weeks(),
        theirs=weeks(),
        last=st.sampled_from([3, 6]),
        agreed=st.sampled_from([True, True, True, False]),
    )
    def begin(self, lines, ours, theirs, last, agreed):
        self.last_set = SetNumber(last)
        self.lines = [line for line in lines if line.set_number <= last]
        self.calendars = Calendars(ours=ours, theirs=theirs)
        self.entries, self.now = [], BEGIN
        self.standing = fresh_standing(self.lines, last_set=self.last_set)
        if agreed:
            self.tell(K.AGREED, None, at=self.now)

    # --- What may be told ---

    def tell(self, kind: EntryKind, item: str | None, *, at: datetime, **said) -> None:
        entry = Entry(
            number=len(self.entries) + 1, kind=kind, item=item, at=at, told_at=self.now, **said
        )
        self.check_gate(entry)
        self.entries.append(entry)
        self.standing = after_entry(self.standing, entry)

    @rule(wait=spans_of_time, back=spans_of_time)
    @precondition(lambda self: self.standing.agreed_at is None)
    def they_say_yes(self, wait, back):
        self.now += wait
        if objection_to_word(self.standing, K.AGREED) is None:
            self.tell(K.AGREED, None, at=self.now - back)

    @rule(
        wait=spans_of_time,
        kind=st.sampled_from([*[None] * 7, K.STOPPED, K.EXIT_ANSWERED, K.EXIT_ANSWERED]),
        because=st.sampled_from(["", "a reason"]),
        answer=st.sampled_from(ExitAnswer),
    )
    def something_is_said_of_the_whole(self, wait, kind, because, answer):
        self.now += wait
        if self.standing.stopped_at is not None:
            kind = K.RESUMED
        if kind is not None and objection_to_word(self.standing, kind, because=because) is None:
            said = {"answer": answer} if kind is K.EXIT_ANSWERED else {"because": because}
            self.tell(kind, None, at=self.now, **said)

    @rule(
        wait=spans_of_time,
        kind=st.sampled_from(OF_ITEMS),
        pick=st.integers(0, 9),
        because=st.sampled_from(["", "a reason"]),
        to=st.sampled_from(Party),
        score=st.integers(1, 5),
        back=spans_of_time,
    )
    def something_is_tried_with_an_item(self, wait, kind, pick, because, to, score, back):
        self.now += wait
        if self.lines:
            line = self.lines[pick % len(self.lines)]
            self.try_with(line, kind, because=because, to=to, score=score, back=back)

    @rule(
        wait=spans_of_time,
        pick=st.integers(0, 999),
        to=st.sampled_from(Party),
        score=st.integers(1, 5),
        back=spans_of_time,
    )
    def something_possible_happens(self, wait, pick, to, score, back):
        """Whatever is not refused, all alike."""
        self.now += wait
        may = [
            (line, kind)
            for kind in OF_ITEMS
            for line in self.lines
            if (kind not in ENDS or pick % 5 == 0)
            and objection_to(self.standing, kind, line.key, because="a reason") is None
        ]
        if may:
            line, kind = may[pick % len(may)]
            self.try_with(line, kind, because="a reason", to=to, score=score, back=back)

    @rule(wait=spans_of_time, pick=st.integers(0, 9))
    def an_item_goes_on(self, wait, pick):
        """What usually comes next, so that plans get somewhere."""
        self.now += wait
        wanted = self.standing.in_play() if self.standing.agreed_at else ()
        for key in wanted[pick % len(wanted) :] if wanted else ():
            line = self.standing.items[key].line
            for kind in USUAL:
                if objection_to(self.standing, kind, key) is None:
                    self.try_with(line, kind, because="", to=Party.US, score=5, back=timedelta())
                    return

    def try_with(self, line, kind, *, because, to, score, back):
        if objection_to(self.standing, kind, line.key, because=because) is not None:
            return
        item, at = self.standing.items[line.key], self.now
        if kind is K.REACHED:
            at = max(filter(None, (self.now - back, item.reopened_at)))
        if kind is K.HANDED_OVER:
            told = [each.at for each in self.entries if each.item == line.key]
            at = max([self.now - back, item.ready_at or self.now, *told])
        said = {"because": because} if kind is not K.REQUESTED else {}
        said |= {"to": to} if kind is K.HANDED_OVER else {}
        said |= {"score": score} if kind is K.SMILED else {}
        self.tell(kind, line.key, at=min(at, self.now), **said)

    # --- What must hold ---

    def check_gate(self, entry: Entry) -> None:
        """No path reaches a set with an unaccepted required input of an earlier one."""
        if entry.kind in WORK and entry.item is not None:
            line = next(each for each in self.lines if each.key == entry.item)
            earlier = [each for each in self.lines if each.set_number < line.set_number]
            unsettled = [
                each.key for each in earlier if each.required and not self.is_settled(each)
            ]
            assert unsettled == [], f"{entry.kind} of {entry.item} while {unsettled} are open"

    def is_settled(self, line: Line) -> bool:
        """By the last thing that settled it or opened it again; our own reckoning."""
        settled = False
        for entry in self.entries:
            if entry.item == line.key:
                smiled = line.kind is ItemKind.MILESTONE and (entry.score or 0) >= 4
                settled = (settled or entry.kind in SETTLES or smiled) and entry.kind not in SHUTS
        return settled

    def teardown(self):
        if getattr(self, "lines", None) is None or not self.entries:
            return
        until = self.now + timedelta(days=1)
        told = standing_of(self.lines, self.entries, last_set=self.last_set)
        history = history_of(self.lines, self.entries, last_set=self.last_set)
        states = {key: item.state for key, item in told.items.items()}
        assert states == {key: item.state for key, item in history.standing.items.items()}
        assert told.phase is history.standing.phase
        self.check_phase(told)
        self.check_clocks(
            clocks_in(history, calendars=self.calendars, until=until),
            end=min(until, history.ended or until),
        )

    def check_phase(self, told: PlanStanding) -> None:
        """Sold needs sets 1 to 3; onboarded set 6 and the last question."""
        required = [line for line in self.lines if line.required]
        upto_3 = all(self.is_settled(line) for line in required if line.set_number <= 3)
        whole = all(self.is_settled(line) for line in required)
        answers = [entry.answer for entry in self.entries if entry.kind is K.EXIT_ANSWERED]
        if told.phase is PlanPhase.SOLD:
            assert upto_3
        if told.phase is PlanPhase.ONBOARDED:
            assert self.last_set == 6
            assert whole
            assert answers[-1] is ExitAnswer.YES

    def check_clocks(self, clocks: Clocks, *, end: datetime) -> None:
        """Remembered is the sum of its owners, without gap or overlap, each with its evidence."""
        agreed = [entry for entry in self.entries if entry.kind is K.AGREED]
        assert bool(clocks.intervals) is bool(agreed and end > agreed[0].at)
        if not clocks.intervals:
            return
        assert clocks.intervals[0].start == agreed[0].at
        assert clocks.intervals[-1].end == end
        assert all(before.end == after.start for before, after in pairwise(clocks.intervals))
        assert all(each.start < each.end for each in clocks.intervals)
        owned = sum((clocks.owned_by(owner) for owner in Owner), timedelta())
        held = sum((clocks.held_by(party) for party in Party), timedelta())
        assert clocks.remembered == owned == held == end - agreed[0].at
        for each in clocks.intervals:
            self.check_interval(each)

    def check_interval(self, each) -> None:
        evidence = self.entries[each.evidence - 1]
        assert evidence.number == each.evidence
        assert evidence.at <= each.start
        hours = self.calendars.of(each.held_by)
        middle = each.start + (each.end - each.start) / 2
        works = hours is None or is_worked(middle, hours)
        assert works is (each.owner is not Owner.CALENDAR)
        if each.owner in PARTIES:
            assert each.held_by is PARTIES[each.owner]
        if each.held_by is not Party.US:
            asked = [
                entry
                for entry in self.entries
                if entry.item == each.item and entry.kind in ASKS and entry.at <= each.start
            ]
            assert asked, "a delay is theirs without evidence"


TestPlans = PlanMachine.TestCase
TestPlans.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)

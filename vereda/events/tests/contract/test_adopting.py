"""Adoption: first uses, patterns and intervals, against an obvious computation in Python."""

import itertools
import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from vereda.events.contracts.adopting import (
    Lasting,
    UseAbsence,
    UseAround,
    UseDuration,
    UseGroup,
    UsesOfSubject,
)
from vereda.events.contracts.arriving import Kind
from vereda.events.contracts.measuring import Per
from vereda.events.testing import ACME, GLOBEX, a_submission, an_event

START = date(2026, 1, 1)
TODAY = date(2026, 3, 31)
WEEKLY: dict[str, Any] = {"longest": 10, "shortest": 21, "fewest": 4}
ANYTHING = UseGroup(**WEEKLY)
OPENING = UseGroup(names=("Opened",), **WEEKLY)


def day_at(number, hour=12):
    """So many days after the start."""
    day = START + timedelta(days=number)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def on(number):
    return START + timedelta(days=number)


@pytest.fixture
def told(store):
    def tell(*events, workspace=ACME):
        store.add(a_submission(*events, workspace=workspace))

    return tell


def used(number, name="Opened", *, account="a1", person="u1", hour=12):
    return an_event(name, account_key=account, person_key=person, occurred_at=day_at(number, hour))


def told_of(store, *, until=None, **asked):
    """What the store counts of durations, in order; on the tenth day, if no other is said."""
    return sorted(
        (one.place, one.what, one.month_on, one.days, one.happened, one.count)
        for one in store.use_durations(ACME, on=until or on(10), **asked)
    )


def test_the_first_use_the_second_day_and_the_last_use(store, told):
    told(used(3, hour=15), used(3, hour=9), used(5, hour=8), used(5, hour=20), used(9))

    assert store.uses_by_subject(ACME, groups=[OPENING]) == [
        UsesOfSubject(
            key="a1",
            place=0,
            first_at=day_at(3, 9),
            completed_at=day_at(5, 8),
            last_at=day_at(9),
            use_days=3,
            gap_squares=4 + 16,
            longest_gap=4,
            regular_on=None,
            regular_days=0,
        )
    ]


def test_one_day_of_use_completes_nothing(store, told):
    told(used(3, hour=9), used(3, hour=15))

    (found,) = store.uses_by_subject(ACME, groups=[OPENING])

    assert (found.use_days, found.completed_at, found.longest_gap) == (1, None, 0)


def test_with_steps_the_first_use_is_complete_when_each_of_them_came(store, told):
    stepped = UseGroup(
        names=("Opened", "Saved", "Sent"), steps=(("Saved", "Stored"), ("Sent",)), **WEEKLY
    )
    told(
        used(1),
        used(2, "Sent"),
        used(4, "Stored", hour=7),
        used(6, "Saved"),
        used(1, "Sent", account="a2"),
        used(2, "Sent", account="a2"),
    )

    found = {
        one.key: one
        for one in store.uses_by_subject(ACME, groups=[OPENING, stepped])
        if one.place == 1
    }

    assert found["a1"].completed_at == day_at(4, 7)
    assert found["a2"].completed_at is None


def test_a_regular_pattern_keeps_its_period_long_enough(store, told):
    weekly = [2, 9, 17, 27]
    told(
        *(used(number) for number in (0, 1, *[30 + day for day in weekly])),
        *(used(number, account="too-short") for number in (0, 5, 10, 20)),
        *(used(number, account="too-few") for number in (0, 10, 20)),
        *(used(number, account="torn") for number in (0, 7, 14, 25, 32)),
    )

    found = {
        one.key: (one.regular_on, one.regular_days)
        for one in store.uses_by_subject(ACME, groups=[OPENING])
    }

    assert found == {
        "a1": (on(32), 25),
        "too-short": (None, 0),
        "too-few": (None, 0),
        "torn": (None, 0),
    }


def test_groups_without_names_mean_anything(store, told):
    told(used(3, "Closed"), used(5, "Opened"))

    found = store.uses_by_subject(ACME, groups=[OPENING, ANYTHING])

    assert [(one.place, one.first_at) for one in found] == [(0, day_at(5)), (1, day_at(3))]


def test_what_is_no_use_and_who_is_nobody_is_left_out(store, told):
    told(
        used(3),
        an_event("identify", kind=Kind.IDENTIFY, account_key="a2", occurred_at=day_at(2)),
        an_event("Opened", account_key="", person_key="u9", occurred_at=day_at(2)),
    )
    told(used(1), workspace=GLOBEX)

    found = store.uses_by_subject(ACME, groups=[ANYTHING])

    assert [(one.key, one.first_at) for one in found] == [("a1", day_at(3))]


def test_several_keys_of_one_account_are_one(store, told):
    told(used(8, account="old"), used(3, account="new"), used(5, account="old"))

    (found,) = store.uses_by_subject(ACME, groups=[OPENING], together=[["new", "old"]])

    assert (found.key, found.first_at, found.completed_at, found.use_days) == (
        "new",
        day_at(3),
        day_at(5),
        3,
    )


def test_only_those_asked_for_are_told_of(store, told):
    told(used(1), used(2, account="a2"), used(3, account="a3"))

    found = store.uses_by_subject(ACME, groups=[OPENING], keys=["a2", "a4"])

    assert [one.key for one in found] == ["a2"]
    assert store.uses_by_subject(ACME, groups=[OPENING], keys=[]) == []


def test_people_are_counted_by_the_days_from_when_they_were_first_seen(store, told):
    told(
        used(0, "Closed", person="u1"),
        used(4, person="u1"),
        used(6, person="u1"),
        used(0, "Closed", person="u2"),
        used(4, person="u2"),
        used(9, person="u3"),
    )

    first, completed = Lasting.FIRST_USE, Lasting.COMPLETED
    assert told_of(store, groups=[OPENING], per=Per.PERSON, whats=[first, completed]) == [
        (0, first, on(0), 0, True, 1),
        (0, first, on(0), 4, True, 2),
        (0, completed, on(0), 1, False, 1),
        (0, completed, on(0), 6, True, 1),
        (0, completed, on(0), 10, False, 1),
    ]


def test_people_are_put_together_by_the_month_in_which_they_were_first_seen(store, told):
    told(
        used(30, "Closed", person="u1"),
        used(32, person="u1"),
        used(30, person="u2"),
        used(33, person="u3"),
        used(35, "Closed", person="u4"),
    )

    found = told_of(
        store, groups=[OPENING], per=Per.PERSON, whats=[Lasting.FIRST_USE], until=on(40)
    )

    assert found == [
        (0, Lasting.FIRST_USE, on(0), 0, True, 1),
        (0, Lasting.FIRST_USE, on(0), 2, True, 1),
        (0, Lasting.FIRST_USE, on(31), 0, True, 1),
        (0, Lasting.FIRST_USE, on(31), 5, False, 1),
    ]


def test_a_milestone_with_steps_is_reached_on_the_day_of_the_last_of_them(store, told):
    stepped = UseGroup(names=("Opened", "Sent"), steps=(("Opened",), ("Sent",)), **WEEKLY)
    told(used(0, "Closed"), used(2), used(3), used(7, "Sent"), used(1, person="u2"))

    found = told_of(
        store, groups=[OPENING, stepped], per=Per.PERSON, whats=[Lasting.COMPLETED], until=on(9)
    )

    assert found == [
        (0, Lasting.COMPLETED, on(0), 3, True, 1),
        (0, Lasting.COMPLETED, on(0), 8, False, 1),
        (1, Lasting.COMPLETED, on(0), 7, True, 1),
        (1, Lasting.COMPLETED, on(0), 8, False, 1),
    ]


def test_several_keys_of_one_person_wait_once(store, told):
    told(used(0, "Closed", person="old"), used(4, person="new"))

    found = told_of(
        store,
        groups=[OPENING],
        per=Per.PERSON,
        whats=[Lasting.FIRST_USE, Lasting.REGULAR],
        until=on(9),
        together=[["new", "old"]],
    )

    assert found == [
        (0, Lasting.FIRST_USE, on(0), 4, True, 1),
        (0, Lasting.REGULAR, on(0), 9, False, 1),
    ]


def test_one_day_is_a_regular_pattern_where_that_is_enough(store, told):
    enough = UseGroup(names=("Opened",), longest=2, shortest=0, fewest=1)
    told(used(0, "Closed"), used(3), used(20))

    found = told_of(store, groups=[enough], per=Per.PERSON, whats=[Lasting.REGULAR])

    assert found == [(0, Lasting.REGULAR, on(0), 3, True, 1)]


def test_nothing_asked_is_nothing_told(store, told):
    told(used(0))

    assert told_of(store, groups=[OPENING], per=Per.PERSON, whats=[]) == []
    assert told_of(store, groups=[], per=Per.PERSON, whats=list(Lasting)) == []


def test_intervals_are_closed_by_the_next_use_or_wait(store, told):
    told(used(1), used(3), used(8), used(5, account="a2"))

    assert told_of(store, groups=[OPENING], per=Per.ACCOUNT, whats=[Lasting.NEXT_USE]) == [
        (0, Lasting.NEXT_USE, on(0), 2, False, 1),
        (0, Lasting.NEXT_USE, on(0), 2, True, 1),
        (0, Lasting.NEXT_USE, on(0), 5, False, 1),
        (0, Lasting.NEXT_USE, on(0), 5, True, 1),
    ]


def test_absences_are_long_enough_and_may_last(store, told):
    told(used(1), used(3), used(20), used(2, account="a2"))

    assert store.use_absences(ACME, groups=[OPENING], days=14, on=on(30)) == [
        UseAbsence(key="a1", place=0, since_on=on(3), until_on=on(20)),
        UseAbsence(key="a2", place=0, since_on=on(2), until_on=None),
    ]


def test_the_uses_around_a_span_are_the_nearest(store, told):
    told(*(used(number) for number in (1, 4, 5, 9, 12)))

    found = store.uses_around(ACME, groups=[OPENING], spans=[(on(5), on(6)), (on(13), on(20))])

    assert found == [
        UseAround(key="a1", place=0, span=0, before_on=on(4), after_on=on(9)),
        UseAround(key="a1", place=0, span=1, before_on=on(12), after_on=None),
    ]


# --- Against a plain computation --------------------------------------------------------


def plain_uses(days, group):
    """The same from sorted days with their first and last instants."""
    ordered = sorted(days)
    gaps = [(later - day).days for day, later in itertools.pairwise(ordered)]
    stretches = [[ordered[0]]]
    for day, gap in zip(ordered[1:], gaps, strict=True):
        if gap > group.longest:
            stretches.append([])
        stretches[-1].append(day)
    regular = [
        each
        for each in stretches
        if len(each) >= group.fewest and (each[-1] - each[0]).days >= group.shortest
    ]
    return (
        len(ordered),
        sum(gap * gap for gap in gaps),
        max(gaps, default=0),
        regular[0][0] if regular else None,
        sum((each[-1] - each[0]).days for each in regular),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_tells_the_same_as_going_through_all_days(store, told, seed):
    dice = random.Random(seed)  # noqa: S311 - chance, not a secret  # noqa: S311 - chance, not a secret
    names = ("Opened", "Saved", "Sent")
    groups = [
        UseGroup(names=("Opened",), **WEEKLY),
        UseGroup(names=("Saved", "Sent"), longest=3, shortest=6, fewest=3),
        ANYTHING,
    ]
    events = [
        used(
            dice.randrange(90),
            dice.choice(names),
            person=f"u{dice.randrange(6)}",
            hour=dice.randrange(24),
        )
        for _ in range(160)
    ]
    told(*events)
    days: dict[tuple[str, int], set[date]] = defaultdict(set)
    starts: dict[str, date] = {}
    for event in events:
        day = event.occurred_at.date()
        starts[event.person_key] = min(day, starts.get(event.person_key, day))
        for place, group in enumerate(groups):
            if not group.names or event.name in group.names:
                days[event.person_key, place].add(day)

    found = store.uses_by_subject(ACME, groups=groups, per=Per.PERSON)

    assert {
        (one.key, one.place): (
            one.use_days,
            one.gap_squares,
            one.longest_gap,
            one.regular_on,
            one.regular_days,
        )
        for one in found
    } == {key: plain_uses(held, groups[key[1]]) for key, held in days.items()}
    counted: Counter[tuple[int, int, date, int, bool]] = Counter()
    for person, place in itertools.product(starts, range(len(groups))):
        seen, held = starts[person], days.get((person, place), set())
        ordered = sorted(held)
        regular = plain_uses(held, groups[place])[3] if held else None
        for what, reached in enumerate((ordered[:1], ordered[1:2], [regular] if regular else [])):
            until = reached[0] if reached else TODAY
            counted[place, what, seen.replace(day=1), (until - seen).days, bool(reached)] += 1
        for day, later in zip(ordered, [*ordered[1:], None], strict=False):
            until = later or TODAY
            month = ordered[0].replace(day=1)
            counted[place, Lasting.NEXT_USE, month, (until - day).days, later is not None] += 1
    found = store.use_durations(ACME, groups=groups, per=Per.PERSON, on=TODAY)
    assert all(isinstance(one, UseDuration) for one in found)
    assert {
        (one.place, one.what, one.month_on, one.days, one.happened): one.count for one in found
    } == counted

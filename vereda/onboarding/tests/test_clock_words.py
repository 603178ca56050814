"""Clocks and promises in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.foundation.testing import MORNING
from vereda.onboarding.contracts.plans import Clocks, Interval, Owner
from vereda.onboarding.contracts.templates import Party, SetNumber
from vereda.onboarding.rules.promises import PromiseStanding, PromiseState
from vereda.onboarding.wording.clocks import promise_words, remembered_words, whole_days

HOUR = timedelta(hours=1)


def held(*stretches: tuple[Party, timedelta]) -> Clocks:
    """Clocks in which one party after the other had to act."""
    intervals, start = [], MORNING
    for party, length in stretches:
        intervals.append(
            Interval(
                start=start,
                end=start + length,
                owner=Owner.US,
                held_by=party,
                set_number=SetNumber.NEEDS,
                item="",
                evidence=1,
            )
        )
        start += length
    return Clocks(start=MORNING, end=start, intervals=tuple(intervals))


@given(
    st.lists(
        st.tuples(st.sampled_from(Party), st.timedeltas(HOUR, timedelta(days=90))),
        min_size=1,
        max_size=8,
    )
)
def test_whole_days_add_up_to_what_is_remembered(stretches):
    clocks = held(*stretches)
    assert sum(whole_days(clocks).values()) == round(clocks.remembered / timedelta(days=1))


def test_the_customer_reads_whose_the_days_were():
    clocks = held((Party.THEM, 7 * 24 * HOUR), (Party.US, 3 * 24 * HOUR))
    assert remembered_words(clocks) == (
        "10 days since you said yes: 3 days it was up to us, 7 days we waited for you."
    )


NINTH = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("standing", "missing", "words"),
    [
        (
            PromiseStanding(state=PromiseState.WAITING),
            ("Your list",),
            "3 work days after you give us: Your list.",
        ),
        (PromiseStanding(state=PromiseState.DUE, due_on=NINTH), (), "Promised for 9 Nov 2026."),
        (
            PromiseStanding(state=PromiseState.LATE, due_on=NINTH, late_days=1),
            (),
            "Promised for 9 Nov 2026: 1 day late.",
        ),
        (
            PromiseStanding(state=PromiseState.KEPT, due_on=NINTH, delivered_on=NINTH),
            (),
            "Promised for 9 Nov 2026, and kept.",
        ),
    ],
)
def test_a_promise_is_a_time_after_what_is_missing_and_later_a_day(standing, missing, words):
    assert promise_words(standing, work_days=3, missing=missing) == words

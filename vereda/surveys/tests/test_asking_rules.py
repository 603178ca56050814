"""Who is asked and who is not: the table of reasons, sampling, quiet days."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from vereda.foundation.testing import MORNING
from vereda.surveys.contracts import RepeatUnit, Repetition, SkipReason
from vereda.surveys.rules.asking import (
    AskingRules,
    Candidate,
    choose_people,
    due_again_on,
    sending_day,
    skip_reason,
)

RULES = AskingRules(recontact_days=90)
ALREADY = MORNING - timedelta(days=1)


def somebody(number=1, **said):
    values = {
        "person_id": UUID(int=number),
        "account_id": UUID(int=99),
        "email": f"p{number}@a.example",
        "said_yes": True,
        **said,
    }
    return Candidate(**values)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({}, None),
        ({"email": ""}, SkipReason.NO_ADDRESS),
        ({"restricted": True}, SkipReason.RESTRICTED),
        ({"said_yes": False}, SkipReason.REFUSED),
        ({"said_yes": None}, SkipReason.NO_CONSENT),
        ({"has_open": True}, SkipReason.ANOTHER_OPEN),
        ({"last_asked_at": ALREADY}, SkipReason.ASKED_RECENTLY),
        ({"last_asked_at": MORNING - timedelta(days=89, hours=23)}, SkipReason.ASKED_RECENTLY),
        ({"last_asked_at": MORNING - timedelta(days=90)}, None),
        ({"last_asked_at": MORNING - timedelta(days=400)}, None),
        ({"has_open": True, "last_asked_at": ALREADY}, SkipReason.ANOTHER_OPEN),
        ({"said_yes": False, "has_open": True}, SkipReason.REFUSED),
        ({"email": "", "said_yes": False}, SkipReason.NO_ADDRESS),
    ],
)
def test_the_first_reason_that_holds_is_told(said, reason):
    assert skip_reason(somebody(**said), rules=RULES, now=MORNING) is reason


def test_no_recontact_rule_asks_again_at_once():
    rules = AskingRules(recontact_days=0)

    assert skip_reason(somebody(last_asked_at=ALREADY), rules=rules, now=MORNING) is None


def test_nobody_is_asked_twice_in_one_sending():
    twice = [somebody(1), somebody(1, account_id=UUID(int=98))]
    same_address = somebody(2, email="P1@A.example")

    choice = choose_people([*twice, same_address], rules=RULES, now=MORNING)

    assert [each.person_id for each in choice.asked] == [UUID(int=1)]
    assert choice.skipped == [(same_address, SkipReason.SAME_ADDRESS)]


def test_a_share_is_drawn_by_lot_and_is_the_same_when_looked_at_twice():
    people = [somebody(number) for number in range(1, 2_001)]
    rules = AskingRules(recontact_days=90, share=30, seed="a wave")

    first, again = (choose_people(people, rules=rules, now=MORNING) for _ in range(2))
    other = choose_people(
        people, rules=AskingRules(recontact_days=90, share=30, seed="another"), now=MORNING
    )

    assert first == again
    assert {each.person_id for each in other.asked} != {each.person_id for each in first.asked}
    assert 540 <= len(first.asked) <= 660
    assert {reason for _each, reason in first.skipped} == {SkipReason.NOT_SAMPLED}


@pytest.mark.parametrize(
    ("quiet", "day"),
    [
        ([], date(2026, 11, 21)),
        ([5, 6], date(2026, 11, 23)),
        ([5], date(2026, 11, 22)),
        ([0, 5, 6], date(2026, 11, 24)),
        (list(range(7)), date(2026, 11, 21)),
    ],
)
def test_letters_wait_for_a_day_that_is_not_quiet(quiet, day):
    saturday = date(2026, 11, 21)

    assert sending_day(saturday, quiet=quiet) == day


@pytest.mark.parametrize(
    ("last_on", "every", "unit", "due_on"),
    [
        (date(2026, 11, 2), 90, RepeatUnit.DAYS, date(2027, 1, 31)),
        (date(2026, 11, 2), 3, RepeatUnit.MONTHS, date(2027, 2, 2)),
        (date(2026, 11, 30), 3, RepeatUnit.MONTHS, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, RepeatUnit.MONTHS, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, RepeatUnit.MONTHS, date(2027, 12, 31)),
        (date(2026, 1, 31), 24, RepeatUnit.MONTHS, date(2028, 1, 31)),
    ],
)
def test_the_day_from_which_somebody_is_asked_again(last_on, every, unit, due_on):
    assert due_again_on(last_on, again=Repetition(every, unit)) == due_on


def test_once_means_never_again_unless_a_time_was_said():
    once = AskingRules(recontact_days=0, once=True)
    again = replace(once, again=Repetition(10, RepeatUnit.DAYS))

    def told(rules, *, days):
        asked = somebody(last_invited_at=MORNING - timedelta(days=days), last_asked_at=None)
        return skip_reason(asked, rules=rules, now=MORNING)

    assert told(once, days=4_000) is SkipReason.ALREADY_INVITED
    assert told(again, days=9) is SkipReason.NOT_AGAIN_YET
    assert told(again, days=10) is None
    assert skip_reason(somebody(), rules=once, now=MORNING) is None
    assert skip_reason(somebody(), rules=again, now=MORNING) is None


def test_days_until_asked_again_are_those_of_the_workspace():
    """Asked late in the evening there, it is the next day in UTC already."""
    zone = ZoneInfo("America/Bogota")
    rules = AskingRules(
        recontact_days=0, once=True, again=Repetition(1, RepeatUnit.DAYS), zone=zone
    )
    asked = somebody(last_invited_at=datetime(2026, 11, 1, 23, tzinfo=zone))

    told = [
        skip_reason(asked, rules=rules, now=datetime(2026, 11, day, hour, tzinfo=zone))
        for day, hour in ((1, 23), (2, 0))
    ]

    assert told == [SkipReason.NOT_AGAIN_YET, None]

"""Who is asked and who is not: the table of reasons, sampling, quiet days."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from vereda.foundation.testing import MORNING
from vereda.surveys.contracts import SkipReason
from vereda.surveys.rules.asking import (
    AskingRules,
    Candidate,
    choose_people,
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

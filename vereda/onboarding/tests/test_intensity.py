"""The newer, the more innovative and the more expensive, the closer the follow-up."""

from itertools import product

import pytest

from vereda.onboarding.contracts.intensity import FollowUpBy, IntensityCause, Newness
from vereda.onboarding.rules.intensity import intensity_of, newness_after
from vereda.onboarding.wording.templates import intensity_value_words, intensity_words
from vereda.product.contracts import InnovationLevel, PriceClass

NEWER = (Newness.KNOWN, Newness.LEARNING, Newness.FIRST_TIME)
ORDERS = (list(InnovationLevel), list(PriceClass), list(NEWER))
EVERY = list(product(*ORDERS))
STRENGTH = {FollowUpBy.EMAIL: 0, FollowUpBy.CALL: 1, FollowUpBy.MEETING: 2}


def asked(innovation, price, newness):
    return intensity_of(innovation=innovation, price=price, newness=newness)


def test_what_is_cheap_familiar_and_known_gets_one_email_and_never_less():
    least = asked(InnovationLevel.FAMILIAR, PriceClass.LOW, Newness.KNOWN)
    assert (least.follow_ups, least.by, least.days) == (1, FollowUpBy.EMAIL, (7,))
    assert intensity_words(least) == "One follow-up by e-mail, 7 days after the opening."
    assert min(asked(*each).follow_ups for each in EVERY) == 1


def test_what_is_new_innovative_and_expensive_gets_seven_meetings_from_the_first_day_on():
    most = asked(InnovationLevel.NEW_TO_ALL, PriceClass.HIGH, Newness.FIRST_TIME)
    assert (most.follow_ups, most.by) == (7, FollowUpBy.MEETING)
    assert most.days == (1, 6, 11, 16, 21, 26, 31)
    assert intensity_words(most) == (
        "7 follow-ups: the first by e-mail 1 day after the opening, then every 5 days in a meeting "
        "with the onboarding lead."
    )


@pytest.mark.parametrize("each", EVERY)
@pytest.mark.parametrize("place", range(3))
def test_each_cause_alone_makes_it_closer_and_nothing_looser(place, each):
    level = ORDERS[place].index(each[place])
    more = [*each]
    more[place] = ORDERS[place][min(level + 1, 2)]
    less, closer = asked(*each), asked(*more)
    assert closer.follow_ups - less.follow_ups == (1 if level < 2 else 0)
    assert closer.first_after_days <= less.first_after_days
    assert closer.every_days <= less.every_days
    assert STRENGTH[closer.by] >= STRENGTH[less.by]


def test_it_says_why():
    told = asked(InnovationLevel.NEW_TO_ALL, PriceClass.LOW, Newness.LEARNING)
    assert [(part.cause, part.points) for part in told.parts] == [
        (IntensityCause.INNOVATION, 2),
        (IntensityCause.PRICE, 0),
        (IntensityCause.NEWNESS, 1),
    ]
    assert told.points == 3
    assert [intensity_value_words(part) for part in told.parts] == [
        "New to everybody: nobody has worked like this",
        "Low",
        "Still new to us: fewer than five have finished this way",
    ]


def test_a_way_is_known_from_the_fifth_customer_on():
    assert [newness_after(count) for count in (0, 1, 4, 5, 900)] == [
        Newness.FIRST_TIME,
        Newness.LEARNING,
        Newness.LEARNING,
        Newness.KNOWN,
        Newness.KNOWN,
    ]

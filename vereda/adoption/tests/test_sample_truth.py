"""Against the sample's hidden truth: who was planted as never using it is who the alarm finds."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from vereda.adoption.rules.patterns import Uses, uses_on
from vereda.adoption.rules.sentinel import alarm_point
from vereda.adoption.rules.survival import curve_of
from vereda.adoption.rules.tables import spell_until
from vereda.sample.contracts import Story
from vereda.sample.rules.lives import paying_since
from vereda.sample.rules.usage import usage_by_month
from vereda.sample.rules.world import invent_world

TODAY = date(2026, 11, 2)
RATE = 0.1


@dataclass(frozen=True)
class Bought:
    """An account that began to pay in the two years that are told."""

    story: Story
    sold_on: date
    watched_until: date
    uses: Uses | None

    @property
    def waited(self):
        """How many days it took, or has not come so far."""
        first = self.uses.first_on if self.uses else None
        return spell_until(self.sold_on, first, watched_until=self.watched_until)

    def alarmed(self, point):
        """Had nobody used it when the alarm was due?"""
        return (self.waited.happened and self.waited.days > point) or (
            not self.waited.happened and self.waited.days >= point
        )


@pytest.fixture(scope="module")
def bought():
    world = invent_world(TODAY, companies=240)
    days = defaultdict(set)
    for batch in usage_by_month(world):
        for at, key in zip(batch.occurred_at, batch.account, strict=True):
            days[key].add(datetime.fromtimestamp(at // 1000, tz=UTC).date())
    told = []
    for account in world.accounts:
        sold_on, left = paying_since(account.company), account.life.leaves_on
        if sold_on < world.window.starts_on or (left is not None and left <= sold_on):
            continue
        told.append(
            Bought(
                story=account.company.story,
                sold_on=sold_on,
                watched_until=min(left or TODAY, TODAY),
                uses=uses_on(sorted(days[account.company.external_id]), period=7),
            )
        )
    return told


@pytest.fixture(scope="module")
def point(bought):
    return alarm_point(curve_of(each.waited for each in bought), false_alarms=RATE, otherwise=30)


def test_the_point_is_learned_from_those_who_began(bought, point):
    assert point.learned
    assert point.beginners == sum(1 for each in bought if each.waited.happened) > 80
    assert 7 <= point.days <= 30


def test_those_who_use_it_are_called_too_early_no_more_often_than_stated(bought, point):
    began = [each for each in bought if each.waited.happened]

    early = sum(each.alarmed(point.days) for each in began)

    assert early / len(began) <= RATE


def test_most_who_were_planted_as_never_using_it_are_found(bought, point):
    planted = [each for each in bought if each.story is Story.NEVER_USED]
    others = [each for each in bought if each.story is not Story.NEVER_USED]

    found = sum(each.alarmed(point.days) for each in planted) / len(planted)
    wrongly = sum(each.alarmed(point.days) for each in others) / len(others)

    assert len(planted) >= 8
    assert found >= 0.4
    assert wrongly <= 0.12
    assert found >= 4 * wrongly


def test_regular_use_tells_them_apart(bought):
    """Of those watched for three months: hardly anybody planted uses it every week."""

    def regular(planted):
        chosen = [
            each
            for each in bought
            if (each.story is Story.NEVER_USED) is planted
            and (each.watched_until - each.sold_on).days >= 90
        ]
        return sum(bool(each.uses and each.uses.regular_since_on) for each in chosen) / len(chosen)

    assert regular(planted=False) >= 0.9
    assert regular(planted=True) <= 0.2

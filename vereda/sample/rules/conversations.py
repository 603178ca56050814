"""What members noted about each account, and when: the life seen from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from vereda.sample.contracts import (
    Company,
    InventedConversation,
    InventedPerson,
    Life,
    Story,
    Window,
)
from vereda.sample.rules.calendar import same_day_next_year
from vereda.sample.rules.catalogue import product_named
from vereda.sample.rules.chance import dice_for
from vereda.sample.rules.phrases import BODIES, KIND_OF, TITLES, Occasion

REVIEW_EVERY_DAYS = {"high": 91, "low": 182}
GOOD_HEALTH, POOR_HEALTH = 0.66, 0.45
SEEN_LATE_DAYS = 40


@dataclass(frozen=True, slots=True)
class Moment:
    on: date
    occasion: Occasion


def conversations_of(
    seed: int, company: Company, life: Life, people: tuple[InventedPerson, ...], window: Window
) -> tuple[InventedConversation, ...]:
    """Everything written down within the window, oldest first."""
    dice = dice_for(seed, company.external_id, "conversations")
    end = min(window.today, life.leaves_on or window.today)
    moments = sorted(
        (_on_a_weekday(moment) for moment in _moments(dice, company, life, window)),
        key=lambda moment: (moment.on, moment.occasion),
    )
    return tuple(
        _written(dice, company, life, people, moment)
        for moment in moments
        if max(window.starts_on, company.signed_up_on) <= moment.on < end
    )


def _on_a_weekday(moment: Moment) -> Moment:
    back = max(0, moment.on.weekday() - 4)
    return Moment(moment.on - timedelta(days=back), moment.occasion)


def _moments(dice: Random, company: Company, life: Life, window: Window) -> Iterator[Moment]:
    start = company.signed_up_on
    if company.story is not Story.TRIAL_ONLY and company.tier != "tech":
        yield Moment(start + timedelta(days=dice.randint(3, 10)), Occasion.KICKOFF)
    if company.tier != "tech" or dice.random() < 0.4:
        yield Moment(start + timedelta(days=dice.randint(20, 40)), Occasion.TRAINING)
    yield from _reviews(dice, company, life)
    yield from _renewals(company, window)
    yield from _turns_of_the_story(dice, company, life)
    yield from _observations(dice, company, life)


def _reviews(dice: Random, company: Company, life: Life) -> Iterator[Moment]:
    every = REVIEW_EVERY_DAYS.get(company.tier)
    if every is None or company.story is Story.TRIAL_ONLY:
        return
    for week in life.weeks[every // 7 :: every // 7]:
        if week.health < 0.35 and dice.random() < 0.5:
            occasion = Occasion.SILENCE
        elif week.health < POOR_HEALTH:
            occasion = Occasion.REVIEW_BAD
        else:
            good = week.health > GOOD_HEALTH
            occasion = Occasion.REVIEW_GOOD if good else Occasion.REVIEW_MIXED
        yield Moment(week.starts_on + timedelta(days=dice.randint(0, 4)), occasion)


def _renewals(company: Company, window: Window) -> Iterator[Moment]:
    if not company.pays_yearly:
        return
    for years in range(1, 6):
        day = same_day_next_year(company.signed_up_on, years) - timedelta(days=50)
        if day < window.today:
            yield Moment(day, Occasion.RENEWAL)


def _turns_of_the_story(dice: Random, company: Company, life: Life) -> Iterator[Moment]:
    if life.champion_left_on and dice.random() < 0.6:
        yield Moment(life.champion_left_on - timedelta(days=8), Occasion.CHAMPION_GOING)
    if life.champion_replaced_on:
        yield Moment(life.champion_replaced_on + timedelta(days=12), Occasion.CHAMPION_NEW)
    if life.decided_to_leave_on and company.story is not Story.TRIAL_ONLY:
        yield Moment(life.decided_to_leave_on + timedelta(days=6), Occasion.GOODBYE)
    began = life.story_began_on
    if began is None:
        return
    told = {
        Story.TICKET_STORM: Occasion.STORM,
        Story.PRICE_SQUEEZE: Occasion.SQUEEZE,
        Story.GROWING: Occasion.GROWTH,
        Story.QUIET_DEATH: Occasion.SILENCE,
    }.get(company.story)
    seen = 0.35 if company.story is Story.QUIET_DEATH else 0.9
    if told and dice.random() < seen:
        yield Moment(began + timedelta(days=SEEN_LATE_DAYS), told)


def _observations(dice: Random, company: Company, life: Life) -> Iterator[Moment]:
    odds = {"high": 0.05, "low": 0.025, "tech": 0.006}[company.tier]
    for week in life.weeks:
        if dice.random() < odds:
            day = week.starts_on + timedelta(days=dice.randint(0, 4))
            yield Moment(day, Occasion.OBSERVATION)


def _written(
    dice: Random, company: Company, life: Life, people: tuple[InventedPerson, ...], moment: Moment
) -> InventedConversation:
    champion = _champion_on(people, moment.on)
    decider = next(person for person in people if person.part == "decides")
    features = [feature for key in company.products for feature in product_named(key).features]
    feature, other = dice.sample(features[:7], 2)
    words = {
        "champion": champion.name,
        "decider": decider.name,
        "account": company.name,
        "feature": feature.name,
        "other_feature": other.name,
        "seats": _seats_on(life, company, moment.on),
        "product": product_named(company.products[0]).name,
    }
    at = time(dice.randint(8, 15), dice.choice((0, 15, 30, 45)), tzinfo=UTC)
    return InventedConversation(
        account_external_id=company.external_id,
        person_external_ids=(champion.external_id, decider.external_id),
        kind=KIND_OF[moment.occasion],
        title=TITLES[moment.occasion][0 if company.language == "es" else 1].format(**words),
        body=dice.choice(BODIES[company.language][moment.occasion]).format(**words),
        author_email=company.owner_email,
        happened_at=datetime.combine(moment.on, at),
    )


def _champion_on(people: tuple[InventedPerson, ...], day: date) -> InventedPerson:
    champions = [person for person in people if person.part == "champion"]
    here = [person for person in champions if person.joined_on <= day]
    return here[-1] if here else champions[0]


def _seats_on(life: Life, company: Company, day: date) -> int:
    known = [change.seats for change in life.seat_changes if change.on <= day]
    return known[-1] if known else company.seats

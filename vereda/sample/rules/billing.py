"""Subscriptions: each stretch of unchanged terms is one row, so that revenue has a history."""

from __future__ import annotations

from datetime import date
from random import Random

from vereda.sample.contracts import (
    Cause,
    Company,
    InventedChurn,
    InventedSubscription,
    Life,
    SeatChange,
    Story,
)
from vereda.sample.rules.calendar import same_day_next_month, same_day_next_year
from vereda.sample.rules.catalogue import PLANS, product_named
from vereda.sample.rules.chance import dice_for, weighted_choice
from vereda.sample.rules.lives import paying_since

CURRENCY = "EUR"
YEARLY_RISE = 1.03
SECOND_PRODUCT_SHARE = 0.6
BIG_CUSTOMER_DISCOUNT = (0.8, 0.95)
SAYS_SOMETHING_ELSE = 0.25

SAID_REASON = {
    Cause.LOW_VALUE: "not_enough_value",
    Cause.USAGE_FADED: "not_enough_value",
    Cause.CHAMPION_LEFT: "sponsor_left",
    Cause.SUPPORT: "support",
    Cause.BUDGET: "price",
    Cause.NEVER_ADOPTED: "not_adopted",
    Cause.TRIAL_ENDED: "trial_ended",
}
POLITE_REASONS = {"price": 4.0, "competitor": 3.0, "business_closed": 1.0}
COMMENTS = {
    "not_enough_value": ("No le sacamos partido suficiente.", "We never got enough out of it."),
    "sponsor_left": (
        "La persona que lo impulsaba ya no está.",
        "The person who drove it has gone.",
    ),
    "support": ("Demasiados días esperando respuestas.", "Too many days waiting for answers."),
    "price": ("Nos han recortado el presupuesto.", "Our budget has been cut."),
    "not_adopted": ("Nunca llegamos a arrancar.", "We never really started."),
    "trial_ended": ("Era solo una prueba.", "It was only a trial."),
    "competitor": ("Nos pasamos a otra herramienta.", "We are moving to another tool."),
    "business_closed": ("Cerramos esa línea de negocio.", "We are closing that line of business."),
}


def subscriptions_of(
    seed: int, company: Company, life: Life, today: date
) -> tuple[InventedSubscription, ...]:
    """The trial if there was one, then every stretch of terms of every product."""
    dice = dice_for(seed, company.external_id, "billing")
    discount = dice.uniform(*BIG_CUSTOMER_DISCOUNT) if company.tier == "high" else 1.0
    rows = _trial(company, life, today)
    if company.story is not Story.TRIAL_ONLY:
        for position in range(len(company.products)):
            rows += _terms_of_product(company, life, position, discount, today)
    return tuple(rows)


def _trial(company: Company, life: Life, today: date) -> list[InventedSubscription]:
    if life.trial_ends_on is None:
        return []
    ended = "converted" if company.story is not Story.TRIAL_ONLY else "not_converted"
    return [
        InventedSubscription(
            external_id=f"{company.external_id}-trial",
            account_external_id=company.external_id,
            product_key=company.products[0],
            plan=PLANS[0],
            seats=min(5, company.seats),
            monthly_minor=0,
            currency=CURRENCY,
            pays_yearly=False,
            started_on=company.signed_up_on,
            ends_on=life.trial_ends_on,
            renews_on=None,
            is_trial=True,
            ended_because=ended if life.trial_ends_on < today else "",
        )
    ]


def _terms_of_product(
    company: Company, life: Life, position: int, discount: float, today: date
) -> list[InventedSubscription]:
    starts = _term_starts(company, life, today)
    rows = []
    for number, (change, why_next) in enumerate(starts, 1):
        following = starts[number][0].on if number < len(starts) else life.leaves_on
        rows.append(
            _one_term(company, position, number, change, following, why_next, discount, today)
        )
    return rows


def _term_starts(company: Company, life: Life, today: date) -> list[tuple[SeatChange, str]]:
    """Every day new terms begin, with why these terms ended ('' while they run)."""
    if not life.seat_changes:
        return []  # still on trial
    first = life.seat_changes[0].on
    end = min(today, life.leaves_on or today)
    changes = {change.on: change for change in life.seat_changes}
    why = {change.on: "changed" for change in life.seat_changes[1:]}
    renewal = same_day_next_year(first)
    while company.pays_yearly and renewal < end:
        if renewal not in changes:
            before = max(day for day in changes if day < renewal)
            changes[renewal] = SeatChange(renewal, changes[before].seats, changes[before].plan)
            why[renewal] = "renewed"
        renewal = same_day_next_year(renewal)
    days = sorted(changes)
    endings = [why[day] for day in days[1:]] + ["left" if life.leaves_on else ""]
    return [(changes[day], ending) for day, ending in zip(days, endings, strict=True)]


def _one_term(
    company: Company,
    position: int,
    number: int,
    change: SeatChange,
    ends_on: date | None,
    ended_because: str,
    discount: float,
    today: date,
) -> InventedSubscription:
    key = company.products[position]
    seats = change.seats if position == 0 else max(2, round(change.seats * SECOND_PRODUCT_SHARE))
    years = max(0, (change.on - company.signed_up_on).days // 365)
    price = product_named(key).seat_price_minor[change.plan] * discount * YEARLY_RISE**years
    return InventedSubscription(
        external_id=f"{company.external_id}-{key}-{number:02d}",
        account_external_id=company.external_id,
        product_key=key,
        plan=PLANS[change.plan],
        seats=seats,
        monthly_minor=round(price) * seats,
        currency=CURRENCY,
        pays_yearly=company.pays_yearly,
        started_on=change.on,
        ends_on=ends_on,
        renews_on=None if ends_on else next_renewal(company, today),
        is_trial=False,
        ended_because=ended_because,
    )


def next_renewal(company: Company, today: date) -> date:
    """The first anniversary (or month's end) of the contract that is not past."""
    since = paying_since(company)
    step = same_day_next_year if company.pays_yearly else same_day_next_month
    count = 1
    while step(since, count) < today:
        count += 1
    return step(since, count)


def churn_of(
    seed: int,
    company: Company,
    life: Life,
    subscriptions: tuple[InventedSubscription, ...],
    today: date,
) -> InventedChurn | None:
    """The goodbye of an account that has left by today; what it says is not always why."""
    if life.leaves_on is None or life.cause is None or life.leaves_on >= today:
        return None
    dice = dice_for(seed, company.external_id, "goodbye")
    reason = _said_reason(dice, life.cause)
    ended = [row for row in subscriptions if row.ends_on == life.leaves_on]
    return InventedChurn(
        external_id=f"{company.external_id}-baja",
        account_external_id=company.external_id,
        left_on=life.leaves_on,
        reason=reason,
        comment=COMMENTS[reason][0 if company.language == "es" else 1],
        lost_monthly_minor=sum(row.monthly_minor for row in ended),
        currency=CURRENCY,
    )


def _said_reason(dice: Random, cause: Cause) -> str:
    honest = cause is Cause.TRIAL_ENDED or dice.random() > SAYS_SOMETHING_ELSE
    return SAID_REASON[cause] if honest else weighted_choice(dice, POLITE_REASONS)

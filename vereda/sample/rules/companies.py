"""The customers on the day they sign up: names, places, sizes, groups, planted stories."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from vereda.sample.contracts import HISTORY_DAYS, Company, Story, Window
from vereda.sample.rules.catalogue import colleague_for
from vereda.sample.rules.chance import dice_for, skewed_between, spread, weighted_choice
from vereda.sample.rules.words import INDUSTRIES, PLACES, Place

COMPANIES = 304
COMPANIES_PER_GROUP = 30
DAUGHTERS_PER_GROUP = 3
LONG_STANDING_SHARE = 0.46
OLDEST_DAYS_BEFORE_WINDOW = 900

STORIES = {
    Story.STEADY: 0.3,
    Story.GROWING: 0.15,
    Story.CAMPAIGNS: 0.08,
    Story.LATE_BLOOMER: 0.06,
    Story.QUIET_DEATH: 0.1,
    Story.CHAMPION_LEAVES: 0.1,
    Story.NEVER_USED: 0.08,
    Story.TICKET_STORM: 0.06,
    Story.PRICE_SQUEEZE: 0.04,
    Story.TRIAL_ONLY: 0.03,
}
BRANCHES = {
    "es": ("", " Distribución", " Servicios"),
    "en": ("", " Distribution", " Services"),
}
"""What daughters of one mother in one city add to its name; as many as DAUGHTERS_PER_GROUP."""
COUNTRY_SHARES = {country: place.share for country, place in PLACES.items()}
PRODUCT_MIX: dict[tuple[str, ...], float] = {
    ("ruta",): 0.45,
    ("almacen",): 0.3,
    ("ruta", "almacen"): 0.25,
}


def invent_companies(seed: int, window: Window, *, count: int = COMPANIES) -> list[Company]:
    """Every customer, oldest first, with ids in the order they signed up."""
    dice = dice_for(seed, "companies")
    names: set[str] = set()
    days = sorted(_sign_up_days(dice, window, count))
    companies = [_company(dice, number, day, names, window) for number, day in enumerate(days, 1)]
    return _with_groups(dice, companies)


def _sign_up_days(dice: Random, window: Window, count: int) -> list[date]:
    """Some long-standing customers, then ever more new ones a month."""
    old = round(count * LONG_STANDING_SHARE)
    before = [
        window.starts_on - timedelta(days=dice.randint(1, OLDEST_DAYS_BEFORE_WINDOW))
        for _ in range(old)
    ]
    since = [_new_sign_up_day(dice, window) for _ in range(count - old)]
    return before + since


def _new_sign_up_day(dice: Random, window: Window) -> date:
    """A weekday inside the window, later ones likelier, August and Christmas rare."""
    while True:
        position = dice.random() ** 0.7
        day = window.starts_on + timedelta(days=int(position * (HISTORY_DAYS - 3)))
        quiet = day.month == 8 or (day.month == 12 and day.day > 20)
        if day.weekday() < 5 and not (quiet and dice.random() < 0.7):
            return day


def _company(dice: Random, number: int, day: date, names: set[str], window: Window) -> Company:
    country = weighted_choice(dice, COUNTRY_SHARES)
    place = PLACES[country]
    name, stem = _fresh_name(dice, place, names)
    employees = skewed_between(dice, 8, 4000, centre=110)
    seats = skewed_between(dice, 3, 90, centre=max(4, employees / 9))
    story = _story(dice, day, window)
    return Company(
        external_id=f"cli-{number:04d}",
        name=name,
        domain=f"{plain_letters(stem)}-{number:03d}.example",
        industry=weighted_choice(dice, INDUSTRIES),
        country=country,
        city=dice.choice(place.cities),
        language=place.language,
        time_zone=place.time_zone,
        employees=employees,
        tier=_tier(seats),
        owner_email=colleague_for(country, number).email,
        parent_external_id=None,
        signed_up_on=day,
        story=story,
        products=weighted_choice(dice, PRODUCT_MIX),
        plan=0 if seats < 10 else 1 if seats < 30 or dice.random() < 0.3 else 2,
        seats=seats,
        pays_yearly=seats >= 12 or dice.random() < 0.4,
        began_with_trial=story is Story.TRIAL_ONLY or dice.random() < 0.4,
    )


def _story(dice: Random, day: date, window: Window) -> Story:
    """A planted story; a trial that leads nowhere only makes sense inside the window."""
    story = weighted_choice(dice, STORIES)
    old = day < window.starts_on
    if old and story in {Story.TRIAL_ONLY, Story.NEVER_USED, Story.LATE_BLOOMER}:
        return Story.STEADY
    return story


def _tier(seats: int) -> str:
    if seats >= 30:
        return "high"
    return "low" if seats >= 10 else "tech"


def _fresh_name(dice: Random, place: Place, names: set[str]) -> tuple[str, str]:
    """A firm's name nobody in this world has yet, and the stem it is built on."""
    while True:
        stem = dice.choice(place.heads) + dice.choice(place.middles) + dice.choice(place.tails)
        name = dice.choice(place.patterns).format(stem=stem)
        if stem not in names:
            names.add(stem)
            return name, stem


def _with_groups(dice: Random, companies: list[Company]) -> list[Company]:
    """Gives one larger customer in thirty three daughters, in the same country and younger."""
    by_id = {company.external_id: company for company in companies}
    old = len(companies) // 3
    mothers = [company for company in companies[:old] if company.seats >= 12]
    young = companies[old:]
    taken: set[str] = set()
    for mother in spread(dice, mothers, len(companies) // COMPANIES_PER_GROUP):
        taken.add(mother.external_id)
        names: set[str] = set()
        for daughter in _daughters(dice, mother, young, taken):
            taken.add(daughter.external_id)
            adopted = _adopted(daughter, mother, names)
            names.add(adopted.name)
            by_id[daughter.external_id] = adopted
    return list(by_id.values())


def _daughters(
    dice: Random, mother: Company, young: list[Company], taken: set[str]
) -> list[Company]:
    free = [
        company
        for company in young
        if company.external_id not in taken and company.story is not Story.TRIAL_ONLY
    ]
    near = [company for company in free if company.country == mother.country]
    return spread(dice, near if len(near) >= DAUGHTERS_PER_GROUP else free, DAUGHTERS_PER_GROUP)


def _adopted(daughter: Company, mother: Company, taken: set[str]) -> Company:
    """A daughter bears its mother's name and city, and has the same person looking after it.

    Sisters in one city are told apart by what they do.
    """
    branches = BRANCHES["es" if daughter.language == "es" else "en"]
    names = (f"{mother.name} {daughter.city}{branch}" for branch in branches)
    return replace(
        daughter,
        name=next(name for name in names if name not in taken),
        parent_external_id=mother.external_id,
        owner_email=mother.owner_email,
        industry=mother.industry,
        began_with_trial=False,
    )


def plain_letters(text: str) -> str:
    """`Peñalver` as `penalver`: what remains in an address of its letters and digits."""
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe"))
    return "".join(letter for letter in decomposed.lower() if letter.isascii() and letter.isalnum())

"""The people at an account: who they are, what they are to the deal, when they came and went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from vereda.sample.contracts import Company, InventedPerson, Life, Story
from vereda.sample.rules.chance import dice_for, weighted_choice, within
from vereda.sample.rules.companies import plain_letters
from vereda.sample.rules.words import PLACES

FEWEST_PEOPLE, MOST_PEOPLE = 5, 40

ROLE_SHARES = {
    "dispatcher": 5.0,
    "driver_lead": 5.0,
    "warehouse": 6.0,
    "operations": 3.0,
    "support": 2.0,
    "analyst": 1.6,
    "finance": 1.2,
    "engineer": 1.0,
}
TITLES = {
    "director": {"es": "Directora de operaciones", "en": "Head of Operations"},
    "finance": {"es": "Control de gestión", "en": "Finance Controller"},
    "operations": {"es": "Responsable de operaciones", "en": "Operations Manager"},
    "dispatcher": {"es": "Jefe de tráfico", "en": "Dispatcher"},
    "driver_lead": {"es": "Coordinador de reparto", "en": "Driver Coordinator"},
    "warehouse": {"es": "Encargada de almacén", "en": "Warehouse Lead"},
    "support": {"es": "Atención al cliente", "en": "Customer Care"},
    "analyst": {"es": "Analista de datos", "en": "Data Analyst"},
    "engineer": {"es": "Ingeniera de sistemas", "en": "Systems Engineer"},
}
DEPARTMENTS = {
    "director": "Management",
    "finance": "Finance",
    "operations": "Operations",
    "dispatcher": "Transport",
    "driver_lead": "Transport",
    "warehouse": "Warehouse",
    "support": "Customer care",
    "analyst": "Analytics",
    "engineer": "IT",
}
MOTIVATIONS = {
    "es": (
        "Llegar a casa a su hora",
        "Que cuadren las cifras del mes",
        "Menos llamadas de «¿dónde está mi pedido?»",
        "Un ascenso a jefa de logística",
        "Aprender a automatizar",
        "Que su equipo deje de usar papel",
    ),
    "en": (
        "Leave work on time",
        "Numbers that add up at month end",
        "Fewer “where is my parcel?” calls",
        "A promotion to logistics lead",
        "Learn to automate",
        "Get the team off paper",
    ),
}
ACTIVITY = {"director": 0.2, "finance": 0.35, "engineer": 0.4, "analyst": 0.9, "support": 0.9}


def invented_people(
    seed: int, company: Company, life: Life, today: date
) -> tuple[InventedPerson, ...]:
    """Five to forty people, the champion first; a replaced champion's heir is the last."""
    dice = dice_for(seed, company.external_id, "people")
    count = round(within(company.seats * dice.uniform(0.5, 0.9), FEWEST_PEOPLE, MOST_PEOPLE))
    roles = ["operations", "director", "finance"]
    roles += [weighted_choice(dice, ROLE_SHARES) for _ in range(count - 3)]
    names = _fresh_people_names(dice, company)
    people = [
        _person(dice, company, number, role, next(names), life, today)
        for number, role in enumerate(roles, 1)
    ]
    if life.champion_replaced_on and len(people) < MOST_PEOPLE:
        people.append(_heir(dice, company, len(people) + 1, next(names), life, today))
    return tuple(people)


def _person(
    dice: Random, company: Company, number: int, role: str, name: str, life: Life, today: date
) -> InventedPerson:
    part = _part(dice, number, company.story)
    joined = _joined_on(dice, company, number, today)
    left = life.champion_left_on if part == "champion" else _left_on(dice, number, joined, today)
    return _invented_person(dice, company, number, role, name, part, joined, left)


def _part(dice: Random, number: int, story: Story) -> str:
    if number <= 3:
        return ("champion", "decides", "signs")[number - 1]
    blocks = 0.5 if story in {Story.QUIET_DEATH, Story.PRICE_SQUEEZE} else 0.12
    return "blocks" if number == 4 and dice.random() < blocks else ""


def _heir(
    dice: Random, company: Company, number: int, name: str, life: Life, today: date
) -> InventedPerson:
    joined = life.champion_replaced_on or today
    return _invented_person(dice, company, number, "operations", name, "champion", joined, None)


def _invented_person(
    dice: Random,
    company: Company,
    number: int,
    role: str,
    name: str,
    part: str,
    joined: date,
    left: date | None,
) -> InventedPerson:
    place = PLACES[company.country]
    title_language = "es" if company.language == "es" else "en"
    language = company.language if dice.random() < 0.93 else dice.choice(("es", "en"))
    first, *rest = name.split(" ")
    return InventedPerson(
        external_id=f"{company.external_id}-p{number:02d}",
        account_external_id=company.external_id,
        name=name,
        email=f"{plain_letters(first)}.{plain_letters(''.join(rest))}@{company.domain}",
        role=TITLES[role][title_language],
        department=DEPARTMENTS[role],
        part=part,
        language=language,
        time_zone=place.time_zone,
        phone=f"{place.dialling} 555 {dice.randint(100, 999)} {dice.randint(100, 999)}",
        motivation=dice.choice(MOTIVATIONS[language]) if dice.random() < 0.35 else "",
        reports_to=_boss(company, number),
        activity=_activity(dice, role, part),
        joined_on=joined,
        left_on=left,
    )


def role_key(person: InventedPerson) -> str:
    """The role behind the title, which is what decides the features a person uses."""
    return ROLE_OF_TITLE[person.role]


ROLE_OF_TITLE = {title: role for role, titles in TITLES.items() for title in titles.values()}


def _boss(company: Company, number: int) -> str | None:
    """The director leads; the champion and finance report to her, the rest to the champion."""
    if number == 2:
        return None
    return f"{company.external_id}-p{2 if number in (1, 3) else 1:02d}"


def _activity(dice: Random, role: str, part: str) -> float:
    weight = dice.lognormvariate(0, 0.7) * ACTIVITY.get(role, 1.0)
    return round(weight * (1.8 if part == "champion" else 1.0), 4)


def _joined_on(dice: Random, company: Company, number: int, today: date) -> date:
    """The first five come with the contract, the others over the following months."""
    if number <= 5:
        return company.signed_up_on
    lived = max(1, (today - company.signed_up_on).days - 10)
    return company.signed_up_on + timedelta(days=int(min(lived, 400) * dice.random() ** 2))


def _left_on(dice: Random, number: int, joined: date, today: date) -> date | None:
    """About one in eight of the others changes jobs within the time told."""
    stayed = (today - joined).days
    if number <= 3 or stayed < 120 or dice.random() > 0.125:
        return None
    return joined + timedelta(days=dice.randint(90, stayed - 1))


def _fresh_people_names(dice: Random, company: Company) -> Iterator[str]:
    """Names in the country's fashion, never the same twice in one account."""
    place = PLACES[company.country]
    used: set[str] = set()
    while True:
        family = dice.choice(place.family_names)
        second = dice.choice(place.family_names) if company.language == "es" else ""
        name = f"{dice.choice(place.given_names)} {family} {second}".strip()
        if plain_letters(name) not in used and second != family:
            used.add(plain_letters(name))
            yield name

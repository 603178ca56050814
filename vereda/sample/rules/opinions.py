"""What people answer when they are asked each quarter: their account's hidden health, heard through
the noise of individuals. Most do not answer; the unhappy write more often than the content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from vereda.sample.contracts import InventedAccount, InventedPerson, Window
from vereda.sample.rules.chance import dice_for

ASKED_IN = (2, 5, 8, 11)
ASKED_ON_DAY = 10
ANSWERING, WORST, SPAN, NOISE = 0.32, 1.2, 10.2, 1.5
DETRACTED, PRAISED = 6, 9

# By part of the scale, in Spanish and in English.
WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "low": (
        (
            "Llevamos semanas esperando una respuesta de soporte.",
            "We have been waiting for an answer from support for weeks.",
        ),
        (
            "Desde el último cambio las exportaciones tardan demasiado.",
            "Since the last change exports take far too long.",
        ),
        ("Cada vez lo usamos menos.", "We use it less and less."),
        (
            "Pagamos por funciones que nadie de mi equipo sabe usar.",
            "We pay for features that nobody in my team knows how to use.",
        ),
        ("Quien lo impulsaba ya no está.", "The person who drove it here is gone."),
    ),
    "middle": (
        (
            "Cumple, pero esperaba más de los informes.",
            "It does the job, but I expected more from the reports.",
        ),
        ("Bien en general; el móvil necesita trabajo.", "Good overall; mobile needs work."),
        ("Nos falta una integración.", "We miss one integration."),
    ),
    "high": (
        ("Nos ahorra horas cada semana.", "It saves us hours every week."),
        (
            "El equipo responde rápido y conoce nuestro negocio.",
            "The team answers quickly and knows our business.",
        ),
        ("No sabríamos trabajar sin él.", "We would not know how to work without it."),
        (
            "La formación marcó la diferencia.",
            "The training made the difference.",
        ),
    ),
}
WRITING = {"low": 0.75, "middle": 0.4, "high": 0.5}


@dataclass(frozen=True, slots=True)
class InventedAnswer:
    """One answer to the quarterly question."""

    external_id: str
    account_external_id: str
    person_external_id: str
    score: int
    comment: str
    language: str
    answered_at: datetime


def answers_invented(
    seed: int, account: InventedAccount, window: Window
) -> tuple[InventedAnswer, ...]:
    """What the account's people answered within the window, oldest first."""
    dice = dice_for(seed, account.company.external_id, "opinions")
    return tuple(
        _answered(dice, account, person, day)
        for day in asking_days(window)
        if account.company.signed_up_on <= day < (account.life.leaves_on or date.max)
        for person in account.people
        if _is_there(person, day) and dice.random() < ANSWERING
    )


def asking_days(window: Window) -> Iterator[date]:
    """The days on which the question goes out, up to a week ago."""
    for year in range(window.starts_on.year, window.today.year + 1):
        for month in ASKED_IN:
            day = date(year, month, ASKED_ON_DAY)
            if window.starts_on <= day <= window.today - timedelta(days=7):
                yield day


def _is_there(person: InventedPerson, day: date) -> bool:
    return person.joined_on <= day and (person.left_on is None or day < person.left_on)


def _answered(
    dice: Random, account: InventedAccount, person: InventedPerson, day: date
) -> InventedAnswer:
    weeks = [week for week in account.life.weeks if week.starts_on <= day]
    health = weeks[-1].health if weeks else 0.6
    score = min(10, max(0, round(WORST + SPAN * health + dice.gauss(0, NOISE))))
    part = "low" if score <= DETRACTED else "high" if score >= PRAISED else "middle"
    spanish = person.language.startswith("es")
    words = dice.choice(WORDS[part])[0 if spanish else 1]
    waited = timedelta(days=dice.randint(0, 5), minutes=dice.randint(0, 600))
    return InventedAnswer(
        external_id=f"nps-{day:%Y%m}-{person.external_id}",
        account_external_id=account.company.external_id,
        person_external_id=person.external_id,
        score=score,
        comment=words if dice.random() < WRITING[part] else "",
        language="es" if spanish else "en",
        answered_at=datetime.combine(day, time(8), tzinfo=UTC) + waited,
    )

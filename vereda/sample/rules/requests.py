"""Tickets: who asked what, on top of the times the hidden life decided."""

from __future__ import annotations

from vereda.sample.contracts import Company, InventedPerson, InventedTicket, Life
from vereda.sample.rules.catalogue import product_named
from vereda.sample.rules.chance import dice_for

SUBJECTS = {
    "es": (
        "{feature}: no carga desde esta mañana",
        "¿Cómo se exporta desde {feature}?",
        "{feature} muestra datos de ayer",
        "Error al guardar en {feature}",
        "No encuentro {feature} en el menú",
        "{feature} va muy lento a primera hora",
        "Alta de usuarios nuevos",
        "Factura del mes pasado",
        "¿Se puede conectar {feature} con nuestro ERP?",
        "Duda sobre permisos en {feature}",
        "Duplicados en {feature}",
        "Pedido de formación: {feature}",
    ),
    "en": (
        "{feature} has not loaded since this morning",
        "How do we export from {feature}?",
        "{feature} shows yesterday's numbers",
        "Error when saving in {feature}",
        "Cannot find {feature} in the menu",
        "{feature} is very slow first thing",
        "Adding new colleagues",
        "Last month's invoice",
        "Can {feature} talk to our ERP?",
        "Question about permissions in {feature}",
        "Duplicates in {feature}",
        "Training request: {feature}",
    ),
}


def tickets_of(
    seed: int, company: Company, life: Life, people: tuple[InventedPerson, ...]
) -> tuple[InventedTicket, ...]:
    """Every ticket of the life, each asked by somebody who was there that day."""
    dice = dice_for(seed, company.external_id, "tickets")
    features = [feature for key in company.products for feature in product_named(key).features]
    rows = []
    for number, times in enumerate(sorted(life.tickets, key=lambda t: t.opened_at), 1):
        day = times.opened_at.date()
        there = [p for p in people if p.joined_on <= day and (p.left_on is None or day < p.left_on)]
        asker = dice.choices(there, [person.activity for person in there])[0]
        subject = dice.choice(SUBJECTS[company.language])
        rows.append(
            InventedTicket(
                external_id=f"{company.external_id}-t{number:03d}",
                account_external_id=company.external_id,
                person_external_id=asker.external_id,
                subject=subject.format(feature=dice.choice(features).name),
                priority=times.priority,
                opened_at=times.opened_at,
                answered_at=times.answered_at,
                resolved_at=times.resolved_at,
                satisfaction=times.satisfaction,
            )
        )
    return tuple(rows)

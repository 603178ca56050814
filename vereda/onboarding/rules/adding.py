"""What it does to a plan to add an item that its template does not have."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from vereda.onboarding.contracts.plans import AddingEffect, GateEffect, Line
from vereda.onboarding.contracts.templates import ItemKind, SetNumber
from vereda.onboarding.rules.standing import ItemStanding, PlanStanding

NEW_ONE: Final = ""
"""The key of an item that has none yet."""


def effect_of_adding(standing: PlanStanding, number: SetNumber, *, required: bool) -> AddingEffect:
    """What it would do to the gate of that set, and to what is behind it."""
    if not required:
        return AddingEffect(gate=GateEffect.NONE)
    if standing.agreed_at is None or not standing.is_finished(number):
        return AddingEffect(gate=GateEffect.WAITS)
    line = Line(key=NEW_ONE, set_number=number, kind=ItemKind.VALUE)
    after = replace(standing, items={**standing.items, NEW_ONE: ItemStanding(line=line)})
    going_on = set(after.in_play())
    return AddingEffect(
        gate=GateEffect.SHUTS,
        halts=tuple(key for key in standing.in_play() if key not in going_on),
        phase=after.phase if after.phase is not standing.phase else None,
    )

"""Asking every capability for what can be scored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from vereda.foundation.inputs import Input, InputSource, Reading
from vereda.health.contracts import ScoreRules

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

Inputs = Mapping[str, Input]


def input_sources() -> Sequence[InputSource]:
    """Who offers inputs, as config/wiring.py lists them."""
    sources: Sequence[InputSource] = import_module(settings.VEREDA_WIRING).INPUTS
    return sources


def inputs_of(workspace: Workspace) -> Inputs:
    """Everything that can be scored in this workspace, by name."""
    return {each.name: each for source in input_sources() for each in source.inputs(workspace)}


def readings_of_accounts(
    workspace: Workspace, *, names: Collection[str], account_ids: Collection[UUID], on: date
) -> dict[UUID, dict[str, Reading]]:
    """What is known of each of these accounts at the end of that day, by input.

    A constant number of queries for each source; an account about which nothing is known has an
    empty entry.
    """
    found: dict[UUID, dict[str, Reading]] = {account_id: {} for account_id in account_ids}
    if not names:
        return found
    for source in input_sources():
        told = source.readings(workspace, names=names, account_ids=account_ids, on=on)
        for name, readings in told.items():
            for account_id, reading in readings.items():
                if account_id in found:
                    found[account_id][name] = reading
    return found


def fresh_days_of(inputs: Inputs) -> dict[str, int | None]:
    """How long a reading of each input counts."""
    return {name: each.fresh_days for name, each in inputs.items()}


def names_of_inputs(rules: ScoreRules) -> frozenset[str]:
    """The inputs that these rules need."""
    return frozenset(factor.input for factor in rules.factors)

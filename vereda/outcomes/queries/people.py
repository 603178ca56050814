"""Asking what a person said about benefits, and what they were told."""

from __future__ import annotations

from uuid import UUID

from vereda.foundation.scoping import OwnedRows
from vereda.outcomes.models.expectations import Expectation
from vereda.outcomes.models.outcomes import Measurement, Outcome, Verdict


def benefits_named_by(workspace_id: UUID, person_id: UUID) -> OwnedRows[Outcome]:
    """The benefits that the person named, the last first."""
    return Outcome.objects.of(workspace_id).filter(said_by=person_id).order_by("-recorded_at", "id")


def measurements_by(workspace_id: UUID, person_id: UUID) -> OwnedRows[Measurement]:
    """What the person measured, the last first."""
    rows = Measurement.objects.of(workspace_id).filter(person=person_id)
    return rows.select_related("outcome").order_by("-at", "id")


def verdicts_by(workspace_id: UUID, person_id: UUID) -> OwnedRows[Verdict]:
    """What the person confirmed or disputed, the last first."""
    rows = Verdict.objects.of(workspace_id).filter(person=person_id)
    return rows.select_related("outcome").order_by("-at", "id")


def expectations_told_to(workspace_id: UUID, person_id: UUID) -> OwnedRows[Expectation]:
    """What the person was told to expect, the last first."""
    return Expectation.objects.of(workspace_id).filter(person=person_id).order_by("-set_on", "id")

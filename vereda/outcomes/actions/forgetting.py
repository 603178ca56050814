"""Forgetting a person: what they said goes, what was promised to their company stays."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from vereda.outcomes.models.expectations import Expectation
from vereda.outcomes.models.outcomes import Measurement, Outcome, Verdict


@transaction.atomic
def forget_speaker(workspace_id: UUID, *, person_id: UUID) -> int:
    """Take a person's name and words out of measurements and verdicts, and their name out of
    promises and expectations; how many rows named them. Values, and whose side it was, stay."""
    said = {"person": None, "words": ""}
    named = [
        Measurement.objects.of(workspace_id).filter(person=person_id).update(**said),
        Verdict.objects.of(workspace_id).filter(person=person_id).update(**said),
        Outcome.objects.of(workspace_id).filter(said_by=person_id).update(said_by=None),
        Expectation.objects.of(workspace_id).filter(person=person_id).update(person=None),
    ]
    return sum(named)

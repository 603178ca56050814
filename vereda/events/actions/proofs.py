"""Remembering about whom the workspace's own systems told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.events.contracts.arriving import Subject
from vereda.events.models.folding import Proof
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def note_proofs(workspace: Workspace | UUID, subjects: Iterable[Subject]) -> None:
    """They are proven from now on; saying it again changes nothing."""
    workspace_id = id_of(workspace)
    Proof.objects.of(workspace_id).bulk_create(
        [
            Proof(workspace_id=workspace_id, about=subject.about.value, key=subject.key)
            for subject in sorted(subjects)
        ],
        ignore_conflicts=True,
    )

"""About whom the workspace's own systems told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.events.contracts.arriving import About, Subject
from vereda.events.models.folding import Proof

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def proven_among(workspace: Workspace | UUID, subjects: Iterable[Subject]) -> set[Subject]:
    """Those of the people and accounts that a secret key or a signature stood for."""
    wanted: dict[About, list[str]] = defaultdict(list)
    for subject in subjects:
        wanted[subject.about].append(subject.key)
    rows = Proof.objects.of(workspace)
    return {
        Subject(about, key)
        for about, keys in wanted.items()
        for key in rows.filter(about=about.value, key__in=keys).values_list("key", flat=True)
    }

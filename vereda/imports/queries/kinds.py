"""The kinds of rows that files can bring, as the wiring lists them."""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from vereda.foundation.errors import Missing
from vereda.foundation.importing import FieldType, ImportableKind, ImportField, ReferenceWay
from vereda.imports.contracts import Mapping
from vereda.imports.rules.plans import Plan, plan_for

if TYPE_CHECKING:
    from vereda.workspaces.models import Member


def importable_kinds() -> Sequence[ImportableKind]:
    """Every kind, in the order in which they are best imported."""
    kinds: Sequence[ImportableKind] = import_module(settings.VEREDA_WIRING).IMPORTABLE
    return kinds


def kinds_open_to(member: "Member") -> list[ImportableKind]:
    """The kinds that the member may import."""
    return [kind for kind in importable_kinds() if member.may(kind.permission)]


def importable_kind(name: str) -> ImportableKind:
    """The kind with that name, or `Missing`."""
    for kind in importable_kinds():
        if kind.name == name:
            return kind
    raise Missing(name)


def reference_ways(refers_to: str) -> list[ReferenceWay]:
    """The ways a file can name such a row, the usual one first."""
    ways: Sequence[ReferenceWay] = getattr(
        import_module(settings.VEREDA_WIRING), "REFERENCE_WAYS", ()
    )
    return [way for way in ways if way.refers_to == refers_to]


def reference_way(refers_to: str, name: str) -> ReferenceWay | None:
    """The way with that name; the usual one when the mapping names none."""
    ways = reference_ways(refers_to)
    if not name:
        return ways[0] if ways else None
    return next((way for way in ways if way.name == name), None)


def plan_of(
    workspace: UUID, kind: ImportableKind, mapping: Mapping, *, columns: Sequence[str]
) -> Plan:
    """The plan by which rows are read, or a `MappingRefused`."""
    return plan_for(
        mapping,
        columns=columns,
        fields=kind.fields(workspace),
        identities=kind.identities(workspace),
    )


def known_shares(workspace: UUID, field: ImportField, samples: Sequence[str]) -> dict[str, float]:
    """For each way to name what the field refers to: the share of the samples that is known."""
    if field.type is not FieldType.REFERENCE or not samples:
        return {}
    tried = samples[:100]
    return {
        way.name: len(way.named(workspace, tried)) / len(tried)
        for way in reference_ways(field.refers_to)
    }

"""Noting who took a report away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

LONGEST_QUERY: Final = 500


@transaction.atomic
def note_report_export(workspace: Workspace, *, by: Member, report: str, query: str) -> None:
    """An audit line: who took which report about money out, and narrowed to what."""
    record(by, "exported", workspace, report=report, query=query[:LONGEST_QUERY])

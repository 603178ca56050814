"""What customers tell the timeline of an account: notes, interactions, merges, stage and owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from vereda.customers import wording
from vereda.customers.contracts import CommercialStatus, InteractionKind, LifecycleStage, MoveKind
from vereda.customers.models.accounts import AccountMove
from vereda.customers.models.duplicates import Merge
from vereda.customers.models.notes import Note
from vereda.customers.queries.accounts import moves_before
from vereda.customers.queries.duplicates import merges_before
from vereda.customers.queries.notes import notes_before
from vereda.foundation.timeline import TimelineEntry, TimelineSource
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

_ICONS = {
    InteractionKind.NOTE: "file-text",
    InteractionKind.CALL: "phone",
    InteractionKind.MEETING: "users",
    InteractionKind.MAIL: "mail",
}


class CustomersTimeline(TimelineSource):
    """Notes and interactions, changes of stage, status and owner, merges."""

    kinds = (
        ("note", gettext_lazy("Notes")),
        ("call", gettext_lazy("Calls")),
        ("meeting", gettext_lazy("Meetings")),
        ("mail", gettext_lazy("E-mails")),
        ("move", gettext_lazy("Stage and owner")),
    )

    @override
    def entries(
        self, workspace: Workspace, *, account_ids: Sequence[UUID], before: datetime, limit: int
    ) -> Sequence[TimelineEntry]:
        """The newest of all of them, at most `limit`."""
        notes = notes_before(workspace, account_ids=account_ids, before=before, limit=limit)
        moves = moves_before(workspace, account_ids=account_ids, before=before, limit=limit)
        merges = merges_before(workspace, account_ids=account_ids, before=before, limit=limit)
        owners = _owner_names(workspace, moves)
        entries = [
            *(_note_entry(note, workspace=workspace) for note in notes),
            *(_move_entry(move, owners=owners) for move in moves),
            *(_merge_entry(merge) for merge in merges),
        ]
        return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def _note_entry(note: Note, *, workspace: Workspace) -> TimelineEntry:
    kind = InteractionKind(note.kind)
    people = ", ".join(row.person.called for row in note.participants.all())
    title = note.subject or (
        _("%(kind)s with %(people)s") % {"kind": wording.INTERACTIONS[kind], "people": people}
        if people
        else str(wording.INTERACTIONS[kind])
    )
    return TimelineEntry(
        at=note.happened_at,
        key=f"note-{note.pk}",
        kind=kind,
        account_id=note.account_id,
        title=title,
        markdown=note.body,
        icon=_ICONS[kind],
        url=reverse("customers:note", args=[workspace.slug, note.account.key, note.pk]),
        actor=note.author.name if note.author else "",
        major=kind is not InteractionKind.NOTE,
        pinned=note.pinned_at is not None,
    )


def _owner_names(workspace: Workspace, moves: Sequence[AccountMove]) -> dict[str, str]:
    """The names behind the ids of owners; asked only when an owner changed."""
    if not any(move.kind == MoveKind.OWNER for move in moves):
        return {}
    return {str(member.pk): member.name for member in members_of(workspace)}


def _move_entry(move: AccountMove, *, owners: dict[str, str]) -> TimelineEntry:
    kind = MoveKind(move.kind)
    title = _("%(what)s: %(before)s → %(after)s") % {
        "what": wording.MOVES[kind],
        "before": _move_words(kind, move.before, owners=owners),
        "after": _move_words(kind, move.after, owners=owners),
    }
    return TimelineEntry(
        at=move.moved_at,
        key=f"move-{move.pk}",
        kind="move",
        account_id=move.account_id,
        title=title,
        icon="flag" if kind is MoveKind.STAGE else "user",
        actor=move.by.name if move.by else "",
    )


def _move_words(kind: MoveKind, value: str, *, owners: dict[str, str]) -> str:
    match kind:
        case MoveKind.STAGE:
            return str(wording.STAGES[LifecycleStage(value)])
        case MoveKind.STATUS:
            return str(wording.STATUSES[CommercialStatus(value)])
        case MoveKind.OWNER:
            return owners.get(value) or (_("somebody who left") if value else _("nobody"))


def _merge_entry(merge: Merge) -> TimelineEntry:
    absorbed = merge.absorbed_account
    return TimelineEntry(
        at=merge.merged_at,
        key=f"merge-{merge.pk}",
        kind="move",
        account_id=merge.survivor_account_id,
        title=_("Merged with %s") % (absorbed.name if absorbed else ""),
        icon="git-merge",
        actor=merge.merged_by.name if merge.merged_by else "",
    )

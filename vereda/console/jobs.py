"""What the console does in the background: edits of more accounts than fit in a request."""

from uuid import UUID

from vereda.console.actions.bulk import carry_out_bulk_edit, undo_bulk_edit
from vereda.console.queries import bulk_edit_with_id
from vereda.foundation.clock import now
from vereda.foundation.tasks import task
from vereda.workspaces.queries import workspace_with_id


@task()
def finish_bulk_edit(workspace_id: str, bulk_edit_id: str) -> None:
    """Carry out an edit of many; goes on where it stopped."""
    workspace = workspace_with_id(UUID(workspace_id))
    carry_out_bulk_edit(bulk_edit_with_id(workspace, UUID(bulk_edit_id)), now=now())


@task()
def finish_undo(workspace_id: str, bulk_edit_id: str) -> None:
    """Take back an edit of many; goes on where it stopped."""
    edit = bulk_edit_with_id(workspace_with_id(UUID(workspace_id)), UUID(bulk_edit_id))
    undo_bulk_edit(edit, by=edit.by, now=now())

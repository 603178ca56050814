"""What customers do because of the time, and what takes too long for a page."""

from uuid import UUID

from vereda.customers.actions.duplicates import suggest_duplicate_accounts, suggest_duplicate_people
from vereda.customers.models.accounts import Account
from vereda.foundation.tasks import task


def look_for_duplicates() -> int:
    """Every night, in each workspace: compare all accounts and people, similar names too.

    Answers how many pairs are new.
    """
    workspaces = Account.every_workspace.values_list("workspace_id", flat=True).distinct()
    return sum(compare_everybody(workspace) for workspace in list(workspaces))


@task()
def look_for_duplicates_in(workspace_id: str) -> None:
    """The same for one workspace, now: somebody asked for it."""
    compare_everybody(UUID(workspace_id))


def compare_everybody(workspace_id: UUID) -> int:
    """Compare all accounts and people of a workspace; answers how many pairs are new."""
    return suggest_duplicate_accounts(workspace_id) + suggest_duplicate_people(workspace_id)

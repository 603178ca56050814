"""What customers do because of the time."""

from vereda.customers.actions.duplicates import suggest_duplicate_accounts, suggest_duplicate_people
from vereda.customers.models.accounts import Account


def look_for_duplicates() -> int:
    """Every night, in each workspace: compare all accounts and people, similar names too.

    Answers how many pairs are new.
    """
    workspaces = Account.every_workspace.values_list("workspace_id", flat=True).distinct()
    return sum(
        suggest_duplicate_accounts(workspace) + suggest_duplicate_people(workspace)
        for workspace in list(workspaces)
    )

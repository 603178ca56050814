"""What customers do because of the time."""

from uuid import UUID

from vereda.customers.actions.duplicates import suggest_duplicate_accounts, suggest_duplicate_people


def look_for_duplicates(workspace_id: UUID) -> None:
    """Every night: compare all accounts and people, similar names too."""
    suggest_duplicate_accounts(workspace_id)
    suggest_duplicate_people(workspace_id)

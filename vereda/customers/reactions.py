"""What customers do because something happened: look whether new rows are known already."""

from vereda.customers.actions.duplicates import suggest_duplicate_accounts, suggest_duplicate_people
from vereda.customers.contracts import AccountAdded, AccountsUpserted, PeopleUpserted, PersonAdded


def compare_new_accounts(fact: AccountsUpserted) -> None:
    """Compare accounts that came in many at once with those we have."""
    ids = [*fact.created, *fact.updated]
    suggest_duplicate_accounts(fact.workspace_id, of=ids)


def compare_new_account(fact: AccountAdded) -> None:
    """Compare an account that somebody added with those we have."""
    suggest_duplicate_accounts(fact.workspace_id, of=[fact.account_id])


def compare_new_people(fact: PeopleUpserted) -> None:
    """Compare people that came in many at once with those we have."""
    ids = [*fact.created, *fact.updated]
    suggest_duplicate_people(fact.workspace_id, of=ids)


def compare_new_person(fact: PersonAdded) -> None:
    """Compare a person whom somebody added with those we have."""
    suggest_duplicate_people(fact.workspace_id, of=[fact.person_id])

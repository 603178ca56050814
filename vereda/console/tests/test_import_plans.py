"""What a chunk of a file costs follows from its rows, never from all that the workspace holds."""

from itertools import chain
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.actions.duplicates import suggest_duplicate_accounts, suggest_duplicate_people
from vereda.customers.testing import a_person, an_account
from vereda.foundation.ids import new_id
from vereda.foundation.importing import ImportRow
from vereda.foundation.testing import MORNING, wide_steps
from vereda.imports.queries.kinds import importable_kind

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="reads plans as SQLite writes them"),
]

ROWS: dict[str, dict[str, Any]] = {
    "accounts": {"name": "Cantera"},
    "people": {"email": "ana@cantera.example", "name": "Ana"},
    "subscriptions": {"started_on": MORNING.date(), "plan": "Pro"},
    "tickets": {"subject": "Slow", "opened_at": MORNING},
    "churn": {"churned_on": MORNING.date()},
}


@pytest.mark.parametrize("name", ROWS)
def test_a_chunk_of_rows_finds_what_it_means_by_indexes(acme, name):
    account = an_account(acme)
    kind = importable_kind(name)
    takes_account = any(field.name == "account" for field in kind.fields(acme.workspace.pk))

    with CaptureQueriesContext(connection) as asked:
        for again in range(2):
            kind.apply(
                acme.workspace.pk,
                [
                    ImportRow(
                        line,
                        {
                            **ROWS[name],
                            "external_id": f"x-{line}",
                            **({"account": account.pk} if takes_account else {}),
                        },
                    )
                    for line in range(1, 4)
                ],
                identity=kind.identities(acme.workspace.pk)[0],
                import_id=new_id(),
                by=acme.owner,
                now=MORNING,
                dry_run=bool(again),
            )

    assert wide_steps(query["sql"] for query in asked) == set()


def test_looking_for_duplicates_of_a_few_rows_leaves_the_others_alone(acme):
    accounts = [an_account(acme, name="Cantera Norte", domain="c.example") for _ in range(3)]
    people = [a_person(acme, name="Ana", account=each) for each in accounts]

    with CaptureQueriesContext(connection) as of_accounts:
        assert suggest_duplicate_accounts(acme.workspace, of=[accounts[0].pk]) == 2
    with CaptureQueriesContext(connection) as of_people:
        suggest_duplicate_people(acme.workspace, of=[people[0].pk, people[1].pk])

    assert wide_steps(query["sql"] for query in chain(of_accounts, of_people)) == set()

"""What a file must not reach: rows and members of another workspace (M08)."""

import pytest

from vereda.config.wiring import IMPORTABLE
from vereda.customers.models.accounts import Account
from vereda.customers.testing import an_account
from vereda.foundation.tasks import run_waiting_tasks
from vereda.foundation.testing import MORNING
from vereda.imports.actions.checking import check_import
from vereda.imports.actions.mapping import choose_identity, map_columns
from vereda.imports.actions.running import run_import
from vereda.imports.models import Import, RejectedRow
from vereda.imports.queries.imports import mapping_of
from vereda.imports.testing import a_file
from vereda.support.models.tickets import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(globex):
    """An account of the other workspace, with every name that a file could call it by."""
    return an_account(
        globex,
        name="Globex Secret",
        domain="globex.example",
        external_id="g-1",
        owner_id=globex.member.pk,
    )


def known_mapping_of(run):
    mapping = mapping_of(run)
    assert mapping is not None
    return mapping


def brought_in(company, kind, content):
    """The import of that file, run to its end."""
    kinds = {each.name: each for each in IMPORTABLE}
    run = a_file(company, content, kind=kinds[kind])
    run = choose_identity(run, identity="external_id", by=company.admin, now=MORNING)
    run = map_columns(run, mapping=known_mapping_of(run), by=company.admin, now=MORNING)
    check_import(run, by=company.admin, now=MORNING)
    run_waiting_tasks()
    run.refresh_from_db()
    run_import(run, by=company.admin, now=MORNING)
    run_waiting_tasks()
    return Import.objects.of(company.workspace).get(pk=run.pk)


@pytest.mark.parametrize("column", ["account id", "account key", "account domain", "account name"])
def test_m08_an_account_next_door_is_unknown(acme, theirs, column):
    names = {
        "account id": "g-1",
        "account key": theirs.key,
        "account domain": theirs.domain,
        "account name": theirs.name,
    }

    run = brought_in(acme, "tickets", f"ticket id;{column};opened\n1;{names[column]};2026-01-02\n")

    (row,) = RejectedRow.objects.of(acme.workspace).filter(import_run=run)
    assert row.code == "unknown_reference"
    assert not Ticket.every_workspace.exists()


def test_m08_a_member_next_door_owns_nothing_here(acme, globex, theirs):
    email = globex.member.user.email

    run = brought_in(acme, "accounts", f"account id;name;owner\na-1;Ours;{email}\n")

    assert run.counts == {"rejected": 1}
    assert not Account.objects.of(acme.workspace).exists()
    assert Account.objects.of(globex.workspace).get().owner == globex.member


def test_m08_the_same_id_in_two_workspaces_is_two_accounts(acme, globex, theirs):
    brought_in(acme, "accounts", "account id;name\ng-1;Ours\n")

    assert [row.name for row in Account.objects.of(globex.workspace)] == ["Globex Secret"]
    assert [row.name for row in Account.objects.of(acme.workspace)] == ["Ours"]


def test_m08_a_parent_next_door_is_no_parent(acme, globex, theirs):
    brought_in(acme, "accounts", "account id;name;parent id\na-1;Ours;g-1\n")

    assert not Account.objects.of(acme.workspace).exclude(parent=None).exists()
    assert not Account.objects.of(globex.workspace).exclude(parent=None).exists()

from importlib import import_module

import pytest
from django.conf import settings

from vereda.customers.importable import WAYS, AccountsKind
from vereda.customers.models.accounts import Account
from vereda.customers.testing import an_account
from vereda.foundation.tasks import run_waiting_tasks
from vereda.foundation.testing import MORNING, NOON
from vereda.imports.actions.checking import check_import
from vereda.imports.actions.mapping import choose_identity, map_columns
from vereda.imports.actions.running import run_import
from vereda.imports.actions.undoing import undo_import
from vereda.imports.models import Import, ImportShare
from vereda.imports.queries.imports import mapping_of
from vereda.imports.testing import a_file
from vereda.imports.timeline import ImportsTimeline
from vereda.support.importable import TicketsKind

pytestmark = pytest.mark.django_db

ACCOUNTS = "account id;name\nc-1;Acuario\nc-2;Bodegas\n"
TICKETS = (
    "ticket id;account id;subject;opened\n"
    "1;c-1;Slow;2026-01-02\n2;c-1;Slower;2026-01-03\n3;c-2;Down;2026-01-04\n"
)
LATE = MORNING.replace(year=2099)


@pytest.fixture(autouse=True)
def things(monkeypatch):
    """Real kinds, in place of this capability's things."""
    wiring = import_module(settings.VEREDA_WIRING)
    monkeypatch.setattr(wiring, "IMPORTABLE", [AccountsKind(), TicketsKind()])
    monkeypatch.setattr(wiring, "REFERENCE_WAYS", list(WAYS))


def known_mapping_of(run):
    mapping = mapping_of(run)
    assert mapping is not None
    return mapping


def brought_in(company, content, *, kind, name):
    run = a_file(company, content, kind=kind, name=name)
    run = choose_identity(run, identity="external_id", by=company.admin, now=MORNING)
    run = map_columns(run, mapping=known_mapping_of(run), by=company.admin, now=MORNING)
    check_import(run, by=company.admin, now=MORNING)
    run_waiting_tasks()
    run.refresh_from_db()
    run_import(run, by=company.admin, now=MORNING)
    run_waiting_tasks()
    return Import.objects.of(company.workspace).get(pk=run.pk)


def told(company, *names):
    rows = Account.objects.of(company.workspace).filter(name__in=names)
    ids = list(rows.values_list("pk", flat=True))
    entries = ImportsTimeline().entries(company.workspace, account_ids=ids, before=LATE, limit=9)
    return [entry.title for entry in entries]


def test_the_timeline_says_which_file_brought_how_much_to_the_account(acme):
    brought_in(acme, ACCOUNTS, kind=AccountsKind(), name="crm.csv")
    brought_in(acme, TICKETS, kind=TicketsKind(), name="desk.csv")

    assert told(acme, "Acuario") == [
        "Tickets from desk.csv: 2 new rows",
        "Accounts from crm.csv: 1 new row",
    ]
    assert told(acme, "Bodegas")[0] == "Tickets from desk.csv: 1 new row"


def test_what_changed_is_told_apart_from_what_is_new(acme):
    brought_in(acme, ACCOUNTS, kind=AccountsKind(), name="crm.csv")
    brought_in(acme, TICKETS, kind=TicketsKind(), name="one.csv")
    more = TICKETS.replace("Slower", "Faster") + "4;c-1;New;2026-01-05\n"

    brought_in(acme, more, kind=TicketsKind(), name="two.csv")

    assert told(acme, "Acuario")[0] == "Tickets from two.csv: 1 new row, 1 changed row"
    assert told(acme, "Bodegas")[0] == "Tickets from one.csv: 1 new row"


def test_an_import_that_was_undone_is_told_no_more(acme):
    brought_in(acme, ACCOUNTS, kind=AccountsKind(), name="crm.csv")
    run = brought_in(acme, TICKETS, kind=TicketsKind(), name="desk.csv")

    undo_import(run, by=acme.admin, now=NOON)
    run_waiting_tasks()

    assert told(acme, "Acuario") == ["Accounts from crm.csv: 1 new row"]


def test_what_a_timeline_tells_keeps_no_account_that_an_undo_takes_back(acme):
    run = brought_in(acme, ACCOUNTS, kind=AccountsKind(), name="crm.csv")

    undo_import(run, by=acme.admin, now=NOON)
    run_waiting_tasks()

    assert not Account.objects.of(acme.workspace).exists()


def test_the_workspace_next_door_hears_nothing(acme, globex):
    brought_in(acme, ACCOUNTS, kind=AccountsKind(), name="crm.csv")
    theirs = an_account(globex, name="Acuario")

    assert told(globex, "Acuario") == []
    assert not ImportShare.objects.of(globex.workspace).filter(account=theirs).exists()


def test_the_account_page_shows_it_and_can_show_only_it(acme, client_of):
    brought_in(acme, ACCOUNTS, kind=AccountsKind(), name="crm.csv")

    page = client_of(acme.viewer).get("/w/acme/accounts/A-1/timeline/?kind=import")

    assert "Accounts from crm.csv: 1 new row" in page.content.decode()


def test_the_dry_run_speaks_words_not_names_of_columns(acme, client_of):
    email = acme.member.user.email
    run = a_file(
        acme,
        f"account id;name;owner;stage;customer since\nc-1;Acuario;{email};adoption;2025-12-31\n",
        kind=AccountsKind(),
    )
    run = choose_identity(run, identity="external_id", by=acme.admin, now=MORNING)
    run = map_columns(run, mapping=known_mapping_of(run), by=acme.admin, now=MORNING)
    check_import(run, by=acme.admin, now=MORNING)
    run_waiting_tasks()

    (row,) = client_of(acme.admin).get(f"/w/acme/imports/{run.key}").context["differences"]

    told = {label: after for label, _before, after in row["changes"]}
    assert told["Owner"] == acme.member.name
    assert (told["Stage"], told["Customer since"]) == ("Adoption", "31 Dec 2025")
    assert told["Account id"] == "c-1"
    assert [label for label in told if "_" in label] == []

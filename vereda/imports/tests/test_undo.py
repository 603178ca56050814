from datetime import timedelta

import pytest

from vereda.foundation.errors import Conflict
from vereda.foundation.tasks import run_waiting_tasks
from vereda.foundation.testing import MORNING
from vereda.imports.actions.undoing import undo_import
from vereda.imports.contracts import ImportUndone, State
from vereda.imports.models import Import, ImportChange
from vereda.imports.testing import all_things, things_of
from vereda.imports.tests.test_run import taken_in


def undone(company, run):
    undo_import(run, by=company.admin, now=MORNING)
    run_waiting_tasks()
    run.refresh_from_db()
    return run


def test_an_undone_import_leaves_everything_as_it_was(acme, facts):
    taken_in(acme, "code,name,price\nA,Anna,1\n")
    before = all_things(acme.workspace)
    run = taken_in(acme, "code,name,price\nA,Other,2\nB,Bea,3\nB,Beatriz,4\n")
    assert all_things(acme.workspace)["B"]["name"] == "Beatriz"

    run = undone(acme, run)

    assert all_things(acme.workspace) == before
    assert (run.state, run.counts["undone"], run.counts["kept"]) == (State.UNDONE, 3, 0)
    assert len(facts.of(ImportUndone)) == 1
    assert not ImportChange.objects.of(acme.workspace).filter(import_run=run).exists()


def test_what_people_changed_since_stays_and_is_told(acme):
    run = taken_in(acme, "code,name\nA,Anna\nB,Bea\n")
    thing = things_of(acme.workspace.pk, ["A"])["A"]
    thing.mapping["name"] = "Ana María"
    thing.save()

    run = undone(acme, run)

    assert all_things(acme.workspace) == {"A": {"code": "A", "name": "Ana María"}}
    assert run.kept == [[str(thing.pk), "changed since"]]


def test_an_import_is_undone_once(acme):
    run = undone(acme, taken_in(acme))

    with pytest.raises(Conflict):
        undo_import(run, by=acme.admin, now=MORNING)


def test_after_seven_days_it_is_too_late(acme):
    run = taken_in(acme)

    with pytest.raises(Conflict):
        undo_import(run, by=acme.admin, now=MORNING + timedelta(days=7))

    assert Import.objects.of(acme.workspace).get(pk=run.pk).state == State.DONE
    assert len(all_things(acme.workspace)) == 2

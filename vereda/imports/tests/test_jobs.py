from datetime import timedelta

from vereda.foundation import clock
from vereda.foundation.tasks import run_waiting_tasks
from vereda.foundation.testing import MORNING
from vereda.imports import jobs
from vereda.imports.actions.running import SILENT, claim_run
from vereda.imports.contracts import State
from vereda.imports.models import ImportChange, RejectedRow
from vereda.imports.queries.imports import imports_folder
from vereda.imports.testing import all_things
from vereda.imports.tests.test_run import checked, taken_in


def test_m10_an_import_whose_process_died_goes_on_by_itself(acme):
    run = checked(acme)
    claim_run(run, now=clock.now() - SILENT - timedelta(seconds=5))

    assert jobs.resume_dead_imports() == 1
    run_waiting_tasks()

    run.refresh_from_db()
    assert (run.state, run.counts) == (State.DONE, {"created": 2, "rejected": 2})
    assert jobs.resume_dead_imports() == 0


def test_an_import_that_works_is_left_alone(acme):
    run = checked(acme)
    claim_run(run, now=clock.now())

    assert jobs.resume_dead_imports() == 0
    assert all_things(acme.workspace) == {}


def test_when_undo_is_over_the_file_and_its_rows_go(acme, monkeypatch):
    run = taken_in(acme)
    path = imports_folder() / run.stored_as
    assert path.exists()

    monkeypatch.setattr(jobs, "now", lambda: MORNING + timedelta(days=6))
    assert jobs.clear_old_imports() == 0
    monkeypatch.setattr(jobs, "now", lambda: MORNING + timedelta(days=8))
    assert jobs.clear_old_imports() == 1

    run.refresh_from_db()
    assert not path.exists()
    assert not ImportChange.objects.of(acme.workspace).exists()
    assert not RejectedRow.objects.of(acme.workspace).exists()
    assert (run.state, run.counts) == (State.DONE, {"created": 2, "rejected": 2})
    assert len(all_things(acme.workspace)) == 2

from datetime import timedelta

import pytest
from django.utils import translation

from vereda.foundation.errors import Conflict
from vereda.foundation.importing import CHUNK_ROWS
from vereda.foundation.tasks import run_waiting_tasks
from vereda.foundation.testing import MORNING
from vereda.imports.actions.checking import check_import
from vereda.imports.actions.running import (
    SILENT,
    cancel_import,
    claim_run,
    resume_import,
    run_import,
    run_now,
    store_chunk,
)
from vereda.imports.actions.working import work_on
from vereda.imports.contracts import ImportFinished, Keep, Problem, State
from vereda.imports.models import ImportChange, RejectedRow, SavedMapping
from vereda.imports.sentences import sentence_of
from vereda.imports.testing import THING, a_mapped_file, all_things

FILE = "code,name,price\nA,Anna,1.50\nB,Bea,2\nC,forbidden,3\nD,Dora,x\n"
LATER = MORNING + SILENT + timedelta(seconds=1)


def checked(company, content=FILE, **changes):
    run = a_mapped_file(company, content, **changes)
    check_import(run, by=company.admin, now=MORNING)
    run_waiting_tasks()
    run.refresh_from_db()
    return run


def taken_in(company, content=FILE, **changes):
    run = checked(company, content, **changes)
    run_import(run, by=company.admin, now=MORNING)
    run_waiting_tasks()
    run.refresh_from_db()
    return run


def many(count):
    return "code,name\n" + "".join(f"T{number},Thing {number}\n" for number in range(count))


def test_a_dry_run_counts_and_writes_nothing(acme):
    run = checked(acme)

    assert run.state == State.CHECKED
    assert run.checked["counts"] == {"created": 2, "rejected": 2}
    assert all_things(acme.workspace) == {}
    assert not ImportChange.objects.of(acme.workspace).exists()


def test_every_row_is_stored_or_rejected_with_a_reason(acme, facts):
    run = taken_in(acme)

    assert run.state == State.DONE
    assert run.counts == {"created": 2, "rejected": 2}
    assert all_things(acme.workspace) == {
        "A": {"code": "A", "name": "Anna", "price": "1.5"},
        "B": {"code": "B", "name": "Bea", "price": "2"},
    }
    rows = RejectedRow.objects.of(acme.workspace).order_by("line")
    assert [(row.line, row.column, row.code) for row in rows] == [
        (4, "name", "forbidden_name"),
        (5, "price", "not_money"),
    ]
    assert "x" in rows[1].reason
    assert facts.of(ImportFinished) == [
        ImportFinished(workspace_id=acme.workspace.pk, import_id=run.pk, kind="things")
    ]


def test_m07_the_same_file_twice_adds_nothing(acme):
    taken_in(acme)

    again = taken_in(acme)

    assert again.counts == {"unchanged": 2, "rejected": 2}
    assert len(all_things(acme.workspace)) == 2


def test_m07_a_double_click_runs_once(acme):
    run = checked(acme)
    claim_run(run, now=MORNING)

    with pytest.raises(Conflict):
        run_import(run, by=acme.admin, now=MORNING)
    with pytest.raises(Conflict):
        check_import(run, by=acme.admin, now=MORNING)

    assert all_things(acme.workspace) == {}


def test_m10_an_import_whose_process_died_goes_on_without_doubles(acme):
    run = checked(acme, many(2 * CHUNK_ROWS + 200))
    runner = claim_run(run, now=MORNING)
    run.refresh_from_db()
    with work_on(run, dry_run=False) as work:
        store_chunk(work, next(work.chunks(0)), runner=runner)
    run.refresh_from_db()
    assert (run.position, run.counts) == (CHUNK_ROWS, {"created": CHUNK_ROWS})

    resume_import(run, by=acme.admin, now=LATER + timedelta(days=3650))
    run_waiting_tasks()

    run.refresh_from_db()
    assert (run.state, run.counts) == (State.DONE, {"created": 2 * CHUNK_ROWS + 200})
    assert len(all_things(acme.workspace)) == 2 * CHUNK_ROWS + 200
    assert ImportChange.objects.of(acme.workspace).count() == 2 * CHUNK_ROWS + 200


def test_m10_a_runner_that_was_replaced_stores_nothing(acme):
    run = checked(acme)
    stale = claim_run(run, now=MORNING)
    resume_import(run, by=acme.admin, now=LATER)

    run_now(acme.workspace.pk, run.pk, runner=stale)

    run.refresh_from_db()
    assert (run.state, run.position) == (State.RUNNING, 0)
    assert all_things(acme.workspace) == {}


def test_an_import_that_is_alive_is_not_resumed(acme):
    run = checked(acme)
    claim_run(run, now=MORNING)

    with pytest.raises(Conflict):
        resume_import(run, by=acme.admin, now=MORNING + timedelta(seconds=5))


def test_m10_a_cancelled_import_stops_and_can_go_on(acme):
    run = checked(acme, many(CHUNK_ROWS + 100))
    runner = claim_run(run, now=MORNING)
    run.refresh_from_db()
    with work_on(run, dry_run=False) as work:
        store_chunk(work, next(work.chunks(0)), runner=runner)
        cancel_import(run, by=acme.admin, now=MORNING)
        assert not store_chunk(work, next(work.chunks(CHUNK_ROWS)), runner=runner)
    assert len(all_things(acme.workspace)) == CHUNK_ROWS

    run.refresh_from_db()
    resume_import(run, by=acme.admin, now=MORNING)
    run_waiting_tasks()

    run.refresh_from_db()
    assert (run.state, run.counts) == (State.DONE, {"created": CHUNK_ROWS + 100})


def test_later_rows_of_one_thing_update_the_earlier(acme):
    run = taken_in(acme, "code,name\nA,one\nA,two\nB,x\nA,three\n")

    assert run.counts == {"created": 2, "updated": 2}
    assert all_things(acme.workspace)["A"]["name"] == "three"


def test_a_dry_run_knows_that_later_rows_would_update(acme):
    run = checked(acme, "code,name\nA,one\nA,two\nB,x\nB,x\n")

    assert run.checked["counts"] == {"created": 2, "updated": 1, "unchanged": 1}


def test_of_repeated_rows_the_first_can_be_kept(acme):
    run = taken_in(acme, "code,name\nA,one\nA,two\n", keep=Keep.FIRST)

    assert run.counts == {"created": 1, "skipped": 1}
    assert all_things(acme.workspace)["A"]["name"] == "one"
    skipped = RejectedRow.objects.of(acme.workspace).get()
    assert (skipped.line, skipped.reason) == (3, "Line 2 has the same identity and came first.")


def test_of_a_log_of_states_the_last_by_a_column_is_kept(acme):
    content = "code,name,when\nA,old,01/03/2026 9:00\nA,new,02/03/2026 9:00\nA,older,28/02/2026\n"

    run = taken_in(acme, content, keep=Keep.LAST, last_by="when")

    assert run.counts == {"created": 1, "skipped": 2}
    assert all_things(acme.workspace)["A"]["name"] == "new"


def test_what_a_row_refers_to_must_be_known_here(acme, globex):
    taken_in(globex, "code,name\nP,theirs\n")

    run = taken_in(acme, "code,name,parent\nA,Anna,P\n")

    assert run.counts == {"rejected": 1}
    row = RejectedRow.objects.of(acme.workspace).get()
    assert (row.column, row.code) == ("parent", "unknown_reference")
    assert "“P”" in row.reason


def test_a_finished_mapping_is_remembered(acme):
    run = taken_in(acme)

    saved = SavedMapping.objects.of(acme.workspace).exclude(kind=THING).get()
    assert (saved.kind, saved.mapping) == ("things", run.mapping)


def test_why_an_import_stopped_is_told_in_the_language_of_the_workspace(acme, monkeypatch):
    acme.workspace.language = "es"
    acme.workspace.save()
    run = checked(acme)
    runner = claim_run(run, now=MORNING)

    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("vereda.imports.actions.running.store_chunk", broken)
    with pytest.raises(ZeroDivisionError), translation.override("en"):
        run_now(acme.workspace.pk, run.pk, runner=runner)

    run.refresh_from_db()
    with translation.override("es"):
        assert run.failure == sentence_of(Problem("stopped"))
    with translation.override("en"):
        assert run.failure != sentence_of(Problem("stopped"))

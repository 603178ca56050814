import csv
from pathlib import Path

import pytest

from vereda.events.store.current import close_event_store
from vereda.foundation.clock import now
from vereda.imports.actions.checking import check_now, claim_check
from vereda.imports.actions.files import start_import
from vereda.imports.actions.mapping import map_columns
from vereda.imports.actions.running import claim_run, run_now
from vereda.imports.contracts import State
from vereda.imports.queries.kinds import importable_kind
from vereda.imports.rules.mapping_files import mapping_from_text

HERE = Path(__file__).parent
DATA = HERE.parents[1].parent / "shared" / "data"


def file_of(folder, name):
    path = DATA / folder / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"*** {path} is not there: real data is not tested ***")
    return path


@pytest.fixture
def rows_of():
    """The rows of a file, read by the csv module alone."""

    def read(folder, name):
        with file_of(folder, name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture
def bring_in():
    """Takes a file in through the wizard's own actions, by a mapping file."""

    def bring(company, folder, name, mapping, *, path=None):
        path = path or file_of(folder, name)
        return taken_in(company, path.read_bytes(), name=path.name, mapping=mapping)

    return bring


def taken_in(company, content, *, name, mapping):
    """An import of these bytes, checked and run; every row that was accepted is stored."""
    said = mapping_from_text(read_mapping(mapping))
    run = start_import(
        company.workspace,
        kind=importable_kind(said.kind),
        blocks=[content],
        file_name=name,
        by=company.admin,
        now=now(),
    )
    map_columns(run, mapping=said, by=company.admin, now=now())
    check_now(company.workspace.pk, run.pk, runner=claim_check(run, now=now()))
    run.refresh_from_db()
    assert run.state == State.CHECKED, run.failure
    run_now(company.workspace.pk, run.pk, runner=claim_run(run, now=now()))
    run.refresh_from_db()
    assert run.state == State.DONE, run.failure
    assert {key: run.counts.get(key, 0) for key in run.checked["counts"]} == run.checked["counts"]
    return run


def read_mapping(name):
    return (HERE / "mappings" / f"{name}.toml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def events_closed():
    """The event store that a test opened is closed after it."""
    yield
    close_event_store()

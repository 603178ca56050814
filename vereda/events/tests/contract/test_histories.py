"""Random histories: each engine answers as a model in plain Python does, and as the other."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vereda.events.contracts.arriving import Kind, NewEvent, WorkspaceKey
from vereda.events.testing import a_submission
from vereda.events.tests.contract.engines import ENGINES
from vereda.events.tests.contract.model import Model
from vereda.foundation.testing import MORNING

SPAN = {"since": date(2024, 1, 1), "until": date(2026, 12, 1)}
ZONES = ["UTC", "Europe/Madrid", "America/Santiago", "Asia/Kathmandu", "Pacific/Auckland"]
NEW_YORK = ZoneInfo("America/New_York")

people = st.sampled_from(["", "u1", "u2", "u3"])
visitors = st.sampled_from(["", "", "a1", "a2"])
accounts = st.sampled_from(["", "x", "y", "z'; --"])
names = st.sampled_from(["Exported", "Signed in", "Ñandú 😀"])
days_ago = st.integers(0, 60) | st.sampled_from([364, 365, 366, 699])


@st.composite
def instants(draw):
    """A wall-clock time in some zone, often at a change of the clock, sometimes long ago."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    changes = [
        datetime(2026, 3, 29, 2, 30),  # noqa: DTZ001 - does not exist in Madrid
        datetime(2026, 10, 25, 2, 30),  # noqa: DTZ001 - is there twice
        datetime(2026, 4, 4, 23, 30),  # noqa: DTZ001 - is there twice in Santiago
    ]
    wall = draw(
        st.sampled_from(changes)
        | days_ago.map(lambda age: MORNING.replace(tzinfo=None) - timedelta(days=age))
    )
    at = wall.replace(
        tzinfo=zone, minute=draw(st.integers(0, 59)), fold=draw(st.integers(0, 1))
    ).astimezone(UTC)
    return min(at, MORNING)


@st.composite
def events(draw):
    """One call: usage, or one that says who is who."""
    kind = draw(
        st.sampled_from([Kind.TRACK] * 5 + [Kind.PAGE, Kind.IDENTIFY, Kind.GROUP, Kind.ALIAS])
    )
    person = draw(people)
    anonymous = draw(visitors)
    previous = ""
    if kind is Kind.ALIAS:
        person, anonymous, previous = person or "u1", "", draw(st.sampled_from(["a1", "a2", "u2"]))
    if kind is Kind.IDENTIFY:
        person = person or "u1"
    return NewEvent(
        message_id=f"m{draw(st.integers(0, 60))}",
        kind=kind,
        name=draw(names) if kind in (Kind.TRACK, Kind.PAGE) else kind.value,
        occurred_at=draw(instants()),
        received_at=MORNING,
        person_key=person,
        anonymous_id=anonymous,
        account_key=draw(accounts),
        previous_id=previous,
        count=draw(st.integers(1, 3)),
        source=draw(st.sampled_from(["key:a", "import:1"])),
    )


submissions = st.lists(events(), min_size=1, max_size=8).map(lambda some: ("add", some))
steps = st.lists(
    submissions
    | submissions
    | submissions
    | st.just(("take back", "import:1"))
    | people.filter(bool).map(lambda person: ("erase", person)),
    min_size=1,
    max_size=6,
)


def told(store, model, workspace, step):
    """Tell both; what each says became of it."""
    what, value = step
    if what == "add":
        before = len(model.events), model.repeated
        model.add(value)
        receipt = store.add(a_submission(*value, workspace=workspace))
        return (receipt.stored, receipt.deduplicated), (
            len(model.events) - before[0],
            model.repeated - before[1],
        )
    if what == "erase":
        return store.erase_people(workspace, people=[value]), model.erase(value)
    return store.remove_source(workspace, source=value), model.remove_source(value)


def answers_of(store, workspace):
    """What the store says, in the model's shapes."""
    narrowed = {**SPAN, "accounts": ["x", "z'; --"], "people": ["u1", "u2"], "names": ["Exported"]}
    return {
        "count": store.count(workspace),
        "per day": two(store.usage_per_day(workspace, **SPAN), "day"),
        "narrowed": two(store.usage_per_day(workspace, **narrowed), "day"),
        "by account": two(store.usage_by_account(workspace, **SPAN), "account_key"),
        "by name": two(store.usage_by_name(workspace, **SPAN), "name"),
        "pulse": {
            one.account_key: (one.last_at, one.people_28d, one.weeks)
            for one in store.activity_by_account(workspace, on=MORNING.date())
        },
        "owners": sorted(
            (one.message_id, one.person_key, one.account_key)
            for one in store.last_events(workspace, limit=1_000)
        ),
    }


def answers_expected(model):
    """What the model says."""
    narrowed = {**SPAN, "accounts": ["x", "z'; --"], "people": ["u1", "u2"], "names": ["Exported"]}
    return {
        "count": len(model.events),
        "per day": model.per_day(**SPAN),
        "narrowed": model.per_day(**narrowed),
        "by account": model.by_account(**SPAN),
        "by name": model.by_name(**SPAN),
        "pulse": model.pulse(on=MORNING.date()),
        "owners": sorted((kept.message, kept.person, kept.account) for kept in model.owned()),
    }


def two(rows, key):
    return {getattr(row, key): (row.count, row.people) for row in rows}


class Histories:
    """Workspaces of one store, a new one for each history."""

    def __init__(self, store):
        self.store = store
        self._made = 0

    def workspace(self):
        self._made += 1
        return WorkspaceKey(f"{self._made:032x}")


@pytest.fixture(scope="module")
def both():
    """A store of each engine for the whole module: every history has a workspace of its own."""
    with ENGINES["duckdb"]() as file, ENGINES["clickhouse"]() as server:
        yield Histories(file), Histories(server)


def lived(histories, history):
    """The answers of a store after a history; each step did what the model says."""
    workspace, model = histories.workspace(), Model()
    for step in history:
        said, expected = told(histories.store, model, workspace, step)
        assert said == expected, step
    answers = answers_of(histories.store, workspace)
    assert answers == answers_expected(model)
    return answers


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(history=steps)
def test_both_engines_answer_as_the_model_does(both, history):
    file, server = both

    assert lived(file, history) == lived(server, history)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(history=steps)
def test_the_file_answers_as_the_model_does(both, history):
    assert lived(both[0], history)["count"] >= 0

import pytest

from vereda.customers.actions.accounts import add_external_id
from vereda.customers.testing import an_account
from vereda.events.actions.measuring import measure_all
from vereda.events.actions.metrics import define_metric
from vereda.events.actions.storing import store_submission
from vereda.events.contracts.arriving import workspace_key
from vereda.events.contracts.measuring import Measure, MetricDefinition
from vereda.events.store.current import another_store
from vereda.events.testing import a_refusal, a_submission, an_event
from vereda.foundation import clock
from vereda.foundation.testing import MORNING
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db
DAY = MORNING.date().isoformat()


@pytest.fixture(autouse=True)
def own_store(store):
    with another_store(store):
        yield


@pytest.fixture
def program(acme):
    return a_program(acme.viewer)


def sent(acme):
    events = [an_event(account_key="cli-1", person_key=who) for who in ("u1", "u2", "u1")]
    store_submission(
        a_submission(*events, workspace=workspace_key(acme.workspace.pk), refusals=[a_refusal()])
    )


def test_use_is_counted_day_by_day(program, acme):
    account = an_account(acme)
    add_external_id(account, value="cli-1", by=acme.owner)
    sent(acme)

    days = program.get(f"/accounts/{account.key}/usage", since="2026-11-01", until=DAY).json()

    assert [(day["day"], day["count"], day["people"]) for day in days] == [
        ("2026-11-01", 0, 0),
        (DAY, 3, 2),
    ]


def test_arrivals_add_up(program, acme):
    sent(acme)

    told = program.get("/events/arrivals", day=DAY).json()

    assert (told["received"], told["stored"], told["quarantined"]) == (4, 3, 1)
    assert program.get("/events/arrivals", day="2026-01-01").json()["received"] == 0


@pytest.mark.parametrize(
    "span",
    [
        {"since": "2026-11-02", "until": "2026-11-01"},
        {"since": "2000-01-01", "until": "2026-11-01"},
        {"since": "yesterday"},
    ],
)
def test_a_span_without_sense_is_refused(program, acme, span):
    account = an_account(acme)

    assert program.get(f"/accounts/{account.key}/usage", **span).status_code == 422


def test_metrics_and_their_values_are_told(program, acme):
    account = an_account(acme)
    add_external_id(account, value="cli-1", by=acme.owner)
    sent(acme)
    definition = MetricDefinition(measure=Measure.PEOPLE, window=7)
    define_metric(acme.workspace, name="People", definition=definition, by=acme.member)
    measure_all(acme.workspace, now=clock.now())

    metrics = program.get("/metrics").json()
    values = program.get("/metrics/people/values").json()
    readings = program.get(f"/accounts/{account.key}/metrics").json()
    history = program.get(f"/accounts/{account.key}/metrics/history", weeks=2).json()

    assert [one["slug"] for one in metrics] == ["people"]
    assert metrics[0]["definition"] == {"measure": "people", "window": 7}
    assert [one["account"] for one in values] == [account.key]
    assert [(one["metric"], one["value"]) for one in readings] == [("people", values[0]["value"])]
    assert [week["value"] for week in history["people"]][-1] == values[0]["value"]
    assert len(history["people"]) == 2

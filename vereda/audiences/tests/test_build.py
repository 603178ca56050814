"""The builder: rows of plain words without JavaScript, previewed and tried before they are kept."""

import pytest

from vereda.audiences.contracts import About, Comparison, Group, Row
from vereda.audiences.jobs import answer_audience
from vereda.audiences.models import Audience
from vereda.audiences.queries.asking import vocabulary_of
from vereda.audiences.queries.reasons import RowWords
from vereda.audiences.testing import a_row, an_audience
from vereda.customers.contracts import LifecycleStage
from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING

pytestmark = pytest.mark.django_db

NEW = "/w/acme/audiences/new/?about=accounts"
TRIAL = {
    "name": "Trials",
    "place": ["1"],
    "at-0-join": "all",
    "at-1-criterion": "customers.stage",
    "at-1-comparison": "is",
    "at-1-value": "trial",
}


def test_first_one_says_whom_it_is_about(acme, client_of):
    answer = client_of(acme.member).get("/w/acme/audiences/new/")

    assert "Whom is it about?" in answer.text


def test_an_empty_builder_shows_one_row_to_choose(acme, client_of):
    answer = client_of(acme.member).get(NEW)

    assert answer.status_code == 200
    assert 'name="at-1-criterion"' in answer.text
    assert '<option value="customers.stage">Stage</option>' in answer.text


def test_choosing_what_to_ask_shows_how_it_compares(acme, client_of):
    answer = client_of(acme.member).post(
        NEW, {"place": "1", "at-1-criterion": "customers.stage", "do": "refresh"}
    )

    assert answer.status_code == 200
    assert '<option value="any_of">is any of</option>' in answer.text
    assert '<option value="trial">Trial</option>' in answer.text


def test_rows_and_groups_are_added_and_removed_without_javascript(acme, client_of):
    client = client_of(acme.member)

    with_group = client.post(NEW, {**TRIAL, "do": "group:"})
    nested = {**TRIAL, "place": ["1", "2", "2-1"], "at-2-join": "any", "at-2-1-criterion": ""}
    with_row = client.post(NEW, {**nested, "do": "row:2"})
    removed = client.post(NEW, {**nested, "do": "remove:1"})

    assert 'name="at-2-join"' in with_group.text
    assert 'name="at-2-1-criterion"' in with_group.text
    assert 'name="at-2-2-criterion"' in with_row.text
    assert 'name="at-1-join"' in removed.text
    assert "customers.stage" in removed.text
    assert '<option value="trial" selected>' not in removed.text


def test_groups_are_not_offered_deeper_than_three(acme, client_of):
    nested = {"place": ["1", "1-1", "1-1-1"], "at-1-join": "any", "at-1-1-join": "any"}

    answer = client_of(acme.member).post(NEW, {**nested, "do": "refresh"})

    assert 'value="group:"' in answer.text
    assert 'value="group:1"' in answer.text
    assert 'value="group:1-1"' not in answer.text


def test_a_preview_counts_and_says_why_before_anything_is_kept(acme, client_of):
    an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    an_account(acme, name="Molino", stage=LifecycleStage.ADOPTION)

    answer = client_of(acme.member).post(NEW, {**TRIAL, "name": "", "do": "preview"})

    assert answer.status_code == 200
    assert "1 account would be in" in answer.text
    assert "Stage: Trial" in answer.text
    assert "Molino" not in answer.text
    assert Audience.every_workspace.count() == 0


def test_one_account_is_tried_row_by_row(acme, client_of):
    account = an_account(acme, name="Molino", stage=LifecycleStage.ADOPTION)

    answer = client_of(acme.member).post(NEW, {**TRIAL, "trial": account.key, "do": "try"})

    assert "The question does not take <strong>Molino</strong> in." in answer.text
    assert "Stage: Adoption" in answer.text


def test_what_was_built_is_saved_and_answered(acme, client_of, facts):
    an_account(acme, stage=LifecycleStage.TRIAL)

    answer = client_of(acme.member).post(NEW, {**TRIAL, "do": "save"})
    facts.deliver()

    saved = Audience.objects.of(acme.workspace).get()
    assert answer.headers["Location"] == f"/w/acme/audiences/{saved.key}/"
    assert saved.asked == Group(
        rules=(Row(criterion="customers.stage", comparison=Comparison.IS, values=("trial",)),)
    )
    assert saved.size == 1


def test_a_question_without_rows_is_refused_and_nothing_is_kept(acme, client_of):
    answer = client_of(acme.member).post(NEW, {"name": "Nobody", "do": "save"})

    assert answer.status_code == 422
    assert "Choose what at least one row asks about." in answer.text
    assert Audience.every_workspace.count() == 0


def test_a_wrong_value_is_refused_with_its_row(acme, client_of):
    answer = client_of(acme.member).post(NEW, {**TRIAL, "at-1-value": "nowhere", "do": "save"})

    assert answer.status_code == 422
    assert "Row 1: “nowhere” is no choice of “Stage”." in answer.text


def test_the_second_person_to_change_a_question_is_told(acme, client_of):
    audience = an_audience(acme, a_row("customers.stage", "is", "trial"))
    client = client_of(acme.member)
    path = f"/w/acme/audiences/{audience.key}/edit/"
    changed = {**TRIAL, "at-1-value": "value", "version": "1", "do": "save"}

    first = client.post(path, changed)
    second = client.post(path, {**changed, "at-1-value": "prospect"})

    assert (first.status_code, second.status_code) == (303, 409)
    row = Audience.objects.of(acme.workspace).get()
    assert row.version == 2
    assert row.question["rules"][0]["value"] == "value"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (a_row("revenue.arr", "at_least", "50000"), "ARR is at least €50,000"),
        (a_row("revenue.arr", "at_most", "1234.5"), "ARR is at most €1,234.50"),
        (a_row("revenue.arr", "at_least", "much"), "ARR is at least much"),
        (a_row("surveys.nps", "at_least", "7.5"), "Last NPS score is at least 7.5"),
        (
            a_row("customers.renewal_on", "before", "2027-03-31"),
            "Renewal is before 31 Mar 2027",
        ),
        (a_row("customers.renewal_on", "before", "+90d"), "Renewal is before 90 days from today"),
    ],
)
def test_values_are_told_as_people_read_them(acme, row, words):
    told = RowWords(vocabulary_of(acme.workspace, about=About.ACCOUNTS))

    assert told.of(row) == words


@pytest.fixture
def without_tasks(monkeypatch):
    """Nothing can be put into the table of tasks."""

    def lost(*_args, **_said):
        raise RuntimeError("the table of tasks is gone")

    monkeypatch.setattr(type(answer_audience), "enqueue", lost)


def test_an_audience_is_saved_with_the_task_that_answers_it_or_not_at_all(
    acme, client_of, without_tasks
):
    with pytest.raises(RuntimeError):
        client_of(acme.member).post(NEW, {**TRIAL, "do": "save"})

    assert not Audience.every_workspace.exists()


def test_an_audience_is_restored_with_its_task_or_not_at_all(acme, client_of, without_tasks):
    audience = an_audience(acme, a_row("customers.stage", "is", "trial"))
    Audience.objects.of(acme.workspace).update(archived_at=MORNING)

    with pytest.raises(RuntimeError):
        client_of(acme.member).post(f"/w/acme/audiences/{audience.key}/restore/")

    assert Audience.every_workspace.get().archived_at == MORNING

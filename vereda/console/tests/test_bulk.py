import pytest

from vereda.console.models import BulkChange, BulkEdit
from vereda.customers.actions.accounts import change_stage
from vereda.customers.contracts import LifecycleStage
from vereda.customers.queries.accounts import listed_accounts, tags_of_all
from vereda.customers.testing import an_account
from vereda.foundation.testing import NOON
from vereda.workspaces.queries import audit_lines_of

URL = "/w/acme/accounts/bulk/"


@pytest.fixture
def client(acme, client_of):
    return client_of(acme.member)


def stages(acme):
    rows = listed_accounts(acme.workspace).order_by("name_sort")
    return list(rows.values_list("stage", flat=True))


def apply(client, rows, field, value, **more):
    sent = {"row": [row.key for row in rows], "field": field, "value": value, **more}
    return client.post(f"{URL}apply/", sent)


def test_the_effect_is_shown_before_it_happens(acme, some, client):
    response = client.post(
        URL,
        {"row": [row.key for row in some], "field": "stage", "step": "preview", "value": "value"},
    )

    assert response.context["before"] == [("Adoption", 2), ("Value", 1)]
    assert (response.context["changing"], response.context["after"]) == (2, "Value")
    assert stages(acme) == ["adoption", "value", "adoption"]
    assert BulkEdit.objects.of(acme.workspace).count() == 0


def test_the_whole_filter_is_a_second_step(acme, some, client):
    first = client.post(URL, {"row": some[0].key, "query": "f=stage:any_of:adoption"})
    second = client.post(URL, {"scope": "whole", "query": "f=stage:any_of:adoption"})

    assert (first.context["count"], first.context["whole_count"]) == (1, 2)
    assert second.context["count"] == 2


def test_it_changes_those_chosen_and_can_be_taken_back(acme, some, client):
    done = apply(client, some[:2], "stage", "expansion")
    after = stages(acme)
    taken_back = client.post(f"{done.headers['Location']}undo/")

    edit = BulkEdit.objects.of(acme.workspace).get()
    assert after == ["expansion", "expansion", "adoption"]
    assert stages(acme) == ["adoption", "value", "adoption"]
    assert (edit.changed, edit.total) == (2, 2)
    assert edit.undone_at is not None
    assert taken_back.status_code == 303


def test_undoing_leaves_what_somebody_changed_since(acme, some, client):
    done = apply(client, some, "stage", "expansion")
    some[0].refresh_from_db()
    change_stage(some[0], stage=LifecycleStage.ADVOCACY, by=acme.admin, now=NOON)

    client.post(f"{done.headers['Location']}undo/")
    page = client.get(done.headers["Location"]).content.decode()

    assert stages(acme) == ["advocacy", "value", "adoption"]
    assert "1 account was left as it is" in page


def test_it_is_taken_back_once(acme, some, client):
    done = apply(client, some, "stage", "expansion")
    client.post(f"{done.headers['Location']}undo/")

    again = client.post(f"{done.headers['Location']}undo/")

    assert again.status_code == 422


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("next_step", "Send the plan", lambda row: row.next_step),
        ("owner", "", lambda row: row.owner_id or ""),
    ],
)
def test_next_step_and_owner(acme, some, client, field, value, read):
    apply(client, some, field, value)

    rows = listed_accounts(acme.workspace)
    assert {read(row) for row in rows} == {value}


def test_a_tag_is_added_and_taken_off_again(acme, some, client):
    done = apply(client, some, "add_tag", "vip")
    ids = [row.pk for row in some]
    carried = tags_of_all(acme.workspace, ids)
    client.post(f"{done.headers['Location']}undo/")

    assert [[tag.name for tag in carried[pk]] for pk in ids] == [["vip"]] * 3
    assert list(tags_of_all(acme.workspace, ids).values()) == [[], [], []]


def test_many_run_in_the_background(acme, client, facts, monkeypatch):
    monkeypatch.setattr("vereda.console.pages.bulk.AT_ONCE", 2)
    for number in range(5):
        an_account(acme, name=f"N {number}", stage="adoption")

    done = apply(client, [], "stage", "value", scope="whole", query="f=stage:any_of:adoption")
    waiting = client.get(done.headers["Location"]).content.decode()
    facts.deliver()

    assert "You can leave this page" in waiting
    assert stages(acme) == ["value"] * 5
    assert "5 accounts were changed" in client.get(done.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stage", "nowhere"),
        ("owner", "me"),
        ("add_tag", ""),
        ("add_tag", "a,b"),
        ("next_step", "x" * 400),
    ],
)
def test_a_value_that_does_not_fit_changes_nothing(acme, some, client, field, value):
    refused = apply(client, some, field, value)

    assert refused.status_code == 422
    assert BulkChange.objects.of(acme.workspace).count() == 0


def test_nobody_chosen_is_not_everybody(acme, some, client):
    refused = apply(client, [], "stage", "value")

    assert refused.status_code == 422
    assert stages(acme) == ["adoption", "value", "adoption"]


def test_keys_of_another_workspace_change_nothing(acme, globex, some, client_of):
    refused = client_of(globex.member).post(
        "/w/globex/accounts/bulk/apply/",
        {"row": [row.key for row in some], "field": "stage", "value": "value"},
    )

    assert refused.status_code == 422
    assert stages(acme) == ["adoption", "value", "adoption"]


def test_a_viewer_may_not(acme, some, client_of):
    assert apply(client_of(acme.viewer), some, "stage", "value").status_code == 403


def test_each_account_has_its_audit_line(acme, some, client):
    apply(client, some[:2], "stage", "expansion")

    lines = audit_lines_of(acme.workspace, kind="customers.account")
    assert lines.filter(verb="edited").count() == 2

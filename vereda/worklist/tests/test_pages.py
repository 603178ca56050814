"""The pages of the worklist, and its API."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.testing import an_account
from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING, NOON
from vereda.worklist.actions.alerts import clear_alert
from vereda.worklist.actions.playbooks import start_playbook
from vereda.worklist.actions.queues import edit_queue
from vereda.worklist.contracts import AlertKind, AlertReason, TaskState
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.playbooks import Playbook, PlaybookRun, Queue
from vereda.worklist.models.tasks import Task
from vereda.worklist.queries.playbooks import steps_of
from vereda.worklist.queries.ranks import today_at
from vereda.worklist.testing import a_playbook, a_queue, a_task, an_alert
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db


def keys(response):
    return [row["item"].key for row in response.context["told"]]


def test_the_list_tells_mine_nobodys_and_everybodys(acme, client_of):
    an_alert(an_account(acme, name="A", owner_id=acme.member.pk))
    an_alert(an_account(acme, name="B", owner_id=acme.admin.pk))
    an_alert(an_account(acme, name="C"))
    client = client_of(acme.member)

    assert keys(client.get("/w/acme/work/")) == ["AL-1"]
    assert keys(client.get("/w/acme/work/?whose=nobody")) == ["AL-3"]
    assert sorted(keys(client.get("/w/acme/work/?whose=everybody"))) == ["AL-1", "AL-2", "AL-3"]
    owner = f"/w/acme/work/?whose=everybody&owner={acme.admin.pk}"
    assert keys(client.get(owner)) == ["AL-2"]


def test_tasks_are_told_by_what_is_due_and_by_queue(acme, client_of):
    today = today_at(acme.workspace, now=now())
    a_task(acme.member, title="Late", due_on=today - timedelta(days=1))
    a_task(acme.member, title="Soon", due_on=today + timedelta(days=6))
    a_task(acme.member, title="Shared", queue=a_queue(acme.member))
    client = client_of(acme.member)

    assert keys(client.get("/w/acme/work/?what=tasks&due=late")) == ["K-1"]
    assert keys(client.get("/w/acme/work/?what=tasks&due=week&sort=due")) == ["K-1", "K-2"]
    assert keys(client.get("/w/acme/work/?what=tasks&whose=queues")) == ["K-3"]


def test_words_the_address_makes_up_change_nothing(acme, client_of):
    an_alert(an_account(acme, owner_id=acme.member.pk))
    page = client_of(acme.member).get("/w/acme/work/?what=x&whose=y&state=z&kind=q&sort=w&due=v")
    assert keys(page) == ["AL-1"]


def test_what_cannot_be_taken_back_keeps_nothing_else_from_it(acme, client_of):
    account = an_account(acme, owner_id=acme.member.pk)
    gone = an_alert(account, cause="gone")
    task = a_task(acme.member, account=account)
    client = client_of(acme.member)
    rows = [gone.key, task.key]
    client.post("/w/acme/work/bulk/", {"row": rows, "verb": "finish"})
    clear_alert(
        acme.workspace, account_id=account.pk, kind=AlertKind(gone.kind), cause="gone", now=now()
    )

    client.post("/w/acme/work/undo/", {"row": rows, "verb": "finish"})
    told = client.get("/w/acme/work/").content.decode()

    task.refresh_from_db()
    gone.refresh_from_db()
    assert (task.state, gone.closed_at is None) == (TaskState.OPEN, False)
    assert "1 thing cannot be taken back" in told


def test_many_at_once_are_done_and_taken_back(acme, client_of):
    account = an_account(acme, owner_id=acme.member.pk)
    rows = [an_alert(account, cause=f"c{number}").key for number in range(3)]
    client = client_of(acme.member)

    answer = client.post("/w/acme/work/bulk/", {"row": rows[:2], "verb": "finish"})

    assert answer["Location"] == "/w/acme/work/?did=finish:AL-1,AL-2"
    assert keys(client.get("/w/acme/work/")) == ["AL-3"]
    client.post("/w/acme/work/undo/", {"row": rows[:2], "verb": "finish"})
    assert len(keys(client.get("/w/acme/work/"))) == 3


def test_many_at_once_are_handed_over_after_a_question(acme, client_of):
    account = an_account(acme, owner_id=acme.member.pk)
    rows = [an_alert(account, cause=f"c{number}").key for number in range(2)]
    client = client_of(acme.member)
    asked = client.post("/w/acme/work/bulk/", {"row": rows, "verb": "delegate"})
    assert "2 things are chosen" in asked.content.decode()

    said = {"row": rows, "verb": "delegate", "confirmed": "1", "to": f"member:{acme.admin.pk}"}
    client.post("/w/acme/work/bulk/", said)

    owners = Alert.objects.of(acme.workspace).values_list("owner", flat=True)
    assert set(owners) == {acme.admin.pk}


def test_the_page_of_an_alert_tells_why_and_what_stands_behind_it(acme, client_of):
    alert = an_alert(an_account(acme), details={"last_on": "2026-10-01"})
    page = client_of(acme.viewer).get(f"/w/acme/work/{alert.key}/")
    words = page.content.decode()
    assert "Nobody has used it for" in words
    assert "/w/acme/accounts/A-1/usage/" in words
    rank = page.context["rank"]
    assert rank.points == rank.stake + rank.urgency + rank.severity + rank.staleness


def test_the_page_of_an_alert_says_once_that_it_was_noticed(acme, client_of):
    account = an_account(acme)
    alert = an_alert(account)
    page = f"/w/acme/work/{alert.key}/"
    once = client_of(acme.viewer).get(page).content.decode()

    an_alert(account, now=NOON)
    again = client_of(acme.viewer).get(page).content.decode()

    assert once.count("Noticed") == again.count("Noticed") == 1
    assert "seen 2 times" in again


def test_who_left_an_alert_open_hears_who_closed_it_first(acme, client_of):
    alert = an_alert(an_account(acme))
    client = client_of(acme.member)
    client.post(f"/w/acme/work/{alert.key}/dismiss/", {"because": "known"})
    second = client_of(acme.admin).post(f"/w/acme/work/{alert.key}/finish/")
    assert second.status_code == 409
    assert Alert.objects.of(acme.workspace).get().dismissed_as == "known"


def test_a_task_is_added_for_an_account_and_changed(acme, client_of):
    an_account(acme)
    client = client_of(acme.member)
    said = {"title": "Call", "to": f"member:{acme.admin.pk}", "priority": "high", "note": ""}
    client.post("/w/acme/work/new/?account=A-1", {**said, "due_on": "2026-11-30"})
    task = Task.objects.of(acme.workspace).get()
    assert (task.account_id is not None, task.owner, task.due_on) == (
        True,
        acme.admin,
        date(2026, 11, 30),
    )
    client.post("/w/acme/work/K-1/edit/", {**said, "title": "Write", "to": "", "version": "1"})
    task.refresh_from_db()
    assert (task.title, task.owner, task.due_on) == ("Write", None, None)


def test_a_playbook_is_written_started_and_stopped(acme, client_of):
    an_account(acme, owner_id=acme.member.pk)
    client = client_of(acme.member)
    steps = {
        "steps-TOTAL_FORMS": "3",
        "steps-INITIAL_FORMS": "0",
        "steps-0-title": "Call",
        "steps-0-working_days": "1",
        "steps-0-role": "account_owner",
        "steps-0-priority": "normal",
        "steps-1-title": "",
        "steps-1-working_days": "0",
        "steps-1-role": "account_owner",
        "steps-1-priority": "normal",
        "steps-2-title": "Write",
        "steps-2-working_days": "2",
        "steps-2-role": "starter",
        "steps-2-priority": "high",
    }
    made = client.post("/w/acme/playbooks/new/", {"name": "Calm them", "kind": "voice", **steps})
    assert made["Location"] == "/w/acme/playbooks/calm-them/"
    playbook = Playbook.objects.of(acme.workspace).select_related("current").get()
    assert [step.title for step in steps_of(playbook.current)] == ["Call", "Write"]

    client.post("/w/acme/accounts/A-1/playbooks/start/", {"playbook": "calm-them"})

    run = PlaybookRun.objects.of(acme.workspace).get()
    assert client.get("/w/acme/playbooks/calm-them/").context["slice"].rows == [run]
    client.post(f"/w/acme/playbooks/runs/{run.pk}/stop/")
    states = set(Task.objects.of(acme.workspace).values_list("state", flat=True))
    assert states == {TaskState.DROPPED}


def test_a_playbook_goes_out_as_a_file_and_comes_back(acme, globex, client_of):
    a_playbook(acme.admin)
    sent = client_of(acme.viewer).get("/w/acme/playbooks/unhappy-customer/file/")
    file = SimpleUploadedFile("p.toml", sent.content)
    client_of(globex.member).post("/w/globex/playbooks/import/", {"file": file})
    taken = Playbook.objects.of(globex.workspace).select_related("current").get()
    assert [step.title for step in steps_of(taken.current)] == ["Listen", "Tell them what we do"]


def test_a_queue_is_served_and_its_task_taken(acme, client_of):
    client = client_of(acme.member)
    client.post("/w/acme/queues/new/", {"name": "Pool", "members": [str(acme.member.pk)]})
    queue = Queue.objects.of(acme.workspace).get()
    task = a_task(acme.admin, queue=queue)
    page = client.get(f"/w/acme/queues/{queue.pk}/")
    assert "Take it" in page.content.decode()
    client.post(f"/w/acme/work/{task.key}/take/")
    task.refresh_from_db()
    assert task.owner == acme.member
    edit_queue(queue, name="Pool", members=[], by=acme.member)
    assert "Nobody serves it" in client.get(f"/w/acme/queues/{queue.pk}/").content.decode()


PAGES = [
    "/w/acme/work/?whose=everybody",
    "/w/acme/work/?what=tasks&whose=everybody",
    "/w/acme/playbooks/",
    "/w/acme/playbooks/unhappy-customer/",
    "/w/acme/queues/",
    "/w/acme/accounts/A-1/",
    "/w/acme/reports/portfolio/",
]


def some_work(acme, *, start, count, playbook):
    for number in range(start, start + count):
        account = an_account(acme, name=f"N {number}", owner_id=acme.member.pk)
        an_alert(account)
        a_task(acme.member, account=account)
        start_playbook(playbook, account=account, by=acme.admin, now=MORNING)


@pytest.mark.parametrize("url", PAGES)
def test_a_page_costs_the_same_for_three_and_for_thirty(acme, client_of, url):
    client = client_of(acme.member)
    playbook = a_playbook(acme.admin)
    a_queue(acme.member)
    some_work(acme, start=0, count=3, playbook=playbook)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        assert client.get(url).status_code == 200
    some_work(acme, start=3, count=27, playbook=playbook)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(many) == len(few)


# --- For programs -----------------------------------------------------------------


def test_a_program_reads_alerts_adds_a_task_and_finishes_it(acme):
    an_alert(an_account(acme, owner_id=acme.member.pk))
    program = a_program(acme.admin, "worklist.see", "worklist.act")

    alerts = program.get("/alerts").json()["items"]
    body = {"title": "Call", "account": "A-1", "alert": "AL-1", "due_on": "2026-12-01"}
    made = program.post("/tasks", body)

    assert [(row["key"], row["reason"], row["owner"]) for row in alerts] == [
        ("AL-1", "usage_stopped", "member@acme.example")
    ]
    assert made.status_code == 201
    assert made.json()["account"] == "A-1"
    assert program.post("/tasks/K-1/finish").json()["state"] == "done"
    assert program.post("/tasks/K-1/finish").status_code == 409
    assert program.get("/tasks").json()["items"] == []
    snoozed = program.post("/alerts/AL-1/snooze", {"until": "2020-01-01T00:00:00Z"})
    assert snoozed.status_code == 422


def test_a_program_starts_a_playbook_once(acme):
    an_account(acme)
    a_playbook(acme.admin)
    program = a_program(acme.admin, "worklist.see", "worklist.act")

    started = program.post("/playbooks/unhappy-customer/runs", {"account": "A-1"})
    again = program.post("/playbooks/unhappy-customer/runs", {"account": "A-1"})

    assert (started.status_code, again.status_code) == (201, 409)
    assert [each["slug"] for each in program.get("/playbooks").json()] == ["unhappy-customer"]


def test_an_alert_about_a_plan_leads_to_it(acme, client_of):
    alert = an_alert(
        an_account(acme),
        kind=AlertKind.PEOPLE,
        reason=AlertReason.PLAN_LATE,
        details={"plan": "OB-3", "due_on": "2026-11-01"},
    )

    page = client_of(acme.viewer).get(f"/w/acme/work/{alert.key}/").content.decode()

    assert 'href="/w/acme/onboarding/plans/OB-3/"' in page

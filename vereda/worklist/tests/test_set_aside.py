"""Tasks of an archived account close by themselves, and open again when it comes back."""

import pytest

from vereda.customers.actions.accounts import archive_account, restore_account
from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING, NOON
from vereda.worklist.actions.playbooks import start_playbook
from vereda.worklist.actions.queues import archive_queue
from vereda.worklist.actions.runs import stop_run
from vereda.worklist.actions.tasks import drop_task, finish_task, reopen_task
from vereda.worklist.contracts import TaskState
from vereda.worklist.models.playbooks import PlaybookRun
from vereda.worklist.models.tasks import Task
from vereda.worklist.testing import a_playbook, a_queue, a_task
from vereda.workspaces.actions.members import end_membership

pytestmark = pytest.mark.django_db


def states(company):
    rows = Task.objects.of(company.workspace).order_by("number")
    return [TaskState(state) for state in rows.values_list("state", flat=True)]


def test_open_tasks_close_with_the_account_and_open_with_it(acme, facts, client_of):
    account = an_account(acme)
    task = a_task(acme.member, account=account)
    done, dropped = a_task(acme.member, account=account), a_task(acme.member, account=account)
    finish_task(done, by=acme.member, now=MORNING)
    drop_task(dropped, by=acme.member, now=MORNING)
    other = a_task(acme.member, account=an_account(acme, name="Other"))
    before = states(acme)

    archive_account(account, by=acme.admin, now=NOON)
    facts.deliver()

    assert states(acme) == [TaskState.SET_ASIDE, *before[1:3], TaskState.OPEN]
    page = client_of(acme.member).get(f"/w/acme/work/{task.key}/").text
    assert "Closed: account archived" in page
    assert "Closed: the account was archived" in page

    restore_account(account, by=acme.admin, now=NOON)
    facts.deliver()
    assert states(acme) == before
    other.refresh_from_db()
    assert other.version == 1


def test_what_was_heard_too_late_changes_nothing(acme, facts):
    account = an_account(acme)
    a_task(acme.member, account=account)
    archive_account(account, by=acme.admin, now=NOON)
    restore_account(account, by=acme.admin, now=NOON)

    facts.deliver()

    assert states(acme) == [TaskState.OPEN]


def test_a_playbook_goes_on_when_the_account_comes_back(acme, facts):
    account = an_account(acme, owner_id=acme.member.pk)
    run = start_playbook(a_playbook(acme.admin), account=account, by=acme.admin, now=MORNING)
    many = Task.objects.of(acme.workspace).filter(run=run).count()
    archive_account(account, by=acme.admin, now=NOON)
    facts.deliver()
    assert set(states(acme)) == {TaskState.SET_ASIDE}

    first = Task.objects.of(acme.workspace).filter(run=run).order_by("number")[0]
    reopen_task(first, by=acme.admin, now=NOON)
    finish_task(first, by=acme.admin, now=NOON)
    assert PlaybookRun.objects.of(acme.workspace).running().count() == 1

    restore_account(account, by=acme.admin, now=NOON)
    facts.deliver()
    assert states(acme).count(TaskState.OPEN) == many - 1


def test_a_stopped_playbook_drops_what_was_set_aside_too(acme, facts):
    account = an_account(acme, owner_id=acme.member.pk)
    run = start_playbook(a_playbook(acme.admin), account=account, by=acme.admin, now=MORNING)
    archive_account(account, by=acme.admin, now=NOON)
    facts.deliver()

    stop_run(run, by=acme.admin, now=NOON)
    restore_account(account, by=acme.admin, now=NOON)
    facts.deliver()

    assert set(states(acme)) == {TaskState.DROPPED}


def test_whose_owner_left_meanwhile_goes_to_the_accounts_owner(acme, facts):
    account = an_account(acme, owner_id=acme.admin.pk)
    task = a_task(acme.member, account=account)
    archive_account(account, by=acme.admin, now=NOON)
    facts.deliver()
    end_membership(acme.member, by=acme.owner, now=NOON)
    facts.deliver()

    restore_account(account, by=acme.admin, now=NOON)
    facts.deliver()

    task.refresh_from_db()
    assert (task.state, task.owner) == (TaskState.OPEN, acme.admin)


@pytest.mark.parametrize("comes_back", ["with its account", "by hand"])
def test_whose_queue_was_archived_meanwhile_goes_to_the_accounts_owner(acme, facts, comes_back):
    account = an_account(acme, owner_id=acme.admin.pk)
    queue = a_queue(acme.member)
    task = a_task(acme.member, account=account, queue=queue)
    archive_account(account, by=acme.admin, now=NOON)
    facts.deliver()
    archive_queue(queue, by=acme.admin, now=NOON)

    if comes_back == "by hand":
        reopen_task(task, by=acme.admin, now=NOON)
    else:
        restore_account(account, by=acme.admin, now=NOON)
        facts.deliver()

    task.refresh_from_db()
    assert (task.state, task.owner, task.queue) == (TaskState.OPEN, acme.admin, None)


def test_a_queue_that_is_still_there_has_its_tasks_again(acme, facts):
    account = an_account(acme, owner_id=acme.admin.pk)
    queue = a_queue(acme.member)
    task = a_task(acme.member, account=account, queue=queue)
    archive_account(account, by=acme.admin, now=NOON)
    facts.deliver()

    restore_account(account, by=acme.admin, now=NOON)
    facts.deliver()

    task.refresh_from_db()
    assert (task.state, task.owner, task.queue) == (TaskState.OPEN, None, queue)


def test_a_done_task_comes_back_to_whoever_is_there(acme):
    queue = a_queue(acme.member)
    shared, own = a_task(acme.member, queue=queue), a_task(acme.member)
    for each in (shared, own):
        finish_task(each, by=acme.member, now=MORNING)
    archive_queue(queue, by=acme.admin, now=NOON)

    reopen_task(shared, by=acme.admin, now=NOON)
    reopen_task(own, by=acme.admin, now=NOON)

    assert (shared.owner, shared.queue) == (None, None)
    assert own.owner == acme.member

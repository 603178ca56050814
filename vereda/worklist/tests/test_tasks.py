"""Tasks, queues and the playbooks they come from."""

from datetime import date, timedelta

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.foundation.personal_data import PersonRef
from vereda.foundation.testing import MORNING, NOON, TOMORROW
from vereda.worklist.actions.alerts import finish_alert
from vereda.worklist.actions.playbooks import edit_playbook, start_playbook
from vereda.worklist.actions.queues import archive_queue, edit_queue
from vereda.worklist.actions.runs import stop_run
from vereda.worklist.actions.tasks import (
    add_task,
    delegate_task,
    edit_task,
    finish_task,
    forget_whom_tasks_name,
    move_due_date,
    reopen_task,
    snooze_task,
    take_task,
)
from vereda.worklist.contracts import (
    PlaybookEnded,
    PlaybookIn,
    PlaybookRuns,
    PlaybookStep,
    RunEnd,
    RunEnded,
    SnoozeReason,
    StepRole,
    TaskAdded,
    TaskChangedMeanwhile,
    TaskDone,
    TaskIsOpen,
    TaskNotOpen,
    TaskPriority,
    TaskState,
    WrongPlaybook,
    WrongWork,
)
from vereda.worklist.models.playbooks import PlaybookRun
from vereda.worklist.models.tasks import Task
from vereda.worklist.personal_data import TasksAbout
from vereda.worklist.queries.playbooks import steps_of, versions_of_playbook
from vereda.worklist.queries.tasks import all_tasks, open_tasks_of_account, queues_served_by
from vereda.worklist.testing import a_playbook, a_queue, a_task, an_alert
from vereda.worklist.timeline import WorkTimeline

pytestmark = pytest.mark.django_db


def test_a_new_task_is_of_who_adds_it(acme, facts):
    task = a_task(acme.member)
    assert (task.key, task.owner, task.state) == ("K-1", acme.member, TaskState.OPEN)
    assert facts.of(TaskAdded) == [TaskAdded(workspace_id=acme.workspace.pk, task_id=task.pk)]


def test_a_task_without_a_title_is_refused(acme, facts):
    with pytest.raises(WrongWork):
        a_task(acme.member, title="  ")
    assert not Task.every_workspace.exists()
    assert facts == []


def test_a_task_of_somebody_who_works_elsewhere_is_refused(acme, globex):
    with pytest.raises(WrongWork):
        a_task(acme.member, owner=globex.member)
    with pytest.raises(WrongWork):
        a_task(acme.member, account=an_account(globex))
    assert not Task.every_workspace.exists()


def test_a_done_task_says_who_did_it_and_when(acme, facts):
    task = a_task(acme.member)
    finish_task(task, by=acme.admin, now=NOON)
    assert (task.state, task.done_at, task.done_by) == (TaskState.DONE, NOON, acme.admin)
    assert facts.of(TaskDone) == [TaskDone(workspace_id=acme.workspace.pk, task_id=task.pk)]


def test_the_second_person_to_finish_a_task_is_refused(acme, facts):
    task = a_task(acme.member)
    finish_task(task, by=acme.admin, now=NOON)
    with pytest.raises(TaskNotOpen):
        finish_task(task, by=acme.member, now=NOON)
    assert len(facts.of(TaskDone)) == 1


def test_a_task_can_be_reopened_once(acme):
    task = a_task(acme.member)
    finish_task(task, by=acme.member, now=NOON)
    reopen_task(task, by=acme.member, now=NOON)
    assert (task.state, task.done_at, task.done_by) == (TaskState.OPEN, None, None)
    with pytest.raises(TaskIsOpen):
        reopen_task(task, by=acme.member, now=NOON)


def test_what_somebody_changed_meanwhile_is_not_overwritten(acme):
    task = a_task(acme.member)
    edit_task(task, by=acme.admin, now=NOON, version=1, title="Write instead")
    with pytest.raises(TaskChangedMeanwhile):
        edit_task(task, by=acme.member, now=NOON, version=1, title="Visit them")
    assert Task.objects.of(acme.workspace).get().title == "Write instead"


def test_a_task_goes_to_a_queue_and_whoever_serves_it_takes_it(acme):
    queue = a_queue(acme.member)
    task = delegate_task(a_task(acme.admin), to=queue, by=acme.admin, now=NOON)
    assert (task.owner, task.queue) == (None, queue)
    with pytest.raises(WrongWork):
        take_task(task, by=acme.admin, now=NOON)
    take_task(task, by=acme.member, now=NOON)
    assert (task.owner, task.queue) == (acme.member, None)
    task.queue = queue
    with pytest.raises(TaskNotOpen):
        take_task(task, by=acme.member, now=NOON)


def test_a_queue_counts_what_waits_in_it_and_who_serves_it(acme):
    queue = a_queue(acme.member)
    edit_queue(queue, name="Pool", members=[acme.member, acme.admin], by=acme.admin)
    a_task(acme.member, queue=queue)
    done = a_task(acme.member, queue=queue)
    finish_task(done, by=acme.member, now=NOON)
    served = queues_served_by(acme.member).get()
    assert (served.name, vars(served)["waiting"], vars(served)["serving"]) == ("Pool", 1, 2)


@pytest.mark.parametrize("snoozed", [False, True])
def test_a_queue_in_which_tasks_wait_cannot_be_archived(acme, snoozed):
    queue = a_queue(acme.member)
    task = a_task(acme.member, queue=queue)
    if snoozed:
        until = NOON + timedelta(days=3)
        because = SnoozeReason.WAITING_CUSTOMER
        snooze_task(task, until=until, because=because, by=acme.member, now=NOON)
    with pytest.raises(WrongWork):
        archive_queue(queue, by=acme.member, now=NOON)
    queue.refresh_from_db()
    assert queue.archived_at is None


def test_another_day_is_another_rank(acme):
    task = a_task(acme.member)
    moved = move_due_date(task, to=MORNING.date(), by=acme.member, now=NOON)
    assert moved.points == task.points + 40


def test_a_snooze_into_the_past_is_refused(acme):
    task = a_task(acme.member)
    with pytest.raises(WrongWork):
        snooze_task(task, until=MORNING, because=SnoozeReason.NOT_NOW, by=acme.member, now=NOON)
    snooze_task(task, until=TOMORROW, because=SnoozeReason.NOT_NOW, by=acme.member, now=NOON)
    awake = all_tasks(acme.workspace).open().awake
    assert list(awake(now=NOON)) == []
    assert list(awake(now=TOMORROW)) == [task]


def test_an_erased_person_leaves_no_words_in_tasks(acme):
    person = a_person(acme, name="Raúl Ibarra")
    task = a_task(acme.member, person=person, title="Teach Raúl", note="He is new")
    assert forget_whom_tasks_name(person.pk, workspace=acme.workspace, by=None) == 1
    task.refresh_from_db()
    assert (task.person, task.title, task.note) == (None, "", "")
    assert task.called == "A task whose words were erased"


# --- Playbooks ----------------------------------------------------------------


def test_a_playbook_becomes_tasks_with_their_days(acme):
    account = an_account(acme, owner_id=acme.member.pk)
    run = start_playbook(a_playbook(acme.admin), account=account, by=acme.admin, now=MORNING)
    told = [(task.title, task.due_on, task.owner) for task in run.tasks.order_by("step")]
    assert told == [
        ("Listen", date(2026, 11, 2), acme.member),
        ("Tell them what we do", date(2026, 11, 5), acme.member),
    ]


def test_a_playbook_runs_once_for_an_account_at_a_time(acme):
    account, playbook = an_account(acme), a_playbook(acme.admin)
    run = start_playbook(playbook, account=account, by=acme.admin, now=MORNING)
    with pytest.raises(PlaybookRuns):
        start_playbook(playbook, account=account, by=acme.member, now=MORNING)
    assert Task.objects.of(acme.workspace).count() == 2
    stop_run(run, by=acme.admin, now=NOON)
    start_playbook(playbook, account=account, by=acme.member, now=NOON)
    assert open_tasks_of_account(acme.workspace, [account.pk]).count() == 2


def test_a_playbook_starts_because_of_an_alert_about_the_same_account(acme):
    alert = an_alert(an_account(acme, name="Another"))

    with pytest.raises(WrongPlaybook):
        start_playbook(
            a_playbook(acme.admin),
            account=an_account(acme),
            alert=alert,
            by=acme.member,
            now=MORNING,
        )

    assert not Task.objects.of(acme.workspace).exists()


def test_the_last_task_ends_the_run(acme, facts):
    account = an_account(acme)
    run = start_playbook(a_playbook(acme.admin), account=account, by=acme.admin, now=MORNING)
    first, last = run.tasks.order_by("step")
    finish_task(first, by=acme.admin, now=NOON)
    assert facts.of(PlaybookEnded) == []
    finish_task(last, by=acme.admin, now=NOON)
    assert [fact.because for fact in facts.of(PlaybookEnded)] == [RunEnd.FINISHED]
    run.refresh_from_db()
    assert run.ended_at == NOON


def test_stopping_a_run_drops_its_open_tasks_and_only_once(acme):
    account = an_account(acme)
    run = start_playbook(a_playbook(acme.admin), account=account, by=acme.admin, now=MORNING)
    first, last = run.tasks.order_by("step")
    finish_task(first, by=acme.admin, now=NOON)
    stop_run(run, by=acme.admin, now=NOON)
    last.refresh_from_db()
    assert (last.state, run.ended_because) == (TaskState.DROPPED, RunEnd.STOPPED)
    with pytest.raises(RunEnded):
        stop_run(run, by=acme.admin, now=NOON)


def test_a_run_goes_on_with_the_version_it_began_with(acme):
    account, playbook = an_account(acme), a_playbook(acme.admin)
    run = start_playbook(playbook, account=account, by=acme.admin, now=MORNING)
    steps = (PlaybookStep(title="Call", working_days=1),)
    changed = edit_playbook(
        playbook, said=PlaybookIn(name="Calm them", steps=steps), by=acme.admin, now=NOON
    )
    assert changed.current is not None
    assert changed.current.number == 2
    assert [version.number for version in versions_of_playbook(changed)] == [2, 1]
    run = PlaybookRun.objects.of(acme.workspace).select_related("version").get()
    assert [step.title for step in steps_of(run.version)] == ["Listen", "Tell them what we do"]


def test_other_words_alone_make_no_version(acme):
    playbook = a_playbook(acme.admin)
    said = PlaybookIn(name="Calm them", steps=tuple(steps_of(playbook.current)))
    edited = edit_playbook(playbook, said=said, by=acme.admin, now=NOON)
    assert [version.number for version in versions_of_playbook(edited)] == [1]


def test_tasks_go_to_queues_to_members_and_to_who_starts(acme):
    queue = a_queue(acme.member)
    steps = (
        PlaybookStep(title="One", working_days=0, role=StepRole.QUEUE, queue=queue.name),
        PlaybookStep(
            title="Two", working_days=0, role=StepRole.MEMBER, member="admin@acme.example"
        ),
        PlaybookStep(title="Three", working_days=0, role=StepRole.STARTER),
        PlaybookStep(title="Four", working_days=0, role=StepRole.QUEUE, queue="Gone"),
        PlaybookStep(title="Five", working_days=0, priority=TaskPriority.HIGH),
    )
    playbook = a_playbook(acme.admin, steps=steps)
    account = an_account(acme, owner_id=acme.member.pk)
    run = start_playbook(playbook, account=account, by=acme.owner, now=MORNING)
    told = [(task.owner, task.queue) for task in run.tasks.order_by("step")]
    assert told == [
        (None, queue),
        (acme.admin, None),
        (acme.owner, None),
        (acme.member, None),
        (acme.member, None),
    ]


@pytest.mark.parametrize(
    "steps",
    [
        (),
        tuple(PlaybookStep(title="Call", working_days=0) for _each in range(31)),
        (PlaybookStep(title=" ", working_days=0),),
        (PlaybookStep(title="x" * 201, working_days=0),),
        (PlaybookStep(title="Call", working_days=-1),),
        (PlaybookStep(title="Call", working_days=261),),
        (PlaybookStep(title="Call", working_days=0, note="x" * 4_001),),
    ],
)
def test_a_playbook_that_makes_no_sense_is_refused(acme, steps):
    with pytest.raises(WrongPlaybook):
        a_playbook(acme.admin, steps=steps)


def test_a_playbook_of_others_is_refused(acme, globex):
    account = an_account(globex)
    with pytest.raises(WrongPlaybook):
        start_playbook(a_playbook(acme.admin), account=account, by=acme.admin, now=MORNING)
    assert not PlaybookRun.every_workspace.exists()


def test_a_task_of_nobody_can_be_added_by_a_rule(acme):
    task = add_task(acme.workspace, by=None, now=MORNING + timedelta(days=1), title="Look")
    assert (task.owner, task.added_by) == (None, None)


# --- What others are told -------------------------------------------------------


def test_a_person_is_given_the_tasks_about_them(acme):
    person = a_person(acme, name="Raúl Ibarra")
    a_task(acme.member, person=person, title="Teach Raúl", note="He is new")
    a_task(acme.member, title="Of nobody")
    ref = PersonRef(workspace_id=acme.workspace.pk, person_id=person.pk)

    (told,) = TasksAbout().export(ref)

    assert (told.kind, told.values["title"], told.values["note"]) == (
        "task",
        "Teach Raúl",
        "He is new",
    )
    assert TasksAbout().erase(ref) == 1
    assert list(TasksAbout().export(ref)) == []


def test_the_timeline_tells_what_was_noticed_done_and_started(acme):
    account = an_account(acme)
    alert = an_alert(account)
    finish_alert(alert, by=acme.member, now=NOON)
    finish_task(a_task(acme.member, account=account), by=acme.member, now=NOON)
    start_playbook(a_playbook(acme.admin), account=account, by=acme.admin, now=MORNING)

    told = WorkTimeline().entries(
        acme.workspace, account_ids=[account.pk], before=TOMORROW, limit=10
    )

    assert {str(entry.title) for entry in told} == {
        "Done: Call about the export",
        "Use stopped: Done",
        "Playbook started: Unhappy customer",
        "Use stopped. Nobody has used it for 32 days.",
    }
    assert [entry.at for entry in told] == sorted((entry.at for entry in told), reverse=True)

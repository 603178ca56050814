"""Follow-ups by the plan's intensity: few, well timed, by letter or by us, never more than
planned."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from vereda.customers.actions.accounts import edit_account
from vereda.foundation.testing import MORNING
from vereda.foundation.working_hours import Hours, WeeklySpan
from vereda.onboarding.actions.items import follow_up_item, note_reminder
from vereda.onboarding.actions.leads import assign_lead
from vereda.onboarding.actions.noticing import look_at_plan
from vereda.onboarding.actions.plans import resume_plan, stop_plan
from vereda.onboarding.contracts.intensity import FollowUpBy, Intensity
from vereda.onboarding.contracts.plans import EntryKind, WrongPlan
from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.models.follow_ups import FollowUpTask
from vereda.onboarding.models.items import PlanEntry
from vereda.onboarding.queries.plans import plan_with_key
from vereda.onboarding.queries.whole import whole_plan
from vereda.onboarding.rules.clocks import Calendars
from vereda.onboarding.rules.follow_ups import both_at_work, follow_ups_ahead
from vereda.onboarding.testing import a_plan, asked, gave, the_item
from vereda.portal.rules import is_due_again
from vereda.worklist.actions.queues import add_queue
from vereda.worklist.actions.tasks import add_task, delegate_task, drop_task, finish_task
from vereda.worklist.contracts import TaskState
from vereda.worklist.models.tasks import Task

OFFICE = tuple(WeeklySpan(weekday, 9 * 60, 17 * 60) for weekday in range(5))
MADRID = Hours(zone="Europe/Madrid", spans=OFFICE)
BOTH = Calendars(ours=MADRID, theirs=MADRID)
MONDAY = date(2026, 11, 2)
PLAN = "/w/acme/onboarding/plans/OB-1/"
FOUR = Intensity(follow_ups=4, first_after_days=3, every_days=7, by=FollowUpBy.CALL, parts=())
DAY = timedelta(days=1)


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def ahead(*done, today=MONDAY, intensity=FOUR, calendars=BOTH):
    told = follow_ups_ahead(
        MONDAY, done_on=done, today=today, intensity=intensity, calendars=calendars
    )
    return [(each.place, each.on, each.by) for each in told]


# --- When, as a pure decision ----------------------------------------------------------------


def test_the_first_is_a_letter_and_the_others_are_as_the_intensity_says():
    assert ahead() == [
        (1, date(2026, 11, 5), FollowUpBy.EMAIL),
        (2, date(2026, 11, 12), FollowUpBy.CALL),
        (3, date(2026, 11, 19), FollowUpBy.CALL),
        (4, date(2026, 11, 26), FollowUpBy.CALL),
    ]


def test_those_done_count_by_their_days_and_none_is_left_in_the_end():
    assert ahead(date(2026, 11, 6)) == [
        (2, date(2026, 11, 13), FollowUpBy.CALL),
        (3, date(2026, 11, 20), FollowUpBy.CALL),
        (4, date(2026, 11, 27), FollowUpBy.CALL),
    ]
    before = date(2026, 10, 30)
    assert ahead(before) == ahead()
    done = [MONDAY + place * DAY for place in (3, 10, 17, 24)]
    assert ahead(*done) == []
    assert ahead(*done, MONDAY + 40 * DAY) == []


def test_what_is_due_stays_due_and_the_next_is_counted_from_today():
    told = ahead(today=date(2026, 11, 30))
    assert told[0][1] == date(2026, 11, 5)
    assert told[1][1] == date(2026, 12, 7)


def test_a_letter_waits_for_their_day_and_a_call_for_a_day_of_both():
    theirs = Hours(zone="Europe/Madrid", spans=OFFICE, holidays=frozenset({date(2026, 11, 5)}))
    ours = Hours(zone="Europe/Madrid", spans=OFFICE, holidays=frozenset({date(2026, 11, 13)}))
    told = ahead(calendars=Calendars(ours=ours, theirs=theirs))
    assert [on for _place, on, _by in told] == [
        date(2026, 11, 6),  # their holiday is passed over, and ours would not matter to a letter
        date(2026, 11, 16),  # Friday is our holiday, then there is a weekend
        date(2026, 11, 23),
        date(2026, 11, 30),
    ]


def test_in_person_is_when_both_are_at_work():
    santiago = Hours(zone="America/Santiago", spans=OFFICE)
    met = both_at_work(MONDAY, calendars=Calendars(ours=MADRID, theirs=santiago))
    assert met == datetime(2026, 11, 2, 12, 0, tzinfo=UTC)  # 9:00 there, 13:00 here
    nights = Hours(
        zone="Europe/Madrid", spans=tuple(WeeklySpan(day, 0, 6 * 60) for day in range(5))
    )
    never = Calendars(ours=MADRID, theirs=nights)
    assert both_at_work(MONDAY, calendars=never) is None
    assert ahead(calendars=never)[1] == (2, date(2026, 11, 12), FollowUpBy.CALL)


def test_no_letter_takes_the_place_of_a_call():
    said: dict[str, Any] = {"intensity": FOUR, "today": MONDAY + 10 * DAY}
    assert is_due_again(MONDAY, reminded_on=[], **said)
    assert not is_due_again(MONDAY, reminded_on=[MONDAY + 3 * DAY], **said)


# --- On record, and on the lead's list ---------------------------------------------------------


def told_of(plan, key, *, now):
    """What is done and planned about an item."""
    view = whole_plan(plan_with_key(plan.workspace, plan.key), now=now)
    return next(item for each in view.sets for item in each.items if item.row.key == key).follow_ups


def tasks(company):
    return list(Task.objects.of(company.workspace).order_by("number"))


def look(plan, *, now):
    look_at_plan(plan_with_key(plan.workspace, plan.key), now=now)


@pytest.fixture
def plan(acme):
    """They were asked on Monday, and a letter reminded them on Thursday."""
    made = a_plan(acme)
    item = asked(made, "customers", now=MORNING)
    note_reminder(item, person=None, letter_id=None, now=MORNING + 3 * DAY)
    return made


CALL = MORNING + 10 * DAY  # Thursday, seven days after the letter


@pytest.mark.django_db
def test_a_call_that_is_due_is_a_task_of_the_lead_once(acme, plan):
    look(plan, now=CALL - DAY)
    assert tasks(acme) == []
    look(plan, now=CALL)
    look(plan, now=CALL + DAY)
    (task,) = tasks(acme)
    assert (task.owner, task.account, task.due_on) == (acme.member, plan.account, CALL.date())
    assert task.title == f"Call {plan.account.name} about “Customers”"
    assert task.note.startswith("Follow-up 2 of 4 about OB-1.")


def led_by(plan, lead, *, by, now=CALL + timedelta(hours=1)):
    """The plan has that lead from then on."""
    return assign_lead([plan_with_key(plan.workspace, plan.key)], lead=lead, by=by, now=now)


@pytest.mark.django_db
def test_a_new_lead_gets_the_tasks_of_the_one_before(acme, plan):
    look(plan, now=CALL)

    assert led_by(plan, acme.admin, by=acme.owner) == 1

    (task,) = tasks(acme)
    assert (task.owner, task.state) == (acme.admin, TaskState.OPEN)
    look(plan, now=CALL + DAY)
    assert [each.owner for each in tasks(acme)] == [acme.admin]


@pytest.mark.django_db
def test_the_plans_own_form_hands_them_over_too(acme, plan, client_of, stop_clock):
    look(plan, now=CALL)
    stop_clock(CALL + timedelta(hours=1))
    said = {"name": "Go live", "lead": str(acme.admin.pk), "product": "", "why_needed": ""}

    answer = client_of(acme.owner).post(f"{PLAN}edit/", said)

    assert answer.status_code == 303
    assert [each.owner for each in tasks(acme)] == [acme.admin]


@pytest.mark.django_db
def test_tasks_that_were_given_to_somebody_else_or_to_a_queue_stay(acme, plan):
    queue = add_queue(acme.workspace, name="Callers", members=[acme.admin], by=acme.owner)
    look(plan, now=CALL)
    (task,) = tasks(acme)

    delegate_task(task, to=acme.owner, by=acme.member, now=CALL)
    led_by(plan, acme.admin, by=acme.owner)
    (kept,) = tasks(acme)
    delegate_task(task, to=queue, by=acme.member, now=CALL)
    led_by(plan, acme.member, by=acme.owner)
    (queued,) = tasks(acme)

    assert kept.owner == acme.owner
    assert (queued.owner, queued.queue) == (None, queue)


@pytest.mark.django_db
@pytest.mark.parametrize("end", [finish_task, drop_task])
def test_tasks_that_are_over_and_other_tasks_stay(acme, plan, end):
    look(plan, now=CALL)
    (task,) = tasks(acme)
    end(task, by=acme.member, now=CALL)
    add_task(
        acme.workspace,
        by=None,
        now=CALL,
        owner=acme.member,
        account=plan.account,
        title="Send them a cake",
    )

    led_by(plan, acme.admin, by=acme.owner)

    assert [each.owner for each in tasks(acme)] == [acme.member, acme.member]


@pytest.mark.django_db
def test_without_a_lead_the_tasks_go_to_the_accounts_owner_and_from_there_to_a_new_one(acme, plan):
    edit_account(plan.account, owner_id=acme.owner.pk, by=acme.owner, now=MORNING)
    look(plan, now=CALL)

    led_by(plan, None, by=acme.owner)
    (nobodys,) = tasks(acme)
    led_by(plan, acme.admin, by=acme.owner)
    (given,) = tasks(acme)

    assert nobodys.owner == acme.owner
    assert given.owner == acme.admin


@pytest.mark.django_db
def test_what_nobody_had_goes_to_the_new_lead(acme, plan):
    led_by(plan, None, by=acme.owner)
    look(plan, now=CALL)
    (task,) = tasks(acme)

    led_by(plan, acme.admin, by=acme.owner)

    (given,) = tasks(acme)
    assert task.owner is None
    assert given.owner == acme.admin


@pytest.mark.django_db
def test_the_task_done_is_a_follow_up_on_record(acme, plan, facts, stop_clock):
    look(plan, now=CALL)
    (task,) = tasks(acme)
    stop_clock(CALL + timedelta(hours=1))
    finish_task(task, by=acme.admin, now=CALL + timedelta(hours=1))
    facts.deliver()

    (entry,) = PlanEntry.objects.of(acme.workspace).filter(kind=EntryKind.FOLLOWED_UP)
    assert (entry.member, entry.told_at, entry.theirs) == (
        acme.admin,
        CALL + timedelta(hours=1),
        False,
    )
    facts.deliver()
    assert PlanEntry.objects.of(acme.workspace).filter(kind=EntryKind.FOLLOWED_UP).count() == 1
    assert not FollowUpTask.objects.of(acme.workspace).standing().exists()
    left = told_of(plan, "customers", now=CALL + DAY)
    assert left.done_on == (date(2026, 11, 5), date(2026, 11, 12))
    assert [each.on for each in left.ahead] == [date(2026, 11, 19), date(2026, 11, 26)]


@pytest.mark.django_db
def test_a_follow_up_told_on_the_plan_ends_the_task(acme, plan):
    look(plan, now=CALL)
    follow_up_item(the_item(plan, "customers"), by=acme.admin, words="On Friday", now=CALL)
    (task,) = tasks(acme)
    assert (task.state, task.done_by) == (TaskState.DONE, acme.admin)
    look(plan, now=CALL + DAY)
    assert len(tasks(acme)) == 1


@pytest.mark.django_db
def test_when_they_gave_it_nobody_calls(acme, plan):
    look(plan, now=CALL)
    gave(plan, "customers", now=CALL + timedelta(hours=2))
    (task,) = tasks(acme)
    assert task.state == TaskState.DROPPED
    assert told_of(plan, "customers", now=CALL + DAY) is None
    look(plan, now=CALL + 30 * DAY)
    assert len(tasks(acme)) == 1


@pytest.mark.django_db
def test_a_plan_that_was_stopped_asks_nobody_and_asks_again_when_it_goes_on(acme, plan):
    look(plan, now=CALL)
    stop_plan(plan, because="Holidays", by=acme.member, now=CALL + timedelta(hours=1))
    assert [task.state for task in tasks(acme)] == [TaskState.DROPPED]
    look(plan, now=CALL + DAY)
    assert len(tasks(acme)) == 1
    resume_plan(plan, by=acme.member, now=CALL + 5 * DAY)
    look(plan, now=CALL + 5 * DAY)
    assert [task.state for task in tasks(acme)] == [TaskState.DROPPED, TaskState.OPEN]


@pytest.mark.django_db
def test_a_task_that_the_lead_drops_does_not_come_back(acme, plan):
    look(plan, now=CALL)
    (task,) = tasks(acme)
    drop_task(task, by=acme.member, now=CALL)
    look(plan, now=CALL + DAY)
    assert len(tasks(acme)) == 1


@pytest.mark.django_db
def test_never_more_than_planned_however_long_they_take(acme, facts, stop_clock):
    made = a_plan(acme)
    asked(made, "customers", now=MORNING)
    for place in range(1, 120):
        day = MORNING + place * DAY
        left = told_of(made, "customers", now=day)
        first = left.ahead[0] if left.ahead else None
        if first is not None and not first.in_person and first.on <= day.date():
            note_reminder(the_item(made, "customers"), person=None, letter_id=None, now=day)
        if first is not None and first.in_person:
            look(made, now=day)
        for task in Task.objects.of(acme.workspace).open():
            follow_up_item(the_item(made, "customers"), by=acme.member, now=day)
            task.refresh_from_db()
            assert task.state == TaskState.DONE
    kinds = PlanEntry.objects.of(acme.workspace).order_by("number").values_list("kind", flat=True)
    done = [kind for kind in kinds if kind in {EntryKind.REMINDED, EntryKind.FOLLOWED_UP}]
    assert done == [EntryKind.REMINDED, *[EntryKind.FOLLOWED_UP] * 3]
    assert len(tasks(acme)) == 3


@pytest.mark.django_db
def test_what_waits_for_us_or_for_nobody_is_not_followed_up(acme):
    made = a_plan(acme)
    assert told_of(made, "customers", now=MORNING) is None
    with pytest.raises(WrongPlan):
        follow_up_item(the_item(made, "customers"), by=acme.member, now=MORNING)
    asked(made, "customers", now=MORNING)
    assert the_item(made, "customers").held_by == Party.THEM
    assert told_of(made, "customers", now=MORNING) is not None
    gave(made, "customers", now=MORNING)
    assert told_of(made, "customers", now=MORNING) is None


@pytest.mark.django_db
def test_the_plan_shows_what_is_planned_and_why(acme, client_of, plan, stop_clock):
    stop_clock(CALL)
    look(plan, now=CALL)
    (task,) = tasks(acme)
    client = client_of(acme.member)
    told = words(client.get(PLAN))
    assert "Followed up on 5 Nov." in told
    assert "Follow-ups planned:" in told
    assert re.findall(r"12 Nov 2026, [0-9:]+", told) == ["12 Nov 2026, 09:00"]
    assert "by a call of the onboarding lead (due)" in told
    assert f"/w/acme/work/{task.key}/" in told
    assert "4 follow-ups: the first by e-mail 3 days after the opening, then every 7 days" in told
    assert "How expensive it is" in told

    done = client.post(f"{PLAN}items/customers/followed_up/", {"words": "They send it on Friday"})
    assert done.status_code == 303
    told = words(client.get(PLAN))
    assert "They send it on Friday" in told
    assert "Followed up on 5 Nov, 12 Nov." in told
    assert f"/w/acme/work/{task.key}/" not in told

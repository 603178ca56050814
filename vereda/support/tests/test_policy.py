"""What is promised to whom."""

from datetime import timedelta

import pytest

from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING, NOON
from vereda.foundation.working_hours import WeeklySpan
from vereda.support.actions.promises import (
    place_policy,
    publish_policy,
    put_business_hours,
    remove_business_hours,
    retire_policy,
)
from vereda.support.actions.tickets import edit_ticket
from vereda.support.contracts import Clock, Priority, Reach, TicketState, WrongPolicy
from vereda.support.models.promises import SlaClock, SlaPolicy
from vereda.support.models.tickets import TicketMove
from vereda.support.testing import FOUR_HOURS, a_policy, a_ticket, some_hours

HOUR = timedelta(hours=1)


def fix_of(ticket):
    return SlaClock.objects.of(ticket.workspace_id).get(ticket=ticket, clock=Clock.FIX)


def test_the_first_policy_that_fits_counts(acme, cantera):
    hours = some_hours(acme)
    a_policy(acme, hours=hours, position=2)
    quick = {Priority.URGENT: {Clock.FIX: 30}}
    a_policy(acme, hours=hours, name="Urgent first", position=1, targets=quick)

    urgent = a_ticket(cantera, priority=Priority.URGENT)
    normal = a_ticket(cantera)

    assert (fix_of(urgent).target_minutes, fix_of(normal).target_minutes) == (30, 240)
    assert SlaClock.objects.of(acme.workspace).get(ticket=urgent, clock="first_response")


def test_a_policy_may_be_for_a_plan_only(acme):
    rich, poor = an_account(acme, name="Rich"), an_account(acme, name="Poor")
    type(rich).objects.of(acme.workspace).filter(pk=rich.pk).update(plan="Enterprise")
    a_policy(acme, plans=["enterprise"])

    tickets = [a_ticket(account) for account in (rich, poor)]

    clocks = SlaClock.objects.of(acme.workspace)
    assert [clocks.filter(ticket=ticket).count() for ticket in tickets] == [2, 0]


def test_a_ticket_stays_under_the_edition_it_began_under(acme, cantera):
    first = a_policy(acme)
    before = a_ticket(cantera)

    second = publish_policy(
        acme.workspace,
        first,
        name="Everybody",
        hours=first.hours,
        targets={Priority.NORMAL: {Clock.FIX: 60}},
        by=acme.admin,
        now=NOON,
    )
    after = a_ticket(cantera)
    edit_ticket(before, subject="Other words", by=acme.member, now=NOON)

    assert (second.edition, second.family) == (2, first.family)
    assert (fix_of(before).target_minutes, fix_of(after).target_minutes) == (240, 60)


def test_another_priority_comes_under_what_is_promised_now(acme, cantera):
    targets = {Priority.NORMAL: FOUR_HOURS, Priority.URGENT: {Clock.FIX: 60}}
    a_policy(acme, targets=targets)
    ticket = a_ticket(cantera)

    edit_ticket(ticket, priority=Priority.URGENT, by=acme.member, now=MORNING + HOUR / 2)

    assert fix_of(ticket).due_at == MORNING + HOUR
    move = TicketMove.objects.of(acme.workspace).get(ticket=ticket, kind="priority")
    assert (move.before, move.after) == ("normal", "urgent")


def test_a_priority_nobody_promised_anything_for_keeps_the_promise(acme, cantera):
    a_policy(acme, targets={Priority.NORMAL: FOUR_HOURS})
    ticket = a_ticket(cantera)

    edit_ticket(ticket, priority=Priority.LOW, by=acme.member, now=MORNING + HOUR)

    assert fix_of(ticket).due_at == MORNING + 4 * HOUR


@pytest.mark.parametrize(("reach", "clocks"), [("new", 0), ("open", 2), ("all", 4)])
def test_a_policy_reaches_as_far_as_was_said(acme, cantera, facts, reach, clocks):
    a_ticket(cantera)
    a_ticket(cantera, state=TicketState.RESOLVED, resolved_at=NOON)

    a_policy(acme, reach=Reach(reach))
    facts.deliver()

    assert SlaClock.objects.of(acme.workspace).count() == clocks


def test_other_hours_move_what_still_runs_and_not_what_is_decided(acme, cantera, facts):
    policy = a_policy(acme)
    done = a_ticket(cantera, state=TicketState.RESOLVED, resolved_at=NOON)
    running = a_ticket(cantera)

    put_business_hours(
        acme.workspace,
        policy.hours,
        name="Always",
        time_zone="UTC",
        spans=[WeeklySpan(0, 9 * 60, 18 * 60)],
        holidays=(),
        by=acme.admin,
    )
    facts.deliver()

    assert fix_of(running).due_at == MORNING + 5 * HOUR
    assert fix_of(done).used_seconds == 4 * 3600


def test_hours_that_overlap_are_refused(acme):
    spans = [WeeklySpan(0, 540, 700), WeeklySpan(0, 600, 800)]

    with pytest.raises(WrongPolicy):
        some_hours(acme, spans=spans)


def test_the_second_person_to_change_a_policy_is_refused(acme):
    policy = a_policy(acme)
    retire_policy(policy, by=acme.admin, now=NOON)

    with pytest.raises(WrongPolicy):
        publish_policy(
            acme.workspace,
            policy,
            name="Mine",
            hours=policy.hours,
            targets={Priority.LOW: FOUR_HOURS},
            by=acme.owner,
            now=NOON,
        )

    assert SlaPolicy.objects.of(acme.workspace).count() == 1


def test_hours_that_a_policy_counts_in_stay(acme):
    policy = a_policy(acme)

    with pytest.raises(WrongPolicy):
        remove_business_hours(policy.hours, by=acme.admin)


def order_of(company):
    rows = SlaPolicy.objects.of(company.workspace).in_force()
    return [(row.position, row.name) for row in rows]


def test_a_new_policy_is_asked_last_and_another_edition_where_the_former_was(acme):
    hours = some_hours(acme)
    first = a_policy(acme, hours=hours, name="A")
    for name in "BC":
        a_policy(acme, hours=hours, name=name)

    publish_policy(
        acme.workspace,
        first,
        name="A again",
        hours=hours,
        targets={Priority.LOW: FOUR_HOURS},
        by=acme.admin,
        now=NOON,
    )

    assert order_of(acme) == [(1, "A again"), (2, "B"), (3, "C")]


def test_a_policy_is_moved_and_the_others_keep_their_order(acme):
    hours = some_hours(acme)
    a, b, c = (a_policy(acme, hours=hours, name=name) for name in "ABC")

    place_policy(c, place=1, by=acme.admin)
    place_policy(a, place=99, by=acme.admin)

    assert order_of(acme) == [(1, "C"), (2, "B"), (3, "A")]
    retire_policy(b, by=acme.admin, now=NOON)
    with pytest.raises(WrongPolicy):
        place_policy(b, place=1, by=acme.admin)
    place_policy(a, place=0, by=acme.admin)
    assert order_of(acme) == [(1, "A"), (2, "C")]


def test_policies_of_another_workspace_keep_their_places(acme, globex):
    theirs = a_policy(globex, name="Theirs")

    a_policy(acme, name="A")
    a_policy(acme, hours=some_hours(acme, name="Others"), name="B", position=1)

    assert order_of(acme) == [(1, "B"), (2, "A")]
    assert order_of(globex) == [(1, theirs.name)]

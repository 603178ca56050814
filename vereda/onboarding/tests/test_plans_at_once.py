"""Several people tell of one plan at the same moment."""

import threading

import pytest
from django.db import connection

from vereda.foundation.errors import Refused
from vereda.foundation.testing import MORNING
from vereda.onboarding.actions.items import accept_item, reopen_plan_item, start_item
from vereda.onboarding.models.items import PlanEntry
from vereda.onboarding.testing import a_plan, gave, settled, the_item

GENEROUS = 300


def at_once(*deeds):
    """Do all of it at the same moment; answers what was refused."""
    barrier, refused, failed = threading.Barrier(len(deeds)), [], []

    def run(deed):
        try:
            barrier.wait(timeout=GENEROUS)
            deed()
        except Refused as no:
            refused.append(type(no).__name__)
        except Exception as error:  # noqa: BLE001 - told to the test below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=GENEROUS)
    assert failed == []
    return refused


def told_in(plan):
    """The kinds of the entries in the order in which they were told."""
    rows = PlanEntry.objects.of(plan.workspace_id).filter(plan=plan).order_by("number")
    return [row.kind for row in rows]


@pytest.mark.django_db(transaction=True)
def test_what_many_accept_at_once_is_accepted_once(acme):
    plan = a_plan(acme)
    gave(plan, "customers", now=MORNING)
    item = the_item(plan, "customers")

    def accept():
        accept_item(item, by=acme.member, now=MORNING)

    assert at_once(accept, accept, accept, accept) == ["NotItsTurn"] * 3
    assert told_in(plan) == ["agreed", "submitted", "accepted"]


@pytest.mark.django_db(transaction=True)
def test_work_never_begins_after_its_gate_was_shut_by_somebody_else(acme):
    plan = a_plan(acme)
    settled(plan, "customers", now=MORNING)
    first, second = the_item(plan, "customers"), the_item(plan, "set-up")

    refused = at_once(
        lambda: reopen_plan_item(first, because="Wrong", by=acme.member, now=MORNING),
        lambda: start_item(second, by=acme.member, now=MORNING),
    )

    told = told_in(plan)[3:]
    assert (told, refused) in (
        (["reopened"], ["GateShut"]),
        (["started", "reopened"], []),
    )

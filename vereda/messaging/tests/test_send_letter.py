"""Sending: once by key, to one person, never above their budget, and nothing lost silently."""

import pytest
from django.core import mail
from django.db import transaction

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING
from vereda.messaging.contracts import (
    LetterState,
)
from vereda.messaging.models.letters import Delivery, Message
from vereda.messaging.posting import deliver_message
from vereda.messaging.testing import a_letter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    """The clock of tasks; a list, so that tests move it."""
    told = [MORNING]
    monkeypatch.setattr("vereda.messaging.posting.clock.now", lambda: told[0])
    return told


@pytest.fixture
def person(acme):
    return a_person(acme, name="Lucía Martos", account=an_account(acme), email="l@cantera.example")


def became(message):
    """The state of the letter, and the words of what happened to it."""
    message.refresh_from_db()
    rows = Delivery.objects.of(message.workspace_id).filter(message=message)
    return message.state, list(rows.order_by("at", "pk").values_list("outcome", flat=True))


def test_a_letter_leaves_after_the_transaction(acme, person, facts):
    message = a_letter(acme, person)
    assert mail.outbox == []

    facts.deliver()

    assert [each.to for each in mail.outbox] == [["l@cantera.example"]]
    assert became(message) == (LetterState.SENT, ["asked", "sent"])


def test_what_is_rolled_back_sends_nothing(acme, person, facts):
    with transaction.atomic():
        a_letter(acme, person)
        transaction.set_rollback(True)

    facts.deliver()

    assert mail.outbox == []
    assert Message.objects.of(acme.workspace).count() == 0


def test_one_key_is_one_letter(acme, person, facts):
    first = a_letter(acme, person, key="item 7 requested")
    facts.deliver()
    second = a_letter(acme, person, key="item 7 requested", subject="Another subject")
    facts.deliver()

    assert first.pk == second.pk
    assert [each.subject for each in mail.outbox] == ["The plan of the warehouse"]


def test_the_same_key_in_another_workspace_is_another_letter(acme, globex, person, facts):
    stranger = a_person(globex, name="Zoe", email="z@other.example")
    a_letter(acme, person, key="one")
    a_letter(globex, stranger, key="one")

    facts.deliver()

    assert len(mail.outbox) == 2


def test_a_task_that_runs_twice_sends_once(acme, person, facts):
    message = a_letter(acme, person)
    facts.deliver()

    assert deliver_message.func(str(acme.workspace.pk), str(message.pk)) is False
    assert len(mail.outbox) == 1

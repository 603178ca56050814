from datetime import UTC, datetime

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from vereda.config import wiring
from vereda.foundation.facts import NotInTransaction, announce, parts_told, told_together
from vereda.foundation.ids import new_id
from vereda.workspaces.contracts import MemberJoined, MemberLeft

heard: list[object] = []


def remember(fact: MemberLeft) -> None:
    heard.append(fact)


@pytest.fixture
def listening(monkeypatch):
    heard.clear()
    monkeypatch.setitem(wiring.REACTIONS, MemberLeft, [remember])
    return heard


FACT = MemberLeft(workspace_id=new_id(), member_id=new_id())


@pytest.mark.django_db
def test_a_reaction_hears_the_fact_as_it_was_announced(listening, facts):
    with transaction.atomic():
        announce(FACT)
    facts.deliver()

    assert listening == [FACT]


@pytest.mark.django_db
def test_a_rollback_takes_the_news_back(listening, facts):
    with transaction.atomic():
        announce(FACT)
        transaction.set_rollback(True)

    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused(listening):
    with pytest.raises(NotInTransaction):
        announce(FACT)


def test_clock_and_ids_are_ordered():
    first, second = new_id(), new_id()

    assert first.version == 7
    assert first < second
    assert datetime.now(UTC).tzinfo is UTC  # noqa: TID251


OTHER = MemberLeft(workspace_id=FACT.workspace_id, member_id=new_id())


@pytest.mark.django_db
def test_facts_told_together_are_told_at_the_end_and_joined(listening, facts):
    def last_of(gathered):
        yield gathered[-1]

    with told_together({MemberLeft: last_of}):
        with transaction.atomic():
            announce(FACT)
            announce(OTHER)
        before = len(facts)

    with transaction.atomic():
        announce(FACT)
    assert before == 0
    assert list(facts) == [OTHER, FACT]
    assert DBTaskResult.objects.count() == 2


@pytest.mark.django_db
def test_other_kinds_are_told_at_once_meanwhile(listening, facts):
    joined = MemberJoined(workspace_id=FACT.workspace_id, member_id=new_id())

    with told_together({MemberLeft: lambda gathered: gathered}), transaction.atomic():
        announce(FACT)
        announce(joined)
        assert list(facts) == [joined]

    assert list(facts) == [joined, FACT]


@pytest.mark.django_db
def test_what_fails_tells_nothing_of_what_was_gathered(listening, facts):
    def fail():
        with told_together({MemberLeft: lambda gathered: gathered}), transaction.atomic():
            announce(FACT)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()

    assert list(facts) == []
    assert not DBTaskResult.objects.exists()


def test_ids_are_told_once_in_parts_of_their_workspace():
    home, one, two, three = (new_id() for _each in range(4))

    told = list(parts_told([(home, [one, two]), (home, [two, three])], most=2))

    assert told == [(home, (one, two)), (home, (three,))]

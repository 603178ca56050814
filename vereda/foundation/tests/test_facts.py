from datetime import UTC, datetime

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from vereda.config import wiring
from vereda.foundation.facts import NotInTransaction, announce
from vereda.foundation.ids import new_id
from vereda.workspaces.contracts import MemberLeft

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

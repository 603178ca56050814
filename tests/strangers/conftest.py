"""The two companies of the sweep, built once; each test runs on top of them and is rolled back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from conftest import company
from tests.strangers.makers import MAKERS
from tests.strangers.world import CANARY, Furnished, begin_numbers_far_away, furnished
from vereda.workspaces.actions.workspaces import erase_workspace


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Furnished, Furnished]]:
    """Ours and theirs, full of things; gone again when the sweep is over."""
    with django_db_blocker.unblock():
        ours, theirs = company("ours"), company("theirs")
        begin_numbers_far_away(theirs)
        built = (
            furnished(ours, word="OURS", makers=MAKERS),
            furnished(theirs, word=CANARY, makers=MAKERS),
        )
        DBTaskResult.objects.all().delete()
    yield built
    with django_db_blocker.unblock():
        for each in (ours, theirs):
            members = (each.owner, each.admin, each.member, each.viewer)
            erase_workspace(each.workspace)
            for member in members:
                member.user.delete()
        DBTaskResult.objects.all().delete()


@pytest.fixture
def ours(world: tuple[Furnished, Furnished]) -> Furnished:
    """Our company."""
    return world[0]


@pytest.fixture
def theirs(world: tuple[Furnished, Furnished]) -> Furnished:
    """The other company, whose every word holds the canary."""
    return world[1]

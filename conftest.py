"""The cast of every test: workspace acme and its people; globex, whose owner is the stranger."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

import pytest
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import HealthCheck, settings

from vereda.foundation import clock
from vereda.foundation import facts as foundation_facts
from vereda.foundation.testing import MORNING, Facts
from vereda.workspaces.actions.members import add_member
from vereda.workspaces.actions.workspaces import open_workspace
from vereda.workspaces.contracts import Role
from vereda.workspaces.models import Member, User, Workspace

# A busy machine is slow; that says nothing about the code.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


@dataclass(frozen=True, slots=True)
class Company:
    """A workspace and one member of each role."""

    workspace: Workspace
    owner: Member
    admin: Member
    member: Member
    viewer: Member


def company(slug: str) -> Company:
    """A workspace with that slug, with four people in it."""
    owner = open_workspace(
        name=slug.capitalize(), slug=slug, owner=person(f"owner@{slug}.example"), now=MORNING
    )
    others = [
        add_member(owner.workspace, user=person(f"{role}@{slug}.example"), role=role, now=MORNING)
        for role in (Role.ADMIN, Role.MEMBER, Role.VIEWER)
    ]
    return Company(owner.workspace, owner, *others)


def person(email: str) -> User:
    """A user who can sign in, named after the address."""
    return User.objects.create_user(email, name=email.partition("@")[0].capitalize())


@pytest.fixture(scope="session", autouse=True)
def everything_is_imported() -> None:
    """What is imported while a test has stopped the clock would keep that clock for good."""
    import_module(django_settings.ROOT_URLCONF)
    import_module(django_settings.VEREDA_WIRING)


@pytest.fixture
def acme(db: None) -> Company:
    """Our company."""
    return company("acme")


@pytest.fixture
def globex(db: None) -> Company:
    """Another company; its owner is the stranger."""
    return company("globex")


@pytest.fixture
def client_of() -> Callable[[Member], Client]:
    """A browser in which that member is signed in."""

    def signed_in(member: Member) -> Client:
        client = Client()
        client.force_login(member.user)
        return client

    return signed_in


@pytest.fixture
def facts(db: None) -> Iterator[Facts]:
    """The facts announced during the test."""
    announced = Facts()
    stop = foundation_facts.listen(announced.append)
    yield announced
    stop()


@pytest.fixture
def stop_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """From now on pages, jobs, reactions and tests are told that moment when they ask the time.

    For tests whose rows bear dates: the day on which somebody runs them changes nothing.
    """
    asked = clock.now

    def stop_at(moment: datetime) -> None:
        nonlocal asked

        def stopped() -> datetime:
            return moment

        for name, module in list(sys.modules.items()):
            if name.startswith(("vereda.", "tests.")) and getattr(module, "now", None) is asked:
                monkeypatch.setattr(module, "now", stopped)
        asked = stopped

    return stop_at

from datetime import timedelta

import pytest
from django.urls import reverse

from vereda.foundation.tasks import run_waiting_tasks
from vereda.foundation.testing import NOON
from vereda.sample.actions.asking import ask_for_sample, note_progress, run_sample_load
from vereda.sample.contracts import SampleExists, SampleIsLoading
from vereda.sample.models import SampleLoad
from vereda.sample.queries import latest_sample_load
from vereda.workspaces.models import Member, Workspace

pytestmark = pytest.mark.django_db


def test_a_load_that_was_asked_for_is_shown_with_its_progress(acme, store, client_of):
    load = ask_for_sample(by=acme.admin, now=NOON)
    note_progress(load, share=0.424, doing="usage")

    shown = client_of(acme.admin).get(reverse("sample:sample", args=["acme"])).content.decode()

    assert 'value="42"' in shown
    assert "A million events" in shown


def test_asking_twice_is_refused(acme, store):
    ask_for_sample(by=acme.admin, now=NOON)

    with pytest.raises(SampleIsLoading):
        ask_for_sample(by=acme.admin, now=NOON)

    assert SampleLoad.objects.of(acme.workspace).count() == 1


def test_a_load_that_died_does_not_block_the_next(acme, store):
    dead = ask_for_sample(by=acme.admin, now=NOON)
    later = dead.created_at + timedelta(minutes=20)

    load = ask_for_sample(by=acme.admin, now=later)

    assert load.pk != dead.pk


def test_asking_is_refused_when_the_sample_is_here(small, acme):
    with pytest.raises(SampleExists):
        ask_for_sample(by=acme.admin, now=NOON)

    assert SampleLoad.objects.of(acme.workspace).count() == 0


def test_a_load_that_cannot_be_done_says_why_on_the_page(acme, store, client_of):
    load = ask_for_sample(by=acme.admin, now=NOON)
    Workspace.objects.create(slug="muestra", name="Somebody else's")

    run_sample_load.call(str(acme.workspace.pk), str(load.pk))

    stored = latest_sample_load(acme.workspace)
    assert stored is not None
    assert stored.ended_at is not None
    assert stored.failure.startswith("There is a workspace “muestra” already.")


def test_a_member_may_not_ask(acme, store, client_of):
    answer = client_of(acme.member).post(reverse("sample:load", args=["acme"]))

    assert answer.status_code == 403
    assert latest_sample_load(acme.workspace) is None


@pytest.mark.slow
def test_from_the_page_to_the_whole_sample(acme, store, client_of):
    client = client_of(acme.admin)

    client.post(reverse("sample:load", args=["acme"]))
    run_waiting_tasks()

    stored = latest_sample_load(acme.workspace)
    assert stored is not None
    assert (stored.percent, stored.failure) == (100, "")
    sample = Workspace.objects.get(slug="muestra")
    assert Member.objects.of(sample).filter(user=acme.admin.user, role="owner").exists()
    shown = client.get(reverse("sample:sample", args=["acme"])).content.decode()
    assert "/w/muestra/" in shown

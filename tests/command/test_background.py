"""Background work: orphans go back to the queue, each turn of a job runs once, proxies."""

import socket
from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from vereda.config.clock import daily_jobs, last_due, run_turn, take_due_turns
from vereda.config.proxies import behind_proxies, networks_of
from vereda.config.working import alive, worker_is_alive
from vereda.foundation.tasks import put_back_orphans
from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.turns import take_turn
from vereda.workspaces.models import JobRun


@pytest.fixture
def waiting(db):
    """A task in the queue."""
    run = take_turn("nothing", due_at=MORNING, now=MORNING)
    assert run is not None
    run_turn.enqueue(str(run.pk))
    return DBTaskResult.objects.get()


def test_a_task_whose_worker_died_is_queued_again(waiting):
    waiting.claim("here-dead")

    assert put_back_orphans(is_alive=lambda _: False, now=MORNING) == 1

    assert DBTaskResult.objects.ready().count() == 1


def test_a_task_whose_worker_lives_is_left_alone(waiting):
    waiting.claim("here-alive")

    assert put_back_orphans(is_alive=lambda _: True, now=MORNING) == 0


def test_a_task_of_a_worker_out_of_sight_waits_for_hours(waiting):
    waiting.claim("elsewhere")
    started = DBTaskResult.objects.get().started_at
    assert started is not None

    assert put_back_orphans(is_alive=lambda _: None, now=started + timedelta(hours=1)) == 0
    assert put_back_orphans(is_alive=lambda _: None, now=started + timedelta(hours=7)) == 1


def test_a_worker_is_alive_as_long_as_it_holds_its_lock():
    name = f"{socket.gethostname()[:40]}-0a1b"

    with alive(name):
        assert worker_is_alive(name) is True
    assert worker_is_alive(name) is False
    assert worker_is_alive("another-machine-0a1b") is None


@pytest.mark.django_db
def test_each_daily_job_is_handed_out_once_a_day():
    assert take_due_turns(MORNING) == len(daily_jobs()) > 0
    assert take_due_turns(MORNING + timedelta(hours=2)) == 0
    assert take_due_turns(MORNING + timedelta(days=1)) == len(daily_jobs())


def test_jobs_are_due_at_the_last_quarter_past_three():
    assert last_due(MORNING).isoformat() == "2026-11-02T03:15:00+00:00"
    assert last_due(MORNING.replace(hour=3, minute=14)).day == 1


@pytest.mark.django_db
def test_a_job_that_fails_says_so(monkeypatch):
    def broken():
        raise ValueError("no such thing")

    monkeypatch.setattr("vereda.config.clock.daily_jobs", lambda: {"broken": broken})
    run = take_turn("broken", due_at=MORNING, now=MORNING)
    assert run is not None

    with pytest.raises(ValueError, match="no such thing"):
        run_turn.call(str(run.pk))

    assert JobRun.objects.get(pk=run.pk).failure == "ValueError: no such thing"


def seen_by(application_input, *, trusted):
    seen = {}

    def application(environ, _start_response):
        seen.update(environ)
        return []

    behind_proxies(application, trusted=networks_of(trusted))(dict(application_input), list)
    return seen


def test_headers_of_a_stranger_are_taken_away():
    seen = seen_by(
        {
            "REMOTE_ADDR": "203.0.113.9",
            "HTTP_X_FORWARDED_FOR": "127.0.0.1",
            "HTTP_X_FORWARDED_PROTO": "https",
            "HTTP_X_FORWARDED_HOST": "evil",
        },
        trusted=["10.0.0.0/8"],
    )

    assert seen == {"REMOTE_ADDR": "203.0.113.9"}


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("127.0.0.1, 198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("nonsense", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_a_trusted_proxy_names_the_client(chain, client):
    seen = seen_by(
        {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": chain}, trusted=["10.0.0.0/8"]
    )

    assert seen["REMOTE_ADDR"] == client

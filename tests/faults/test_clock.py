"""Clocks may lie: at 1970, ten years ahead, twice as fast, an hour back in mid-run.

`libfaketime` tells the whole server another time. Where the clock jumps while it runs, the
monotonic clock stays true, as it does when an administrator or NTP moves the clock of a machine;
the library then breaks `time.sleep`, so that server is killed in the end instead of stopped.
"""

import os
import time
from pathlib import Path

import pytest

from benchmarks.load import write_key_of
from tests.faults.ledger import Ledger, Senders, checked
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.faults, pytest.mark.slow]

EVENTS = int(os.environ.get("VEREDA_TEST_PER_CLOCK", "200"))
LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/local/lib/faketime/libfaketimeMT.so.1")
TRUE_MONOTONIC = "FAKETIME_DONT_FAKE_MONOTONIC"
CLOCKS = {
    "true": "+0",
    "1970": "@1970-01-02 00:00:00",
    "ten years ahead": "+3653d",
    "twice as fast": "+0 x2",
}


@pytest.fixture
def library():
    """The library that lies about the time, or a loud no."""
    found = [path for pattern in LIBRARIES for path in Path("/").glob(pattern.removeprefix("/"))]
    if not found:
        if os.environ.get("CI"):
            pytest.fail("faketime is missing, and CI must move the clock")
        print("\n*** SKIPPED: moving the clock needs faketime. ***\n")  # noqa: T201
        pytest.skip("needs faketime")
    return str(found[0])


@pytest.fixture
def dial(tmp_path):
    """The file that says which time it is; it can be changed while a server runs."""
    path = tmp_path / "time"
    path.write_text(CLOCKS["true"])
    return path


@pytest.fixture
def server(tmp_path, library, dial):
    """A server, not yet started, that believes the dial."""
    home = tmp_path / "home"
    home.mkdir()
    running = RunningVereda(home=home)
    running.run("setup")
    write_key_of(running)
    running.settings |= {
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(dial),
        "FAKETIME_NO_CACHE": "1",
    }
    return running


def turned(dial, words):
    """Set the dial in one step, so that nobody reads half of it."""
    part = dial.with_suffix(".part")
    part.write_text(words)
    part.replace(dial)


def test_no_clock_makes_an_event_disappear_or_count_twice(server, dial):
    key, ledger = server.run("key", "--workspace", "muestra"), Ledger()
    sent_first = send_under(server, dial, CLOCKS["true"], key=key, ledger=ledger)
    for name in ("1970", "ten years ahead", "twice as fast"):
        send_under(server, dial, CLOCKS[name], key=key, ledger=ledger)

    jump_back_in_mid_run(server, dial, key=key, ledger=ledger)
    send_again(server, dial, sent_first, key=key, ledger=ledger)

    report = checked(server, ledger, name=f"clocks {', '.join(CLOCKS)}, an hour back")
    assert report.clean
    assert not report.refused
    assert report.acknowledged >= (len(CLOCKS) + 1) * EVENTS
    days = server.run("events", "ledger", "--workspace", "muestra")
    assert '"day": "1970-01-02"' in days, "the clock was never moved"
    assert days.splitlines()[0] > '{"day": "2036', "the clock was never moved"


def send_under(server, dial, words, *, key, ledger):
    """Serve at that time and send; the ids that were promised so far."""
    turned(dial, words)
    server.start()
    with Senders(port=server.port, key=key, ledger=ledger, connections=2) as senders:
        senders.wait_for_more(EVENTS)
    assert server.stop() == 0, server.log()
    return dict(ledger.sent)


def jump_back_in_mid_run(server, dial, *, key, ledger):
    """Serve, and move the clock an hour back while events come in."""
    turned(dial, CLOCKS["true"])
    server.settings[TRUE_MONOTONIC] = "1"
    server.start()
    with Senders(port=server.port, key=key, ledger=ledger, connections=2) as senders:
        senders.wait_for_more(EVENTS // 2)
        turned(dial, "-3600s")
        time.sleep(0.2)
        senders.wait_for_more(EVENTS // 2)
        turned(dial, CLOCKS["true"])
        senders.wait_for_more(EVENTS // 2)
    server.kill()
    del server.settings[TRUE_MONOTONIC]


def send_again(server, dial, sent, *, key, ledger):
    """Send what was stored before all this once more, as a phone does that was off for days."""
    turned(dial, CLOCKS["true"])
    server.start()
    again = Ledger(sent=dict(sent))
    senders = Senders(port=server.port, key=key, ledger=again, connections=1)
    ids = list(sent.items())
    for start in range(0, len(ids), 20):
        senders.send_once(dict(ids[start : start + 20]))
    assert len(again.acknowledged) == len(sent)
    assert server.stop() == 0, server.log()

"""Asked to stop under load, it answers what it took in and keeps what it answered."""

import time

import pytest

from benchmarks.load import write_key_of
from tests.faults.ledger import Ledger, Senders, checked, stored_in
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.faults, pytest.mark.slow]

STOPS = 3
STOPS_WITHIN = 10.0


def test_a_stop_under_load_loses_nothing_and_answers_whatever_it_stored(tmp_path):
    server = RunningVereda(home=tmp_path)
    server.run("setup")
    key, ledger = write_key_of(server), Ledger()
    unanswered = []

    with Senders(port=server.port, key=key, ledger=ledger, connections=12) as senders:
        for _ in range(STOPS):
            server.start()
            senders.wait_for_more(1_000)
            began = time.monotonic()
            assert server.stop() == 0, server.log()
            assert time.monotonic() - began < STOPS_WITHIN
            time.sleep(0.2)
            stored = {message for message, _ in stored_in(tmp_path / "events.duckdb")}
            unanswered.append(len(stored - senders.acknowledged()))

    report = checked(server, ledger, name=f"{STOPS} stops")
    assert report.clean
    assert unanswered == [0] * STOPS

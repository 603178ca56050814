"""One poisonous item in a hundred, of every kind: the ninety-nine others are stored."""

import os

import pytest

from benchmarks.load import write_key_of
from tests.faults.ledger import Ledger, Senders, checked
from tests.stories.server import RunningVereda
from vereda.collector.testing import POISON

pytestmark = [pytest.mark.faults, pytest.mark.slow]

EVENTS = int(os.environ.get("VEREDA_TEST_POISONED", "4000"))
GOOD = 99


def test_one_poisonous_item_in_a_hundred_costs_no_other(tmp_path):
    server = RunningVereda(home=tmp_path)
    server.run("setup")
    key, ledger = write_key_of(server), Ledger()
    server.start()

    senders = Senders(port=server.port, key=key, ledger=ledger, together=GOOD, poison=POISON)
    with senders:
        senders.wait_for_more(EVENTS, seconds=300)
    server.stop()

    report = checked(server, ledger, name="1 poison in 100")
    assert report.clean
    assert not report.refused, "a poisonous item cost its whole request"
    assert report.acknowledged >= len(POISON) * GOOD

"""What memory knows about messages: never that one is new which is not."""

from datetime import date, timedelta

import pytest

from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.store import seen
from vereda.events.store.seen import SMALLEST, MarkTables, Seen

TODAY = date(2026, 11, 22)
ACME, GLOBEX = WorkspaceKey("acme"), WorkspaceKey("globex")


def hashes(count, *, of="message"):
    return [hash((of, number)) for number in range(count)]


@pytest.mark.parametrize("together", [1, 1_000, 10 * SMALLEST])
def test_every_mark_is_found_again_however_many_come_together(together):
    marks, all_of_them = MarkTables(), hashes(3 * SMALLEST)

    for start in range(0, len(all_of_them), together):
        marks.add_all(all_of_them[start : start + together], on=TODAY)

    assert marks.among(all_of_them) == set(all_of_them)
    assert not marks.among(hashes(1_000, of="another"))


def test_no_table_is_filled_beyond_its_half(monkeypatch):
    monkeypatch.setattr(seen, "LARGEST", SMALLEST)
    marks = MarkTables()

    marks.add_all(hashes(3 * SMALLEST), on=TODAY)

    counts = [table.count for table in marks._tables]
    assert sum(counts) == 3 * SMALLEST
    assert max(counts) == SMALLEST // 2


def test_marks_are_kept_as_long_as_one_of_their_table_is_young_enough():
    marks, old, young = MarkTables(), hashes(SMALLEST, of="old"), hashes(10, of="young")
    marks.add_all(old, on=TODAY - timedelta(days=40))
    marks.add_all(young, on=TODAY)

    marks.drop_older(than=TODAY - timedelta(days=30))

    assert marks.among(young) == set(young)
    assert marks.among(old) < set(old)


def test_messages_are_stored_doubtful_or_new(monkeypatch):
    monkeypatch.setattr(seen, "RECENT", 2)
    known = Seen()
    known.adopt(MarkTables())
    known.remember({(ACME, "a"): 1, (ACME, "b"): 2, (ACME, "c"): 3}, on=TODAY)

    stored, doubtful = known.sort_out([(ACME, name) for name in "abcd"] + [(GLOBEX, "c")])

    assert stored == {(ACME, "b"): 2, (ACME, "c"): 3}
    assert doubtful == {(ACME, "a")}


def test_until_the_file_was_read_every_message_is_doubtful():
    known = Seen()
    known.remember({(ACME, "a"): 1}, on=TODAY)

    stored, doubtful = known.sort_out([(ACME, "a"), (ACME, "b")])

    assert (stored, doubtful) == ({(ACME, "a"): 1}, {(ACME, "b")})

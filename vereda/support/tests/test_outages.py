"""How much of a month a service worked."""

from datetime import UTC, date, datetime, timedelta

import pytest

from vereda.support.contracts import Extent
from vereda.support.pages.outages import share_words
from vereda.support.rules.outages import Downtime, availability_in, month_bounds
from vereda.support.rules.reports import months_back

START, END = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def down(first, last, *, service="Export", extent=Extent.FULL):
    """Down from one hour of the month to another."""
    ended_at = None if last is None else START + timedelta(hours=last)
    return Downtime(service, extent, START + timedelta(hours=first), ended_at)


def told(*outages):
    return availability_in(outages, service="Export", start=START, end=END)


def test_what_overlaps_counts_once_and_other_services_do_not():
    found = told(down(0, 10), down(5, 12), down(20, 22), down(0, 300, service="Search"))

    assert found.down == timedelta(hours=14)
    assert found.share == pytest.approx(1 - 14 / 720)


def test_only_what_did_not_work_at_all_counts_against_it():
    found = told(down(0, 72, extent=Extent.PARTIAL), down(0, 7, extent=Extent.PLANNED))

    assert (found.share, found.partly, found.planned) == (
        1.0,
        timedelta(hours=72),
        timedelta(hours=7),
    )


def test_only_this_months_part_counts_and_what_still_lasts_counts_to_the_end():
    assert told(down(-100, 36)).down == timedelta(hours=36)
    assert told(down(700, None)).down == timedelta(hours=20)


def test_a_month_begins_at_midnight_in_its_zone():
    assert month_bounds(date(2026, 3, 1), zone="Europe/Madrid") == (
        datetime(2026, 2, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 31, 22, tzinfo=UTC),
    )
    assert month_bounds(date(2026, 12, 1), zone="UTC")[1] == datetime(2027, 1, 1, tzinfo=UTC)


def test_what_was_down_for_a_second_is_never_written_as_all():
    assert share_words(1 - 1 / 10**9) == "99.999 %"
    assert share_words(1.0) == "100 %"
    assert share_words(0.5) == "50 %"


def test_months_go_back_over_the_turn_of_the_year():
    assert months_back(date(2026, 2, 17), 3) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]

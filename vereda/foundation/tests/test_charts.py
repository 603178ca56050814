from datetime import date, timedelta

import pytest
from django.utils import translation

from vereda.foundation import charts

MONDAY = date(2026, 11, 2)
WEEK = [MONDAY + timedelta(days=day) for day in range(4)]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_a_sparkline_is_one_path_and_says_what_it_shows():
    drawn = charts.sparkline([1, 3, 2], label="8 weeks")

    assert drawn == (
        '<svg class="sparkline" viewBox="0 0 80 20" role="img" aria-label="8 weeks">'
        '<path d="M1.0 18.0L40.0 2.0L79.0 10.0"></path>'
        '<circle cx="79.0" cy="10.0" r="1.7"></circle></svg>'
    )


def test_a_gap_in_a_sparkline_stays_a_gap():
    drawn = charts.sparkline([1, None, 2, 2], label="x")

    assert 'd="M1.0 18.0M53.0 2.0L79.0 2.0"' in drawn


def test_a_sparkline_of_equal_values_lies_in_the_middle():
    drawn = charts.sparkline([7, 7], label="x")

    assert 'd="M1.0 10.0L79.0 10.0"' in drawn


def test_a_sparkline_without_values_says_so():
    assert charts.sparkline([None, None], label="x") == '<span class="quiet">no data</span>'


def test_labels_are_escaped():
    drawn = charts.sparkline([1], label='"><script>alert(1)</script>')

    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


def test_a_trend_scales_to_a_round_number_and_starts_at_zero():
    drawn = charts.trend(
        list(zip(WEEK, [10, 20, 15, 18], strict=True)), title="People", summary="18 people."
    )

    assert '<path class="series" d="M34.0 74.0L208.0 14.0L382.0 44.0L556.0 26.0"></path>' in drawn
    assert '<path class="area" d="M34.0 74.0L208.0 14.0L382.0 44.0L556.0 26.0L556.0 134.0' in drawn
    assert 'aria-label="People. 18 people."' in drawn
    assert "<figcaption>18 people.</figcaption>" in drawn


def test_a_trend_lifts_its_line_and_its_area_over_a_gap():
    drawn = charts.trend(
        list(zip(WEEK, [10, 20, None, 20], strict=True)), title="People", summary="x"
    )

    assert 'class="series" d="M34.0 74.0L208.0 14.0M556.0 14.0"' in drawn
    assert drawn.count('class="area"') == 1
    assert 'data-y="74.0 14.0 - 14.0"' in drawn


def test_a_trend_says_each_value_with_its_day_and_unit():
    drawn = charts.trend(
        [(MONDAY, 1234.0), (WEEK[1], None)], title="Events", summary="x", unit="events"
    )

    assert 'data-says="2 Nov 2026: 1,234 events|3 Nov 2026: no data"' in drawn


def test_a_trend_carries_its_numbers_as_a_table_newest_first():
    drawn = charts.trend([(MONDAY, 1.0), (WEEK[1], 2.0)], title="Events", summary="x")

    newest, oldest = drawn.index("3 Nov 2026</th>"), drawn.index("2 Nov 2026</th>")
    assert newest < oldest
    assert '<th scope="row">3 Nov 2026</th><td class="right">2</td>' in drawn


def test_a_threshold_widens_the_scale_so_that_it_can_be_seen():
    drawn = charts.trend(
        [(MONDAY, 3.0), (WEEK[1], 4.0)],
        title="People",
        summary="x",
        thresholds=[charts.Threshold(24, "24 seats")],
    )

    assert 'class="threshold" x1="34.0" x2="556.0" y1="18.8" y2="18.8"' in drawn
    assert ">24 seats</text>" in drawn


def test_a_mark_stands_at_its_day_and_not_outside():
    inside = charts.Mark(WEEK[1], "rules v4")
    outside = charts.Mark(date(2025, 1, 1), "before")

    drawn = charts.trend(
        [(day, 1.0) for day in WEEK], title="x", summary="x", marks=[inside, outside]
    )

    assert 'class="event" x1="208.0" x2="208.0"' in drawn
    assert "before" not in drawn


def test_numbers_and_days_are_written_in_the_language_of_the_reader():
    with translation.override("es"):
        drawn = charts.trend([(MONDAY, 12345.5), (WEEK[1], 1.0)], title="x", summary="x")

    assert "2 nov 2026: 12.345,5" in drawn


def test_an_empty_trend_is_still_a_picture_with_words():
    drawn = charts.trend([], title="People", summary="Nobody yet.")

    assert "<figcaption>Nobody yet.</figcaption>" in drawn


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 1), (1, 1), (1.1, 2), (21, 25), (26, 40), (81, 100), (0.3, 0.4)]
)
def test_a_scale_ends_at_a_round_number(highest, top):
    assert charts.nice_ceiling([highest]) == pytest.approx(top)


def test_upright_bars_give_each_value_and_a_dash_for_none():
    drawn = charts.upright_bars(
        [charts.Column("w1", 50, "good"), charts.Column("w2", None)], title="Health", high=100
    )

    assert 'class="bar-good" x="85.0" y="56.0" width="44.0" height="36.0"' in drawn
    assert 'height="0.0"' in drawn
    assert ">—</text>" in drawn
    assert 'aria-label="Health: w1 50, w2 no data"' in drawn


def test_lying_bars_are_a_table_with_the_longest_at_full_width():
    drawn = charts.bars([charts.Share("A", 10), charts.Share("B", 5, "2")], title="Use")

    assert '<th scope="row">A</th>' in drawn
    assert 'class="fill-1" width="100.0%"' in drawn
    assert 'class="fill-2" width="50.0%"' in drawn


def test_a_stacked_bar_adds_up_to_the_whole_and_tells_its_numbers():
    drawn = charts.stacked_bar(
        [charts.Share("Healthy", 3, "good"), charts.Share("Risk", 1, "risk")], title="Accounts"
    )

    assert 'class="fill-good" x="0.00%" width="74.60%"' in drawn
    assert 'class="fill-risk" x="75.00%" width="24.60%"' in drawn
    assert "Healthy 3" in drawn


def test_a_heat_map_is_a_table_with_a_number_in_every_cell():
    drawn = charts.heat_map(
        [("June", [1.0, 0.5, 0.0, None])], heads="0123", title="Still active", shares=True
    )

    assert '<td class="h6">100%</td><td class="h3">50%</td><td class="h0">0%</td>' in drawn
    assert '<td class="none"><span class="sr-only">no data</span></td>' in drawn


def test_no_chart_needs_an_inline_style():
    everything = (
        charts.trend([(MONDAY, 1.0)], title="x", summary="x")
        + charts.bars([charts.Share("A", 1)], title="x")
        + charts.stacked_bar([charts.Share("A", 1)], title="x")
        + charts.heat_map([("A", [1])], heads="1", title="x")
        + charts.upright_bars([charts.Column("A", 1)], title="x")
    )

    assert "style=" not in everything

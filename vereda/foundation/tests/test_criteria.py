"""What every criterion reads from a row of a question: spans, days, choices, columns."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from vereda.foundation.criteria import About, AskedCriterion, Comparison, span_of
from vereda.workspaces.models import Workspace

LATE = datetime(2026, 11, 3, 4, 30, tzinfo=UTC)
"""23:30 on 2 November in Bogotá."""


def asked(value=None, *, about=About.ACCOUNTS, zone="UTC"):
    return AskedCriterion(
        workspace=Workspace(time_zone=zone),
        about=about,
        comparison=Comparison.IN_LAST_DAYS,
        value=value,
        today=LATE.date(),
        now=LATE,
    )


@pytest.mark.parametrize(
    ("days", "meant"),
    [
        (Decimal(30), 30),
        (Decimal("30.9"), 30),
        ("7", 7),
        (Decimal(0), 0),
        (Decimal(-3), 0),
        (Decimal("1E+30"), 36_500),
    ],
)
def test_a_span_is_whole_days_that_never_leave_the_calendar(days, meant):
    assert span_of(days) == timedelta(days=meant)
    assert asked(days).span == timedelta(days=meant)
    assert asked(days).since == LATE - timedelta(days=meant)


def test_what_was_chosen_is_one_or_several():
    assert asked("green").chosen == ("green",)
    assert asked(("green", "red")).chosen == ("green", "red")


@pytest.mark.parametrize(
    ("about", "column"), [(About.ACCOUNTS, "account"), (About.PEOPLE, "person")]
)
def test_rows_name_those_whom_the_question_is_about(about, column):
    assert asked(about=about).column == column


def test_a_day_is_the_one_where_the_workspace_is():
    assert asked(zone="America/Bogota").day_of(LATE) == date(2026, 11, 2)
    assert asked(zone="Asia/Tokyo").day_of(LATE) == date(2026, 11, 3)

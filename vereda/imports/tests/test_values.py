from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.foundation.importing import FieldType, ImportChoice, ImportField
from vereda.imports.contracts import DateOrder
from vereda.imports.rules.values import (
    UnreadableCell,
    parser_for,
    read_boolean,
    read_date,
    read_decimal,
    read_email,
    read_instant,
    read_integer,
    read_list,
    read_money,
)

DMY, MDY, YMD = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST, DateOrder.YEAR_FIRST
MADRID = ZoneInfo("Europe/Madrid")


def why(call, *arguments, **options):
    with pytest.raises(UnreadableCell) as caught:
        call(*arguments, **options)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [("1.234,56", ",", "1234.56"), ("1,234.56", ".", "1234.56"), ("1 234,5", ",", "1234.5"),
     ("1\u202f234,5", ",", "1234.5"), ("1'234.5", ".", "1234.5"), ("-12", ".", "-12"),
     ("(12,5)", ",", "-12.5"), ("12-", ".", "-12"), (",5", ",", "0.5"), ("1.234.567", ",",
     "1234567"), ("+3", ".", "3"), ("\u22123", ".", "-3")],
)  # fmt: skip
def test_numbers_are_read_as_their_mark_says(text, mark, number):
    assert read_decimal(text, decimal=mark) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "mark", "code"),
    [("1.234,56", ".", "other_decimal_mark"), ("1234.56", ",", "other_decimal_mark"),
     ("12.34.56", ".", "not_a_number"), ("abc", ".", "not_a_number"), ("", ".", "not_a_number"),
     ("٣", ".", "not_a_number"), ("1e5", ".", "not_a_number"), ("9" * 40, ".", "not_a_number"),
     ("NaN", ".", "not_a_number"), ("Infinity", ".", "not_a_number"), ("-", ".", "not_a_number")],
)  # fmt: skip
def test_what_is_no_number_says_what_it_is(text, mark, code):
    assert why(read_decimal, text, decimal=mark) == code


@given(st.decimals(-(10**12), 10**12, places=2, allow_nan=False), st.sampled_from(".,"))
def test_every_number_comes_back_however_it_is_written(number, mark):
    written = f"{number:,.2f}"
    if mark == ",":
        written = written.translate(str.maketrans(",.", ".,"))

    assert read_decimal(written, decimal=mark) == number
    assert read_money(f"{written} €", decimal=mark) == number


@pytest.mark.parametrize("text", ["€1.234,56", "1.234,56 €", "EUR 1.234,56", "1.234,56EUR"])
def test_money_may_name_its_currency(text):
    assert read_money(text, decimal=",") == Decimal("1234.56")
    assert read_money("-$5", decimal=".") == Decimal(-5)
    assert why(read_money, "free", decimal=".") == "not_money"


def test_integers_are_whole_and_fit():
    assert read_integer("9.0", decimal=".") == 9
    assert read_integer("1.234", decimal=",") == 1234
    assert why(read_integer, "9.5", decimal=".") == "not_an_integer"
    assert why(read_integer, str(2**63), decimal=".") == "not_an_integer"


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [("31/12/2026", DMY, (2026, 12, 31)), ("12/31/2026", MDY, (2026, 12, 31)),
     ("2026-12-31", DMY, (2026, 12, 31)), ("20261231", MDY, (2026, 12, 31)),
     ("29-02-2016", DMY, (2016, 2, 29)), ("1.2.26", DMY, (2026, 2, 1)),
     ("12 ene 2024", DMY, (2024, 1, 12)), ("3 de marzo de 2024", MDY, (2024, 3, 3)),
     ("Jan 5, 2024", DMY, (2024, 1, 5)), ("2023-07-28 3:00", YMD, (2023, 7, 28)),
     ("2023-07-28T03:00:00.123Z", DMY, (2023, 7, 28))],
)  # fmt: skip
def test_dates_in_all_their_clothes(text, order, day):
    assert read_date(text, dates=order) == date(*day)


@pytest.mark.parametrize(
    ("text", "order", "code"),
    [("12/31/2026", DMY, "other_date_order"), ("31/12/2026", MDY, "other_date_order"),
     ("32/13/2026", DMY, "no_such_day"), ("29-02-2015", DMY, "no_such_day"),
     ("soon", DMY, "not_a_date"), ("2026-12-31 noon", DMY, "not_a_date"),
     ("5 foo 2024", DMY, "not_a_date"), ("45291", DMY, "not_a_date"), ("", DMY, "not_a_date")],
)  # fmt: skip
def test_what_is_no_date_says_what_it_is(text, order, code):
    assert why(read_date, text, dates=order) == code


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)), st.sampled_from([DMY, MDY]))
def test_every_date_comes_back_in_either_order(day, order):
    form = "%d/%m/%Y" if order is DMY else "%m/%d/%Y"

    assert read_date(day.strftime(form), dates=order) == day
    assert read_date(day.isoformat(), dates=order) == day


@pytest.mark.parametrize(
    ("text", "instant"),
    [("2023-07-28 3:00", (2023, 7, 28, 1, 0)), ("28/07/2023 15:30", (2023, 7, 28, 13, 30)),
     ("28/07/2023 3:30 p.m.", (2023, 7, 28, 13, 30)), ("28-07-2023", (2023, 7, 27, 22, 0)),
     ("2023-07-28T03:00:00Z", (2023, 7, 28, 3, 0)), ("2023-07-28T03:00+05:30",
     (2023, 7, 27, 21, 30)), ("12/01/2023 12:00 AM", (2023, 1, 11, 23, 0)),
     ("1690513200", (2023, 7, 28, 3, 0)), ("1690513200000", (2023, 7, 28, 3, 0))],
)  # fmt: skip
def test_instants_are_read_off_the_clock_of_their_zone(text, instant):
    read = read_instant(text, dates=DMY, zone=MADRID)

    assert read == datetime(*instant).replace(tzinfo=UTC)  # noqa: DTZ001 - it is given one here


@pytest.mark.parametrize(
    "text", ["2023-07-28 25:00", "28/07/2023 13:00 pm", "9999-12-31 23:59-05:00"]
)
def test_times_that_do_not_exist_are_refused(text):
    assert why(read_instant, text, dates=DMY, zone=MADRID) in {"no_such_time", "no_such_day"}


@pytest.mark.parametrize("text", ["sí", "SI", "Yes", "true", "VERDADERO", "1", "x"])
def test_yes(text):
    assert read_boolean(text) is True


@pytest.mark.parametrize("text", ["no", "FALSE", "falso", "0", "N"])
def test_no(text):
    assert read_boolean(text) is False
    assert why(read_boolean, "maybe") == "not_a_boolean"


def test_emails():
    assert read_email("Ana@Example.COM") == "Ana@example.com"
    assert read_email("mailto:a@b.co") == "a@b.co"
    for text in (
        "ana",
        "a@b",
        "a@@b.co",
        "a b@c.co",
        '"<x>"@y.co',
        "a@[127.0.0.1]",
        "a@b.co, c@d.co",
    ):
        assert why(read_email, text) == "not_an_email"


def test_lists():
    assert read_list("a; b;a;", split="") == ("a", "b")
    assert read_list("a, b", split="") == ("a", "b")
    assert read_list("a/b", split="/") == ("a", "b")


def test_a_choice_is_known_by_value_label_or_alias_and_guessed_near():
    field = ImportField(
        "size", "Size", FieldType.CHOICE, choices=(ImportChoice("big", "Large", ("2 - High",)),)
    )
    read = parser_for(field, decimal=".", dates=DMY, zone=MADRID)

    assert [read(text) for text in ("BIG", "large", "2 - high")] == ["big"] * 3
    with pytest.raises(UnreadableCell) as caught:
        read("larg")
    assert caught.value.details["near"] == "big"


@given(st.sampled_from(list(FieldType)), st.text(max_size=60))
def test_no_cell_whatever_it_holds_does_more_than_be_refused(type_, text):
    field = ImportField("f", "F", type_, choices=(ImportChoice("a", "A"),))
    read = parser_for(field, decimal=",", dates=DMY, zone=MADRID)

    with suppress(UnreadableCell):
        assert read(text) is not None

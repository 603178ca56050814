import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from vereda.foundation.tabular import Cell, csv_lines, guarded, unguarded, write_workbook

M12 = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\ufeff=1",
    "\u200b=1",
    "＝1+1",  # noqa: RUF001 - the full-width sign is the point
    "%0A=1",
    "|cmd",
    '"=1',
    '" =1',
    "'=1",
]


def read(content, delimiter=","):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


@pytest.mark.parametrize("cell", M12)
def test_m12_no_cell_begins_a_formula(cell):
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Acme", "a=b", "1-2", "it's", "'tis", "", "'", "12 %"])
def test_harmless_texts_stay_as_they_are(cell):
    assert guarded(cell) == cell


@given(st.text(alphabet="'=+-@|%\"a \t\n\ufeff＝1") | st.text())  # noqa: RUF001
def test_what_was_guarded_comes_back(text):
    assert unguarded(guarded(text)) == text


def test_csv_keeps_numbers_as_numbers_and_guards_texts():
    rows: list[list[Cell]] = [["=x", -5, Decimal("-1.50"), date(2026, 12, 31), True, None]]

    english = b"".join(csv_lines(["Name", "n", "d", "on", "live", "none"], rows, language="en"))
    spanish = b"".join(csv_lines(["Name", "n", "d", "on", "live", "none"], rows, language="es"))

    assert english.startswith(b"\xef\xbb\xbf")
    assert read(english)[1] == ["'=x", "-5", "-1.50", "2026-12-31", "TRUE", ""]
    assert read(spanish, ";")[1] == ["'=x", "-5", "-1,50", "2026-12-31", "TRUE", ""]


def test_csv_comes_some_rows_at_a_time():
    asked = []

    def rows():
        for number in range(10_000):
            asked.append(number)
            yield [number]

    lines = csv_lines(["n"], rows(), language="en")
    first = next(lines)

    assert len(asked) < 1000
    assert first.count(b"\r\n") + sum(part.count(b"\r\n") for part in lines) == 10_001


def test_a_workbook_holds_no_formula(tmp_path):
    rows: list[list[Cell]] = [[cell, 1.5, datetime(2026, 1, 2, 3, 4, tzinfo=UTC)] for cell in M12]

    count = write_workbook(tmp_path / "x.xlsx", ["a", "b", "c"], rows, sheet="It's [all]")

    page = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_index(0)
    cells = page.to_python()
    assert count == len(M12)
    assert [str(row[0])[0] for row in cells[1:]] == ["'"] * len(M12)
    assert cells[1][1:] == [1.5, datetime(2026, 1, 2, 3, 4)]  # noqa: DTZ001 - a sheet has no zone


def test_a_workbook_refuses_more_rows_than_a_sheet_holds(tmp_path, monkeypatch):
    monkeypatch.setattr("vereda.foundation.tabular._ROWS_OF_A_SHEET", 10)

    with pytest.raises(ValueError, match="a sheet holds"):
        write_workbook(tmp_path / "x.xlsx", ["n"], ([n] for n in range(20)), sheet="n")

"""Tables out as CSV and XLSX, streamed, and safe to open in a spreadsheet.

A spreadsheet takes a cell that begins with = + - @ for a formula. `guarded` puts an apostrophe
before such texts; `unguarded` takes exactly that apostrophe away, so that importing our own
export gives back what was exported. Numbers, dates and booleans stay what they are.
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import xlsxwriter

Cell: TypeAlias = str | int | float | Decimal | bool | date | datetime | None

_STARTS_FORMULA = frozenset("=+-@|%")
_ROWS_OF_A_SHEET = 1_048_576
_LONGEST_CELL = 32_767
_BATCH = 200


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _needs_guard(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text[:1] == "'" and _needs_guard(text[1:]) else text


def _needs_guard(text: str) -> bool:
    bare = text.lstrip("'")
    if not bare:
        return False
    if bare[0] in "\t\r\n":
        return True
    first = next((letter for letter in bare if not _is_skipped(letter)), "")
    return bool(first) and unicodedata.normalize("NFKC", first)[:1] in _STARTS_FORMULA


def _is_skipped(letter: str) -> bool:
    """Spaces, quotation marks and invisible characters: spreadsheets may look behind them."""
    return letter.isspace() or letter == '"' or unicodedata.category(letter) == "Cf"


def delimiter_for(language: str) -> str:
    """What spreadsheets of that language expect between cells: a semicolon in Spanish."""
    return ";" if language.startswith("es") else ","


class _Line:
    """A file that gives back what was written to it: csv's writer needs one."""

    def write(self, text: str) -> str:
        return text


def csv_lines(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, language: str
) -> Iterator[bytes]:
    """The table as CSV, some rows at a time: UTF-8 with a byte order mark, the delimiter and the
    decimal mark of the language, ISO dates. Memory does not grow with the rows."""
    writer = csv.writer(_Line(), delimiter=delimiter_for(language))
    decimal = "," if language.startswith("es") else "."
    waiting = ["\ufeff", writer.writerow([guarded(name) for name in header])]
    for row in rows:
        waiting.append(writer.writerow([_text(cell, decimal) for cell in row]))
        if len(waiting) >= _BATCH:
            yield "".join(waiting).encode()
            waiting.clear()
    yield "".join(waiting).encode()


def _text(cell: Cell, decimal: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float | Decimal):
        return format(Decimal(str(cell)), "f").replace(".", decimal)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return guarded(cell.replace("\0", ""))


def write_workbook(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str
) -> int:
    """Writes the table as a workbook with one sheet, in constant memory; gives the number of rows.

    Texts are texts: nothing becomes a formula, a link or a number by its looks. Instants are UTC.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
        "remove_timezone": True,
    }
    count = 0
    with xlsxwriter.Workbook(str(path), options) as workbook:
        page = workbook.add_worksheet(_sheet_name(sheet))
        instants = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        bold = workbook.add_format({"bold": True})
        page.freeze_panes(1, 0)
        for position, name in enumerate(header):
            page.write_string(0, position, guarded(name), bold)
        for count, row in enumerate(rows, start=1):
            if count >= _ROWS_OF_A_SHEET:
                raise ValueError(f"a sheet holds {_ROWS_OF_A_SHEET - 1} rows; export CSV instead")
            for position, cell in enumerate(row):
                _write_cell(page, count, position, cell, instants)
    return count


def _sheet_name(name: str) -> str:
    bare = "".join(" " if letter in "[]:*?/\\'" else letter for letter in name).strip()
    return bare[:31] or "1"


def _write_cell(page: object, row: int, column: int, cell: Cell, instants: object) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        text = "".join(letter for letter in cell if letter >= " " or letter in "\t\n")
        page.write_string(row, column, guarded(text)[:_LONGEST_CELL])  # type: ignore[attr-defined]
    elif isinstance(cell, datetime):
        page.write_datetime(row, column, cell, instants)  # type: ignore[attr-defined]
    else:
        page.write(row, column, cell)  # type: ignore[attr-defined]

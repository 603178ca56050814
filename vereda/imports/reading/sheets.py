"""Spreadsheets: looked at from outside before anything is unpacked, then written out as text."""

import csv
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from vereda.imports.contracts import (
    SHEET_ENTRIES,
    SHEET_RATIO,
    SHEET_UNPACKED_BYTES,
    FileRefused,
    Problem,
)

_BLOCK = 1 << 20
_SMALL = 1 << 20


def check_workbook(path: Path) -> None:
    """Refuses a workbook that would unpack into something huge, or is none. Reads no XML."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive, packed=path.stat().st_size)
            for entry in archive.infolist():
                _read_through(archive, entry)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise FileRefused(Problem("broken_workbook")) from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise FileRefused(Problem("broken_workbook")) from error


def _check_entries(archive: zipfile.ZipFile, *, packed: int) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > SHEET_ENTRIES:
        raise FileRefused(Problem("workbook_entries", details={"limit": f"{SHEET_ENTRIES:,}"}))
    if unpacked > SHEET_UNPACKED_BYTES:
        limit = f"{SHEET_UNPACKED_BYTES // 1024 // 1024}"
        raise FileRefused(Problem("workbook_too_big", details={"limit": limit}))
    if unpacked > _SMALL and unpacked > SHEET_RATIO * packed:
        raise FileRefused(Problem("workbook_bomb"))
    if "[Content_Types].xml" not in archive.namelist() and "mimetype" not in archive.namelist():
        raise FileRefused(Problem("broken_workbook"))


def _read_through(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Inflates block by block into nothing: a size that lies fails its checksum here."""
    with archive.open(entry) as content:
        while content.read(_BLOCK):
            pass


def sheet_names(path: Path) -> tuple[str, ...]:
    """The names of the workbook's sheets, in order."""
    return tuple(_opened(path).sheet_names)


def write_sheet_as_text(path: Path, target: Path, *, sheet: str = "") -> str:
    """Writes the sheet (the first with anything in it, unless named) as UTF-8 CSV.

    Gives the sheet's name. Numbers have a decimal point and dates are ISO, whatever the
    spreadsheet showed, so nothing is left to guess.
    """
    workbook = _opened(path)
    names = [sheet] if sheet in workbook.sheet_names else list(workbook.sheet_names)
    for name in names:
        rows = workbook.get_sheet_by_name(name)
        if rows.height:
            _write(target, rows.iter_rows())
            return str(name)
    raise FileRefused(Problem("empty_file"))


def _opened(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError) as error:
        raise FileRefused(Problem("broken_workbook")) from error


def _write(target: Path, rows: Iterable[Sequence[object]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in rows:
            writer.writerow([cell_text(cell) for cell in row])


def cell_text(cell: object) -> str:
    """A spreadsheet's cell as the text a CSV would hold."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)

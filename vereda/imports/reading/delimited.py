"""Delimited text as a stream of rows: one broken row is one problem, not the end of the file."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from vereda.imports.contracts import (
    CELL_CHARACTERS,
    COLUMNS,
    DELIMITERS,
    HEADER_CHARACTERS,
    ROWS,
    FileRefused,
    Formats,
    Problem,
    RawRow,
)
from vereda.imports.reading.encodings import codec_name

# A hint Excel writes and reads: the first line may be "sep=;".
_SEPARATOR_HINT = "sep="
_LOOKED_AT = 50

csv.field_size_limit(CELL_CHARACTERS)


def rows_in(path: Path, formats: Formats) -> Iterator[RawRow]:
    """Every row below the header, with its line; blank rows are left out.

    A row that cannot be split, or has more or fewer cells than the header, carries its problem.
    An unterminated quote ends the stream with a `FileRefused` that names its line.
    """
    width = len(columns_in(path, formats))
    for number, row in enumerate(_rows_below_header(path, formats), start=1):
        if number > ROWS:
            raise FileRefused(Problem("too_many_rows", details={"limit": f"{ROWS:,}"}))
        yield row if row.problem else _fitted(row, width)


def columns_in(path: Path, formats: Formats) -> tuple[str, ...]:
    """The names of the columns, or a `FileRefused` for a header that cannot be used."""
    first = next(_split(path, formats, start=max(1, formats.header_line)), None)
    if first is None:
        raise FileRefused(Problem("empty_file"))
    if first.problem:
        raise FileRefused(first.problem)
    if len(_trimmed(first.cells)) > COLUMNS:
        raise FileRefused(Problem("too_many_columns", details={"limit": str(COLUMNS)}))
    if not formats.header_line:
        return tuple(f"Column {number}" for number in range(1, len(first.cells) + 1))
    return _checked_names(_trimmed(first.cells))


def _checked_names(cells: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(
        " ".join(cell.split()) or f"Column {number}" for number, cell in enumerate(cells, start=1)
    )
    for number, name in enumerate(names, start=1):
        if len(name) > HEADER_CHARACTERS:
            details = {"position": str(number), "limit": str(HEADER_CHARACTERS)}
            raise FileRefused(Problem("header_too_long", found=name[:40] + "…", details=details))
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise FileRefused(Problem("duplicate_header", column=twice[0]))
    return names


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Without the empty cells that spreadsheets leave at the right."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _fitted(row: RawRow, width: int) -> RawRow:
    """The row with as many cells as the header; empty ones at the right do not count."""
    cells = row.cells
    if len(cells) == width:
        return row
    if len(cells) > width and len(_trimmed(cells)) <= width:
        return RawRow(row.line, cells[:width])
    details = {"found": str(len(cells)), "expected": str(width)}
    return RawRow(row.line, cells, Problem("ragged_row", details=details))


def _rows_below_header(path: Path, formats: Formats) -> Iterator[RawRow]:
    rows = _split(path, formats, start=max(1, formats.header_line))
    if formats.header_line:
        next(rows, None)
    return rows


def _split(path: Path, formats: Formats, *, start: int) -> Iterator[RawRow]:
    """Rows from the given line on. Lines are counted as a text editor counts them."""
    with path.open(encoding=codec_name(formats.encoding), newline="", errors="strict") as text:
        lines = _readable(text)
        for _ in range(start - 1):
            next(lines, "")
        yield from _parsed(lines, formats.delimiter, skipped=start - 1)


def _readable(text: Iterator[str]) -> Iterator[str]:
    """The lines without NUL and Ctrl-Z, which some exports leave and no cell means."""
    for number, line in enumerate(_decoded(text), start=1):
        if number == 1 and line.lower().startswith(_SEPARATOR_HINT) and len(line.strip()) <= 5:
            yield "\n"
            continue
        clean = line
        if "\0" in clean or "\x1a" in clean:
            clean = clean.replace("\0", "").replace("\x1a", "")
        yield clean


def _decoded(text: Iterator[str]) -> Iterator[str]:
    number = 0
    while True:
        try:
            line = next(text, None)
        except UnicodeDecodeError as error:
            details = {"line": str(number + 1), "encoding": error.encoding}
            raise FileRefused(Problem("wrong_encoding", details=details)) from error
        if line is None:
            return
        number += 1
        yield line


def _parsed(lines: Iterator[str], delimiter: str, *, skipped: int) -> Iterator[RawRow]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        began = skipped + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield _broken(error, began=began, ended=skipped + reader.line_num)
            continue
        if cells is None:
            return
        if any(cell and not cell.isspace() for cell in cells):
            yield RawRow(began, tuple(cells))


def _broken(error: csv.Error, *, began: int, ended: int) -> RawRow:
    """The row's own problem, unless a quote was left open: then nothing below can be trusted."""
    reason = str(error)
    if "unexpected end of data" in reason or (ended > began and "field larger" in reason):
        raise FileRefused(Problem("open_quote", details={"line": str(began)})) from error
    if "field larger" in reason:
        return RawRow(
            began, (), Problem("cell_too_long", details={"limit": f"{CELL_CHARACTERS:,}"})
        )
    return RawRow(began, (), Problem("text_after_quote"))


def detected_delimiter(path: Path, encoding: str) -> str:
    """The delimiter that splits the first rows into the most columns, the most evenly."""
    hint = _hinted_delimiter(path, encoding)
    if hint:
        return hint
    return max(DELIMITERS, key=lambda delimiter: _evenness(path, encoding, delimiter))


def _hinted_delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=codec_name(encoding), newline="", errors="replace") as text:
        first = text.readline(20).rstrip("\r\n")
    if first.lower().startswith(_SEPARATOR_HINT) and first[4:5] in DELIMITERS and len(first) == 5:
        return first[4]
    return ""


def _evenness(path: Path, encoding: str, delimiter: str) -> tuple[float, int]:
    widths = _widths(path, Formats(encoding=encoding, delimiter=delimiter, header_line=0))
    if not widths:
        return (0.0, 0)
    width, times = Counter(widths).most_common(1)[0]
    return (0.0, 0) if width < 2 else (times / len(widths), width)


def _widths(path: Path, formats: Formats) -> list[int]:
    widths: list[int] = []
    try:
        for row in _split(path, formats, start=1):
            if len(widths) == _LOOKED_AT:
                break
            widths.append(len(row.cells))
    except FileRefused:
        return widths
    return widths


def detected_header_line(path: Path, formats: Formats) -> int:
    """The line of the first row that is as wide as the table: titles above it are narrower."""
    rows: list[RawRow] = []
    try:
        for row in _split(path, formats, start=1):
            if len(rows) == _LOOKED_AT:
                break
            rows.append(row)
    except FileRefused:
        pass
    if not rows:
        raise FileRefused(Problem("empty_file"))
    filled = [sum(1 for cell in row.cells if cell.strip()) for row in rows]
    usual = Counter(len(row.cells) for row in rows).most_common(1)[0][0]
    for row, count in zip(rows, filled, strict=True):
        if len(row.cells) >= usual and count * 2 > usual:
            return row.line
    return rows[0].line

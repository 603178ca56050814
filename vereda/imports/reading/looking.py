"""A first look at a file: one pass over all of it, remembering rows from everywhere."""

from dataclasses import replace
from pathlib import Path

from vereda.imports.contracts import DateOrder, Detected, FileRefused, Formats, Problem
from vereda.imports.reading.delimited import (
    columns_in,
    detected_delimiter,
    detected_header_line,
    rows_in,
)
from vereda.imports.reading.encodings import check_encoding, detected_encoding
from vereda.imports.rules.detection import detected_dates, detected_decimal, detected_missing_marks
from vereda.imports.rules.words import clean_cell

SAMPLED_ROWS = 2_000


def look_at(path: Path, *, language: str, time_zone: str, sheet: str = "") -> Detected:
    """The formats this file is probably written in, its columns and samples of each.

    `language` breaks ties the way its speakers write: Spanish reads 03/04 as the 3rd of April.
    """
    encoding = detected_encoding(path)
    delimiter = "," if sheet else detected_delimiter(path, encoding)
    formats = Formats(encoding=encoding, delimiter=delimiter, sheet=sheet, time_zone=time_zone)
    formats = replace(formats, header_line=detected_header_line(path, formats))
    detected = read_samples(path, formats)
    spanish = language.startswith("es") or delimiter == ";"
    usual = DateOrder.DAY_FIRST if spanish else DateOrder.MONTH_FIRST
    dates, doubts = detected_dates(detected.samples, usual=usual)
    decimal = detected_decimal(detected.samples, usual="," if delimiter == ";" else ".")
    missing = detected_missing_marks(detected.samples)
    final = replace(formats, dates=dates, decimal=decimal, missing=missing)
    return replace(detected, formats=final, doubts=doubts)


def look_again(path: Path, formats: Formats) -> Detected:
    """The columns and samples under the formats that the person chose, or a `FileRefused`."""
    check_encoding(path, formats.encoding)
    return read_samples(path, formats)


def read_samples(path: Path, formats: Formats) -> Detected:
    """Columns, the number of rows, and different values of each column from all over the file.

    Every n-th row is kept; when there are too many, every other one goes and n doubles, so the
    sample stays small and even without knowing the length beforehand.
    """
    columns = columns_in(path, formats)
    kept: list[tuple[str, ...]] = []
    every, count = 1, 0
    for row in rows_in(path, formats):
        if count % every == 0 and row.problem is None:
            kept.append(row.cells)
            if len(kept) > SAMPLED_ROWS * 2:
                kept, every = kept[::2], every * 2
        count += 1
    if not count:
        raise FileRefused(Problem("no_rows"))
    return Detected(formats, columns, count, _different(columns, kept))


def _different(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Up to some different values per column, those with the most evidence for dates first."""
    samples: dict[str, tuple[str, ...]] = {}
    for position, name in enumerate(columns):
        values = dict.fromkeys(clean_cell(row[position])[:200] for row in rows)
        values.pop("", None)
        samples[name] = tuple(values)
    return samples

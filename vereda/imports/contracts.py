"""The words of an import: formats, mappings, problems, limits, states."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

# Limits, all visible on the upload page and in docs/operate.
UPLOAD_BYTES = 200 * 1024 * 1024
UNPACKED_BYTES = 1024 * 1024 * 1024
PASTED_CHARACTERS = 2_000_000
ROWS = 5_000_000
COLUMNS = 200
HEADER_CHARACTERS = 200
CELL_CHARACTERS = 131_072
SHEET_UNPACKED_BYTES = 200 * 1024 * 1024
SHEET_RATIO = 100
SHEET_ENTRIES = 1_000
UNDO_DAYS = 7


class State(StrEnum):
    """How far an import has come."""

    UPLOADED = "uploaded"
    MAPPED = "mapped"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"


class DateOrder(StrEnum):
    """How dates are written where the digits alone do not say. ISO dates are always read."""

    YEAR_FIRST = "ymd"
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


ENCODINGS = (
    "utf-8", "windows-1252", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "iso-8859-15",
    "mac-roman",
)  # fmt: skip
DELIMITERS = (",", ";", "\t", "|")
DECIMALS = (".", ",")


@dataclass(frozen=True, slots=True)
class Formats:
    """How the file is written. Detected, shown, and the person's word wins."""

    encoding: str = "utf-8"
    delimiter: str = ","
    header_line: int = 1
    """The line with the column names; 0 when the file has none."""
    decimal: str = "."
    dates: DateOrder = DateOrder.YEAR_FIRST
    missing: tuple[str, ...] = ()
    """Texts that mean "nothing here", besides the empty cell."""
    sheet: str = ""
    time_zone: str = "UTC"
    """Where clock times without a zone were read off a clock."""


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """What one column means. A column may appear twice, to fill two fields."""

    name: str
    to: str = ""
    """The field's name; empty: the column is ignored."""
    by: str = ""
    """For a reference: the way the file names the row (external_id, domain, e-mail…)."""
    values: MappingOf[str, str] = field(default_factory=dict)
    """Words to replace before reading: {"Alta": "high"}. An empty replacement means missing."""
    split: str = ""
    """For a list: what separates its items."""
    decimal: str = ""
    dates: str = ""
    missing: tuple[str, ...] | None = None
    """Overrides of the file's formats for this column."""
    empty: str = "keep"
    """An empty cell leaves the field as it is (keep) or empties it (clear)."""
    invalid: str = "reject"
    """A cell that cannot be read rejects the row (reject) or counts as empty (empty)."""


@dataclass(frozen=True, slots=True)
class Combination:
    """Two or more columns joined by a space into one field: a date and its time."""

    to: str
    columns: tuple[str, ...]


class Keep(StrEnum):
    """Which rows count when several have the same identity."""

    ALL = "all"  # in the file's order: the later ones update the earlier
    FIRST = "first"  # the later ones are skipped, with the line of the first
    LAST = "last"  # a log of states: only the last row of each counts


@dataclass(frozen=True, slots=True)
class Mapping:
    """Everything needed to import a file of this shape again: the content of a mapping file."""

    kind: str
    identity: str
    formats: Formats = field(default_factory=Formats)
    columns: tuple[ColumnPlan, ...] = ()
    constants: MappingOf[str, str] = field(default_factory=dict)
    combined: tuple[Combination, ...] = ()
    keep: Keep = Keep.ALL
    last_by: str = ""
    """With keep = last: the column whose greatest value is the last (a date, a number);
    empty: the one furthest down in the file."""


class MappingRefused(Exception):
    """A mapping that cannot be used; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class FileRefused(Exception):
    """A file (or its rest) that cannot be read; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, in terms that `sentences.py` turns into a sentence.

    `code` names the sentence and groups what is repaired alike; `column` is a header.
    """

    code: str
    column: str = ""
    found: str = ""
    details: MappingOf[str, str] = field(default_factory=dict)
    sentence: str = ""
    """The ready sentence, where the kind itself wrote it."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of text. `line` is where it begins; `problem` when it could not be split."""

    line: int
    cells: tuple[str, ...]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Detected:
    """What a first look at the file found."""

    formats: Formats
    columns: tuple[str, ...]
    rows: int
    samples: MappingOf[str, tuple[str, ...]]
    """Up to 40 different values of each column, from all over the file."""
    doubts: tuple[Problem, ...] = ()
    """Guesses the person should look at: an ambiguous date order, for one."""
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The field a column probably means."""

    column: str
    to: str
    confidence: float
    samples: tuple[str, ...] = ()
    never: bool = False
    """True for columns that are not imported whatever they hold: passwords, switches of power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFinished:
    """Every row of a file was stored or rejected."""

    workspace_id: UUID
    import_id: UUID
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportUndone:
    """What an import did was taken back."""

    workspace_id: UUID
    import_id: UUID
    kind: str


NEVER_IMPORTED = frozenset(
    {
        "password", "passwd", "password hash", "contrasena", "clave", "is admin", "is staff",
        "is superuser", "is owner", "tenant id", "workspace id", "workspace", "tenant", "api key",
        "secret", "token", "role admin",
    }
)  # fmt: skip
"""Headers (without case, accents, punctuation) that are ignored with a note."""

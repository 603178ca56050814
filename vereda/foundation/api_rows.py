"""Many rows at once by a program: what became of each, in the order they came."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from ninja import Schema

from vereda.foundation.errors import Missing
from vereda.foundation.ids import number_in
from vereda.foundation.importing import Outcome, RowResult


class RowOut(Schema):
    """What became of one row; a refused one says which field, why, and a code to group by."""

    index: int
    outcome: str
    key: str | None
    code: str
    field: str
    message: str


class RowsOut(Schema):
    """What became of every row, in the order they came."""

    created: int
    updated: int
    unchanged: int
    refused: int
    rows: list[RowOut]


WORDS = {Outcome.REJECTED: "refused"}


def rows_shown(results: Sequence[RowResult], *, keys: Mapping[UUID, str]) -> RowsOut:
    """The results of an upsert, each with the key of its row."""
    rows = [
        RowOut(
            index=row.line,
            outcome=WORDS.get(row.outcome, str(row.outcome)),
            key=keys.get(row.object_id) if row.object_id else None,
            code=row.problem.code if row.problem else "",
            field=row.problem.field if row.problem else "",
            message=str(row.problem.message) if row.problem else "",
        )
        for row in results
    ]
    return rows_counted(rows)


def rows_counted(rows: Sequence[RowOut]) -> RowsOut:
    """The rows, and how many ended which way."""
    words = ("created", "updated", "unchanged", "refused")
    counts = {word: sum(row.outcome == word for row in rows) for word in words}
    return RowsOut(rows=list(rows), **counts)


def numbers_in(keys: Iterable[str], *, prefix: str) -> set[int]:
    """The numbers of those that are keys: 12 for A-12."""
    numbers = set()
    for key in keys:
        try:
            numbers.add(number_in(key, prefix))
        except Missing:
            continue
    return numbers

"""One act that repairs many rows: a change of what the mapping says about one column."""

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from dataclasses import replace

from vereda.imports.contracts import ColumnPlan, Mapping


def with_words(mapping: Mapping, column: str, words: MappingOf[str, str]) -> Mapping:
    """The column's unknown words mean these values; an empty value means "nothing here"."""
    return _changed(mapping, column, lambda plan: replace(plan, values={**plan.values, **words}))


def with_format(mapping: Mapping, column: str, *, dates: str = "", decimal: str = "") -> Mapping:
    """The column's dates or numbers are written this way."""
    return _changed(
        mapping,
        column,
        lambda plan: replace(plan, dates=dates or plan.dates, decimal=decimal or plan.decimal),
    )


def with_invalid_left_out(mapping: Mapping, column: str) -> Mapping:
    """Cells of the column that cannot be read count as empty; their rows are stored."""
    return _changed(mapping, column, lambda plan: replace(plan, invalid="empty"))


def with_way(mapping: Mapping, column: str, way: str) -> Mapping:
    """The column names what it refers to in this way."""
    return _changed(mapping, column, lambda plan: replace(plan, by=way))


def _changed(mapping: Mapping, column: str, change: Callable[[ColumnPlan], ColumnPlan]) -> Mapping:
    return replace(
        mapping,
        columns=tuple(change(plan) if plan.name == column else plan for plan in mapping.columns),
    )

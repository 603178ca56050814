"""Writing many rows at once where the database is a library in our own process (SQLite).

Django spells every value of a bulk write into statements of at most 999 parameters, which costs
SQLite's users several times what the writing itself costs. Here the values are prepared column by
column, and one statement is prepared once and run for each row. A database at the other end of a
wire is better served by Django's way, which saves round trips.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from django.db import models
from django.db.models.base import ModelState
from django.utils import timezone

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_TEXTS = (models.CharField, models.TextField, models.EmailField, models.URLField)
_REMEMBERED = 1_000


Row = TypeVar("Row", bound=models.Model)
AnyField = Any
"""A field of whatever type; what it holds is what its row says."""


class NewRows(Generic[Row]):
    """New rows of a model, unsaved, many of them: defaults are looked up once, not per row.

    `same` holds what all of them share. Columns go by the names of their attributes
    (`workspace_id`), and a row is made without asking the database for anything. What a model
    does when it is made (`__init__`, signals) is passed over: ours do nothing then, and it costs
    most of the time of a large import.
    """

    def __init__(self, model: type[Row], **same: object) -> None:
        self._model = model
        fields: list[AnyField] = stored_fields(model)
        self._made: list[tuple[str, Callable[[], object]]] = [
            (field.attname, field.default)
            for field in fields
            if field.has_default() and callable(field.default)
        ]
        self._values = {field.attname: field.get_default() for field in fields}
        self._check(same)
        self._values |= same

    def make(self, **own: object) -> Row:
        """One more row, with columns of its own."""
        if own.keys() - self._values.keys():
            self._check(own)
        row = self._model.__new__(self._model)
        row._state = ModelState()
        values = row.__dict__
        values |= self._values
        for name, default in self._made:
            values[name] = default()
        values |= own
        return row

    def _check(self, values: Mapping[str, object]) -> None:
        unknown = values.keys() - self._values.keys()
        if unknown:
            raise TypeError(f"{self._model.__name__} has no columns {', '.join(sorted(unknown))}")


def runs_per_row(connection: BaseDatabaseWrapper, fields: Iterable[AnyField]) -> bool:
    """Whether writing these fields row by row is the faster way, and does the same."""
    return connection.vendor == "sqlite" and all(_is_plain(field) for field in fields)


def insert_rows_together(
    rows: Sequence[models.Model], *, connection: BaseDatabaseWrapper, ignore_conflicts: bool
) -> None:
    """Every row stored; with `ignore_conflicts` those that break a constraint are left out.

    The rows know their ids already. Columns that the database computes are read when asked for.
    """
    meta: Any = rows[0]._meta
    fields = stored_fields(type(rows[0]))
    _put_times(rows, fields)
    columns = [_prepared(field, rows, connection=connection) for field in fields]
    quote = connection.ops.quote_name
    verb = "INSERT OR IGNORE" if ignore_conflicts else "INSERT"
    names = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"{verb} INTO {quote(meta.db_table)} ({names}) VALUES ({marks})"
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(zip(*columns, strict=False)))
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def update_rows_together(
    rows: Sequence[models.Model],
    *,
    fields: Sequence[AnyField],
    workspace_id: UUID,
    connection: BaseDatabaseWrapper,
) -> int:
    """Write these fields of the rows of the workspace; answers how many rows there were."""
    meta: Any = rows[0]._meta
    wanted = [*fields, meta.pk]
    columns = [_prepared(field, rows, connection=connection) for field in wanted]
    quote = connection.ops.quote_name
    values = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    statement = (
        f"UPDATE {quote(meta.db_table)} SET {values}"  # noqa: S608 - names of our own columns
        f" WHERE {quote(meta.pk.column)} = %s AND {quote('workspace_id')} = %s"
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(zip(*columns, repeat(workspace_id.hex), strict=False)))
        return int(cursor.rowcount)


def stored_fields(model: type[models.Model]) -> list[AnyField]:
    """The fields that are written, in the order of their columns."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def _is_plain(field: AnyField) -> bool:
    """Whether nothing happens when the field is saved but that its value is written."""
    before_saving = type(field).pre_save
    timed = isinstance(field, models.DateField)
    return (timed or before_saving is models.Field.pre_save) and not field.has_db_default()


def _put_times(rows: Sequence[models.Model], fields: Iterable[AnyField]) -> None:
    """All rows of a call were made at the same instant."""
    moment = timezone.now()
    for field in fields:
        if isinstance(field, models.DateField) and (field.auto_now or field.auto_now_add):
            timed = isinstance(field, models.DateTimeField)
            value = moment if timed else timezone.localdate(moment)
            for row in rows:
                setattr(row, field.attname, value)


def _prepared(
    field: AnyField,
    rows: Sequence[models.Model],
    *,
    connection: BaseDatabaseWrapper,
) -> Iterator[Any]:
    """The field's value of each row as SQLite takes it. Most columns of a bulk write hold one
    value or a few, and those are prepared once."""
    values = list(map(attrgetter(field.attname), rows))

    def prepare(value: Any) -> Any:
        return field.get_db_prep_save(value, connection=connection)

    first = values[0]
    if all(value is first for value in values):
        return repeat(prepare(first), len(values))
    held = field.target_field if field.is_relation else field
    if isinstance(held, models.UUIDField):
        return (value.hex if isinstance(value, UUID) else prepare(value) for value in values)
    remembered = _remembering(prepare)
    if type(held) in _TEXTS:
        return (value if type(value) is str else remembered(value) for value in values)
    if isinstance(held, models.JSONField):
        nothing: dict[type, Any] = {dict: prepare({}), list: prepare([])}
        return (
            prepare(value) if value else nothing.get(type(value)) or prepare(value)
            for value in values
        )
    return map(remembered, values)


def _remembering(prepare: Callable[[Any], Any]) -> Callable[[Hashable], Any]:
    known: dict[Hashable, Any] = {}

    def prepared(value: Hashable) -> Any:
        if value in known:
            return known[value]
        ready = prepare(value)
        if len(known) < _REMEMBERED:
            known[value] = ready
        return ready

    return prepared

"""A mapping meets a file and a kind: the plan by which rows of text become rows of values."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from zoneinfo import ZoneInfo

from vereda.foundation.importing import (
    FieldType,
    IdentityKey,
    ImportField,
    ImportValue,
    journal_value,
)
from vereda.imports.contracts import (
    ColumnPlan,
    DateOrder,
    Formats,
    Mapping,
    MappingRefused,
    Problem,
    RawRow,
)
from vereda.imports.rules.values import Parser, UnreadableCell, parser_for
from vereda.imports.rules.words import clean_cell


@dataclass(frozen=True, slots=True)
class Source:
    """Where one field's text comes from, and how it is read."""

    field: ImportField
    positions: tuple[int, ...]
    plan: ColumnPlan
    parse: Parser
    missing: frozenset[str]
    constant: str = ""


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row of values; references are still the names that the file uses."""

    line: int
    values: MappingOf[str, ImportValue]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Reads rows. `references` says which fields name other rows, and in which way."""

    mapping: Mapping
    identity: IdentityKey
    sources: tuple[Source, ...]

    @property
    def references(self) -> tuple[tuple[ImportField, str, str], ...]:
        """Each mapped reference: its field, the way it is named, and its column."""
        return tuple(
            (source.field, source.plan.by, source.plan.name)
            for source in self.sources
            if source.field.type is FieldType.REFERENCE
        )

    def parse(self, row: RawRow) -> ParsedRow:
        """The values of a row, and everything that is wrong with it."""
        if row.problem:
            return ParsedRow(row.line, {}, (row.problem,))
        values: dict[str, ImportValue] = {}
        problems: list[Problem] = []
        for source in self.sources:
            try:
                _put(source, row.cells, values)
            except UnreadableCell as error:
                found = _text(source, row.cells)[:200]
                problems.append(Problem(error.code, source.plan.name, found, error.details))
        return ParsedRow(row.line, values, (*problems, *self._identity_problems(values, problems)))

    def _identity_problems(
        self, values: MappingOf[str, ImportValue], already: Sequence[Problem]
    ) -> tuple[Problem, ...]:
        """What identifies the row must be there (and was not already found to be wrong)."""
        if all(values.get(name) is not None for name in self.identity.fields):
            return ()
        columns = {source.field.name: source.plan.name for source in self.sources}
        named = {problem.column for problem in already}
        return tuple(
            Problem("identity_empty", columns[name])
            for name in self.identity.fields
            if values.get(name) is None and columns[name] not in named
        )

    def key(self, values: MappingOf[str, ImportValue]) -> bytes:
        """The identity of a row in sixteen bytes."""
        parts = [str(journal_value(values.get(name))) for name in self.identity.fields]
        return blake2b("\x1f".join(parts).encode(), digest_size=16).digest()


def _text(source: Source, cells: Sequence[str]) -> str:
    if source.constant:
        return source.constant
    if len(source.positions) == 1:
        return clean_cell(cells[source.positions[0]])
    return " ".join(filter(None, (clean_cell(cells[position]) for position in source.positions)))


def _put(source: Source, cells: Sequence[str], values: dict[str, ImportValue]) -> None:
    """Sets the field's value; leaves it out when the cell is empty and means "as it is"."""
    text = _text(source, cells)
    if source.plan.values:
        text = source.plan.values.get(text, text)
    if not text or text in source.missing:
        if source.field.required:
            raise UnreadableCell("required_empty")
        if source.plan.empty == "clear":
            values[source.field.name] = None
        return
    try:
        values[source.field.name] = source.parse(text)
    except UnreadableCell:
        if source.plan.invalid != "empty" or source.field.required:
            raise


def plan_for(
    mapping: Mapping,
    *,
    columns: Sequence[str],
    fields: Sequence[ImportField],
    identities: Sequence[IdentityKey],
) -> Plan:
    """The plan, or a `MappingRefused` that names what does not fit."""
    known = {field.name: field for field in fields}
    sources = _column_sources(mapping, columns, known)
    sources += _combined_sources(mapping, columns, known)
    sources += _constant_sources(mapping, known)
    _check_once(sources)
    identity = _identity(mapping, identities)
    _check_complete(sources, fields, identity)
    if mapping.last_by and mapping.last_by not in columns:
        raise MappingRefused(Problem("missing_column", column=mapping.last_by))
    return Plan(mapping, identity, tuple(sources))


def _identity(mapping: Mapping, identities: Sequence[IdentityKey]) -> IdentityKey:
    for identity in identities:
        if identity.name == mapping.identity:
            return identity
    expected = ", ".join(identity.name for identity in identities)
    raise MappingRefused(
        Problem("unknown_identity", found=mapping.identity, details={"expected": expected})
    )


def _column_sources(
    mapping: Mapping, columns: Sequence[str], known: MappingOf[str, ImportField]
) -> list[Source]:
    return [
        _source(plan, _field(plan.to, known), (_position(plan.name, columns),), mapping.formats)
        for plan in mapping.columns
        if plan.to
    ]


def _combined_sources(
    mapping: Mapping, columns: Sequence[str], known: MappingOf[str, ImportField]
) -> list[Source]:
    sources = []
    for combined in mapping.combined:
        positions = tuple(_position(name, columns) for name in combined.columns)
        plan = ColumnPlan(" + ".join(combined.columns), combined.to)
        sources.append(_source(plan, _field(combined.to, known), positions, mapping.formats))
    return sources


def _constant_sources(mapping: Mapping, known: MappingOf[str, ImportField]) -> list[Source]:
    return [
        _source(ColumnPlan("", name), _field(name, known), (), mapping.formats, constant=text)
        for name, text in mapping.constants.items()
        if text
    ]


def _source(
    plan: ColumnPlan,
    field: ImportField,
    positions: tuple[int, ...],
    formats: Formats,
    *,
    constant: str = "",
) -> Source:
    parse = parser_for(
        field,
        decimal=plan.decimal or formats.decimal,
        dates=DateOrder(plan.dates or formats.dates),
        zone=ZoneInfo(formats.time_zone),
        split=plan.split,
    )
    missing = frozenset(formats.missing if plan.missing is None else plan.missing)
    return Source(field, positions, plan, parse, missing, constant)


def _field(name: str, known: MappingOf[str, ImportField]) -> ImportField:
    if name not in known:
        raise MappingRefused(Problem("unknown_field", found=name))
    return known[name]


def _position(name: str, columns: Sequence[str]) -> int:
    if name not in columns:
        raise MappingRefused(
            Problem("missing_column", column=name, details={"found": ", ".join(columns)[:500]})
        )
    return columns.index(name)


def _check_once(sources: Sequence[Source]) -> None:
    filled: dict[str, str] = {}
    for source in sources:
        if source.field.name in filled:
            details = {"field": str(source.field.label), "other": filled[source.field.name]}
            raise MappingRefused(Problem("field_twice", column=source.plan.name, details=details))
        filled[source.field.name] = source.plan.name


def _check_complete(
    sources: Sequence[Source], fields: Sequence[ImportField], identity: IdentityKey
) -> None:
    mapped = {source.field.name for source in sources}
    labels = {field.name: str(field.label) for field in fields}
    for name in identity.fields:
        if name not in mapped:
            details = {"field": labels.get(name, name)}
            raise MappingRefused(Problem("identity_not_mapped", details=details))
    for field in fields:
        if field.required and field.name not in mapped:
            raise MappingRefused(
                Problem("required_not_mapped", details={"field": str(field.label)})
            )

"""A mapping as a TOML file, and back: the same mapping comes out that went in."""

import tomllib
from collections.abc import Mapping as MappingOf
from dataclasses import fields as dataclass_fields
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tomli_w

from vereda.imports.contracts import (
    DECIMALS,
    DELIMITERS,
    ENCODINGS,
    ColumnPlan,
    Combination,
    DateOrder,
    Formats,
    Keep,
    Mapping,
    MappingRefused,
    Problem,
)

_LONGEST = 200_000
_CHOICES: dict[str, tuple[str, ...]] = {
    "encoding": ENCODINGS,
    "delimiter": DELIMITERS,
    "decimal": (*DECIMALS, ""),
    "dates": (*DateOrder, ""),
    "empty": ("keep", "clear"),
    "invalid": ("reject", "empty"),
    "keep": tuple(Keep),
}


def mapping_as_text(mapping: Mapping) -> str:
    """The mapping file's text, without what is as usual."""
    return tomli_w.dumps(mapping_as_dict(mapping))


def mapping_as_dict(mapping: Mapping) -> dict[str, Any]:
    """The mapping as plain tables, lists and texts."""
    usual = Mapping(kind="", identity="")
    content: dict[str, Any] = {"kind": mapping.kind, "identity": mapping.identity}
    if mapping.keep is not usual.keep:
        content["keep"] = str(mapping.keep)
    if mapping.last_by:
        content["last_by"] = mapping.last_by
    if mapping.constants:
        content["constants"] = dict(mapping.constants)
    content["formats"] = _differences(mapping.formats, Formats())
    content["columns"] = [
        {"name": plan.name, "to": plan.to, **_differences(plan, ColumnPlan(plan.name, plan.to))}
        for plan in mapping.columns
    ]
    if mapping.combined:
        content["combined"] = [
            {"to": combined.to, "columns": list(combined.columns)} for combined in mapping.combined
        ]
    return content


def _differences(thing: Formats | ColumnPlan, usual: Formats | ColumnPlan) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in dataclass_fields(thing):
        value = getattr(thing, field.name)
        if value != getattr(usual, field.name):
            found[field.name] = _plain(value)
    return found


def _plain(value: object) -> object:
    if isinstance(value, DateOrder):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, MappingOf) else value


def mapping_from_text(text: str) -> Mapping:
    """The mapping that a file holds, or a `MappingRefused` that says where it is wrong."""
    if len(text) > _LONGEST:
        raise MappingRefused(Problem("mapping_too_long"))
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        details = {"reason": str(error)[:200]}
        raise MappingRefused(Problem("mapping_not_toml", details=details)) from error
    return mapping_from_dict(content)


def mapping_from_dict(content: MappingOf[str, Any]) -> Mapping:
    """The mapping from plain tables; unknown keys and wrong types are refused by name."""
    _check_keys(content, Mapping, where="")
    combined = [_combination(entry) for entry in _list(content, "combined")]
    return Mapping(
        kind=_string(content, "kind"),
        identity=_string(content, "identity"),
        formats=_formats(_table(content, "formats")),
        columns=tuple(_column(entry) for entry in _list(content, "columns")),
        constants=_strings(_table(content, "constants"), where="constants"),
        combined=tuple(combined),
        keep=Keep(_string(content, "keep", usual=Keep.ALL)),
        last_by=_string(content, "last_by"),
    )


def _formats(content: MappingOf[str, Any]) -> Formats:
    _check_keys(content, Formats, where="formats")
    usual = Formats()
    line = content.get("header_line", usual.header_line)
    if not isinstance(line, int) or isinstance(line, bool) or not 0 <= line <= 1000:
        raise _wrong("formats.header_line", str(line), "0…1000")
    return Formats(
        encoding=_string(content, "encoding", usual=usual.encoding),
        delimiter=_string(content, "delimiter", usual=usual.delimiter),
        header_line=line,
        decimal=_string(content, "decimal", usual=usual.decimal) or usual.decimal,
        dates=DateOrder(_string(content, "dates", usual=usual.dates) or usual.dates),
        missing=_texts(content, "missing") or (),
        sheet=_string(content, "sheet"),
        time_zone=_zone(_string(content, "time_zone", usual=usual.time_zone)),
    )


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _wrong("formats.time_zone", name, "Europe/Madrid") from error
    return name


def _column(content: object) -> ColumnPlan:
    table = _as_table(content, "columns")
    _check_keys(table, ColumnPlan, where="columns")
    return ColumnPlan(
        name=_string(table, "name"),
        to=_string(table, "to"),
        by=_string(table, "by"),
        values=_strings(_table(table, "values"), where="columns.values"),
        split=_string(table, "split"),
        decimal=_string(table, "decimal"),
        dates=_string(table, "dates"),
        missing=_texts(table, "missing"),
        empty=_string(table, "empty", usual="keep"),
        invalid=_string(table, "invalid", usual="reject"),
    )


def _combination(content: object) -> Combination:
    table = _as_table(content, "combined")
    _check_keys(table, Combination, where="combined")
    return Combination(_string(table, "to"), _texts(table, "columns") or ())


def _check_keys(content: MappingOf[str, Any], kind: type, *, where: str) -> None:
    allowed = [field.name for field in dataclass_fields(kind)]
    for key in content:
        if key not in allowed:
            path = f"{where}.{key}" if where else key
            raise MappingRefused(
                Problem("mapping_key", found=path[:100], details={"expected": ", ".join(allowed)})
            )


def _string(content: MappingOf[str, Any], key: str, *, usual: str = "") -> str:
    value = content.get(key, usual)
    if not isinstance(value, str):
        raise _wrong(key, str(value), '"…"')
    allowed = _CHOICES.get(key)
    if allowed is not None and value not in allowed:
        raise _wrong(key, value, ", ".join(repr(str(choice)) for choice in allowed if choice))
    return value


def _texts(content: MappingOf[str, Any], key: str) -> tuple[str, ...] | None:
    value = content.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(key, str(value), '["…", "…"]')
    return tuple(value)


def _strings(content: MappingOf[str, Any], *, where: str) -> dict[str, str]:
    for key, value in content.items():
        if not isinstance(value, str):
            raise _wrong(f"{where}.{key}", str(value), '"…"')
    return dict(content)


def _table(content: MappingOf[str, Any], key: str) -> MappingOf[str, Any]:
    return _as_table(content.get(key, {}), key)


def _as_table(value: object, key: str) -> MappingOf[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(key, str(value), "[table]")
    return value


def _list(content: MappingOf[str, Any], key: str) -> list[object]:
    value = content.get(key, [])
    if not isinstance(value, list):
        raise _wrong(key, str(value), "[[table]]")
    return value


def _wrong(key: str, found: str, expected: str) -> MappingRefused:
    details = {"expected": expected, "key": key[:100]}
    return MappingRefused(Problem("mapping_value", found=found[:100], details=details))

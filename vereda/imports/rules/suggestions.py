"""Which field a column probably means: its header says most, its samples confirm or contradict."""

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from hashlib import sha256
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from vereda.foundation.importing import FieldType, ImportField, ReferenceWay
from vereda.imports.contracts import NEVER_IMPORTED, Formats, Suggestion
from vereda.imports.rules.values import UnreadableCell, parser_for
from vereda.imports.rules.words import plain_words

SURE = 0.8
"""From here on a suggestion is filled in without a warning."""
LIKELY = 0.55
"""From here on it is filled in, with a request to look; below, the column is ignored."""

_TELLING = (FieldType.EMAIL, FieldType.DATE, FieldType.INSTANT, FieldType.BOOLEAN)
_TRIED = 25


def suggested_fields(
    samples: MappingOf[str, Sequence[str]], *, fields: Sequence[ImportField], formats: Formats
) -> tuple[Suggestion, ...]:
    """One suggestion per column, in the file's order; no field is suggested twice."""
    scores = [
        (score, name, field.name)
        for name, values in samples.items()
        if not never_imported(name)
        for field in fields
        if (score := _confidence(name, values, field, formats)) >= LIKELY
    ]
    chosen: dict[str, tuple[str, float]] = {}
    for score, name, target in sorted(scores, key=lambda entry: -entry[0]):
        if name not in chosen and target not in {to for to, _ in chosen.values()}:
            chosen[name] = (target, score)
    return tuple(
        Suggestion(
            name,
            *chosen.get(name, ("", 0.0)),
            samples=tuple(values[:3]),
            never=never_imported(name),
        )
        for name, values in samples.items()
    )


def never_imported(header: str) -> bool:
    """Whether the column is ignored whatever it holds: passwords, tenant ids, power."""
    return plain_words(header) in NEVER_IMPORTED


def _confidence(header: str, values: Sequence[str], field: ImportField, formats: Formats) -> float:
    """Between 0 and 1: how alike the names are, times how many samples can be read."""
    alike = _likeness(header, field)
    readable = _readable(values, field, formats)
    if alike >= 1:
        return 1.0 if readable >= 0.9 else 0.5 + readable * 0.4
    if field.type in _TELLING and readable == 1 and values:
        alike = min(0.95, alike + 0.1)
    return round(alike * (0.4 + 0.6 * readable), 3)


def _likeness(header: str, field: ImportField) -> float:
    """1 for a name that the field knows, up to 0.9 for one that is close to it."""
    name = plain_words(header)
    names = {
        plain_words(field.name),
        plain_words(str(field.label)),
        *map(plain_words, field.aliases),
    }
    if name in names:
        return 1.0
    return max(fuzz.token_sort_ratio(name, known) for known in names) / 100 * 0.9


def _readable(values: Sequence[str], field: ImportField, formats: Formats) -> float:
    """The share of samples that the field can hold; 1 when there is nothing to judge by."""
    tried = [value for value in values if value not in formats.missing][:_TRIED]
    if not tried:
        return 1.0
    parse = parser_for(
        field,
        decimal=formats.decimal,
        dates=formats.dates,
        zone=ZoneInfo(formats.time_zone),
    )
    return sum(1 for value in tried if _reads(parse, value)) / len(tried)


def _reads(parse: object, value: str) -> bool:
    try:
        parse(value)  # type: ignore[operator]
    except UnreadableCell:
        return False
    return True


def suggested_way(
    header: str, ways: Sequence[ReferenceWay], *, known_shares: MappingOf[str, float]
) -> str:
    """How the column names the rows it refers to: the way by which most samples are known, then
    the way whose name the header is like."""
    if not ways:
        return ""
    name = plain_words(header)

    def merit(way: ReferenceWay) -> tuple[float, float]:
        alike = max(
            fuzz.token_set_ratio(name, plain_words(alias)) for alias in (way.name, *way.aliases)
        )
        return (round(known_shares.get(way.name, 0.0), 2), alike)

    return max(ways, key=merit).name


def suggested_type(values: Sequence[str], formats: Formats) -> FieldType:
    """The type that a new field for such values should have."""
    tried = [value for value in values if value not in formats.missing][:200]
    order = (
        FieldType.BOOLEAN,
        FieldType.INTEGER,
        FieldType.DECIMAL,
        FieldType.DATE,
        FieldType.EMAIL,
    )
    for type_ in order:
        if tried and _readable(tried, ImportField("new", "", type_), formats) == 1:
            return type_
    return FieldType.TEXT


def header_signature(columns: Sequence[str]) -> str:
    """The same for every file with these columns, in any order and spelling of case."""
    return sha256("\x1f".join(sorted(plain_words(name) for name in columns)).encode()).hexdigest()

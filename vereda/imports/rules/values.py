"""Cells become values. What cannot be read says what was expected; nothing is guessed twice."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email
from rapidfuzz import process

from vereda.foundation.importing import FieldType, ImportField, ImportValue
from vereda.imports.contracts import DateOrder
from vereda.imports.rules.words import FALSE, MONTHS, TRUE, plain_words

Parser: TypeAlias = Callable[[str], ImportValue]

_GROUPS = " \u00a0\u202f'\u2019"
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_CURRENCY = re.compile(r"^(?:[A-Za-z]{0,3}[€$£¥]|[A-Z]{3})\s*|\s*(?:[€$£¥]|[A-Z]{3})$")
_DIGITS = 30
_SIMPLE_EMAIL = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_SPECIAL_DOMAINS = ("test", "invalid", "localhost", "local", "onion", "arpa", "example")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})", re.ASCII)
_DAY_MONTH_NAME = re.compile(
    r"(\d{1,2})(?:[-/. ]|\s+de\s+)+([^\W\d_]{3,10})\.?(?:[-/., ]|\s+de\s+)+(\d{4}|\d{2})"
)
_MONTH_NAME_DAY = re.compile(r"([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap])?\.?\s?(?:m\.?)?\s*"
    r"(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_EPOCH = re.compile(r"1\d{9}(\d{3})?", re.ASCII)
_CACHED = 20_000


class UnreadableCell(Exception):
    """The cell is not what the field holds. `code` names the sentence, `details` fill it."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def parser_for(
    field: ImportField, *, decimal: str, dates: DateOrder, zone: ZoneInfo, split: str = ""
) -> Parser:
    """How cells of this field are read. Repeated texts are read once."""
    makers: dict[FieldType, Callable[[], Parser]] = {
        FieldType.TEXT: lambda: _bounded(field.max_length),
        FieldType.REFERENCE: lambda: _bounded(500),
        FieldType.INTEGER: lambda: lambda text: read_integer(text, decimal=decimal),
        FieldType.DECIMAL: lambda: lambda text: read_decimal(text, decimal=decimal),
        FieldType.MONEY: lambda: lambda text: read_money(text, decimal=decimal),
        FieldType.DATE: lambda: _remembering(lambda text: read_date(text, dates=dates)),
        FieldType.INSTANT: lambda: lambda text: read_instant(text, dates=dates, zone=zone),
        FieldType.BOOLEAN: lambda: read_boolean,
        FieldType.CHOICE: lambda: _remembering(_choice_reader(field)),
        FieldType.LIST: lambda: lambda text: read_list(text, split=split),
        FieldType.EMAIL: lambda: read_email,
    }
    return makers[field.type]()


def _remembering(parser: Parser) -> Parser:
    """Dates and choices repeat; what was read once is not parsed again."""
    known: dict[str, ImportValue] = {}

    def read(text: str) -> ImportValue:
        if text in known:
            return known[text]
        value = parser(text)
        if len(known) < _CACHED:
            known[text] = value
        return value

    return read


def _bounded(limit: int) -> Parser:
    def read(text: str) -> str:
        if len(text) > limit:
            raise UnreadableCell("text_too_long", limit=str(limit), length=str(len(text)))
        return text

    return read


def read_decimal(text: str, *, decimal: str) -> Decimal:
    """1.234,56 or 1,234.56, as the decimal mark says; (12) and 12- are negative."""
    number = _plain_number(text, decimal) if len(text) <= _DIGITS else None
    if number is None:
        other = "." if decimal == "," else ","
        swapped = len(text) <= _DIGITS and _plain_number(text, other) is not None
        raise UnreadableCell("other_decimal_mark" if swapped else "not_a_number", decimal=decimal)
    return Decimal(number)


def _plain_number(text: str, decimal: str) -> str | None:
    """The number with a point and without groups, or nothing when it is none."""
    body = text.strip()
    if body.startswith("(") and body.endswith(")"):
        body = "-" + body[1:-1].strip()
    elif body.endswith("-") and body[:-1].strip():
        body = "-" + body[:-1].strip()
    body = body.replace("\u2212", "-")
    whole, mark, fraction = body.partition(decimal)
    grouped = _ungrouped(whole, "," if decimal == "." else ".")
    if grouped is None:
        return None
    number = f"{grouped or '0'}.{fraction}" if mark else grouped
    return number if _NUMBER.fullmatch(number) else None


def _ungrouped(whole: str, mark: str) -> str | None:
    """Without thousands marks, which must stand before groups of exactly three digits."""
    for separator in mark + _GROUPS:
        if separator in whole:
            head, *groups = whole.split(separator)
            if not re.fullmatch(r"[+-]?\s?[0-9]{1,3}", head):
                return None
            if not all(re.fullmatch(r"[0-9]{3}", group) for group in groups):
                return None
            return head.replace(" ", "") + "".join(groups)
    return whole


def read_money(text: str, *, decimal: str) -> Decimal:
    """An amount in major units; a currency sign or code beside it is not part of the number."""
    bare = _CURRENCY.sub("", text.strip())
    negative = bare.startswith("-")
    bare = _CURRENCY.sub("", bare.lstrip("-").strip()) if negative else bare
    try:
        amount = read_decimal(bare, decimal=decimal)
    except UnreadableCell as error:
        code = "not_money" if error.code == "not_a_number" else error.code
        raise UnreadableCell(code, **error.details) from error
    return -amount if negative else amount


def read_integer(text: str, *, decimal: str) -> int:
    """A whole number within 64 bits; "9.0" is 9."""
    if text.isascii() and text.isdigit() and len(text) < 18:
        return int(text)
    try:
        number = read_decimal(text, decimal=decimal)
    except UnreadableCell as error:
        code = "not_an_integer" if error.code == "not_a_number" else error.code
        raise UnreadableCell(code, **error.details) from error
    if number != number.to_integral_value() or abs(number) >= 2**63:
        raise UnreadableCell("not_an_integer")
    return int(number)


def read_boolean(text: str) -> bool:
    """Yes and no in Spanish and English."""
    word = plain_words(text)
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise UnreadableCell("not_a_boolean")


def read_email(text: str) -> str:
    """One address; its domain in lower case."""
    bare = text.removeprefix("mailto:")
    name, _, domain = bare.rpartition("@")
    if len(bare) < 120 and len(name) < 64 and _SIMPLE_EMAIL.fullmatch(bare):
        return f"{name}@{domain.lower()}"
    try:
        checked = validate_email(bare, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise UnreadableCell("not_an_email") from error
    return checked.normalized


def read_list(text: str, *, split: str) -> tuple[str, ...]:
    """The items, stripped, without repeats."""
    separator = split or next((mark for mark in ";|\n" if mark in text), ",")
    items = dict.fromkeys(item.strip() for item in text.split(separator))
    items.pop("", None)
    return tuple(items)


def _choice_reader(field: ImportField) -> Parser:
    known: dict[str, str] = {}
    for choice in field.choices:
        for word in (choice.value, str(choice.label), *choice.aliases):
            known.setdefault(plain_words(word) or word, choice.value)

    def read(text: str) -> str:
        value = known.get(plain_words(text) or text)
        if value is None:
            near = process.extractOne(plain_words(text), list(known), score_cutoff=70)
            suggestion = known[near[0]] if near else ""
            expected = ", ".join(choice.value for choice in field.choices)
            raise UnreadableCell("unknown_choice", expected=expected, near=suggestion)
        return value

    return read


def read_date(text: str, *, dates: DateOrder) -> date:
    """A day. ISO is always read; what only digits order goes by `dates`; months may be words."""
    match = _ISO.match(text) or _NUMERIC.match(text)
    match = match or _DAY_MONTH_NAME.match(text) or _MONTH_NAME_DAY.match(text)
    if match is None:
        raise UnreadableCell("not_a_date", order=dates.value)
    rest = text[match.end() :].strip(" T,")
    if rest and not _CLOCK.fullmatch(rest):
        raise UnreadableCell("not_a_date", order=dates.value)
    return _day(match, dates)


def _day(match: re.Match[str], dates: DateOrder) -> date:
    year, month, day = _parts(match, dates)
    try:
        return date(year, month, day)
    except ValueError as error:
        swapped = match.re is _NUMERIC and _exists(year, day, month)
        code = "other_date_order" if swapped else "no_such_day"
        raise UnreadableCell(code, order=dates.value) from error


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _parts(match: re.Match[str], dates: DateOrder) -> tuple[int, int, int]:
    found = [part for part in match.groups() if part is not None]
    if match.re is _ISO:
        return int(found[0]), int(found[1]), int(found[2])
    if match.re is _NUMERIC:
        if dates is DateOrder.MONTH_FIRST:
            return _year(found[2]), int(found[0]), int(found[1])
        return _year(found[2]), int(found[1]), int(found[0])
    if match.re is _DAY_MONTH_NAME:
        return _year(found[2]), _month(found[1]), int(found[0])
    return _year(found[2]), _month(found[0]), int(found[1])


def _year(digits: str) -> int:
    """Two digits are this century up to 69, as spreadsheets read them."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 70 else 1900)


def _month(name: str) -> int:
    number = MONTHS.get(plain_words(name))
    if number is None:
        raise UnreadableCell("not_a_date", order="")
    return number


def read_instant(text: str, *, dates: DateOrder, zone: ZoneInfo) -> datetime:
    """An instant in UTC. Without a zone of its own it is read off a clock in `zone`; without a
    time it is that day's midnight there. Ten or thirteen digits are seconds or milliseconds
    since 1970."""
    if _EPOCH.fullmatch(text):
        milliseconds = int(text) if len(text) == 13 else int(text) * 1000
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    day = read_date(text, dates=dates)
    clock = _CLOCK.search(text, _clock_start(text)) if ":" in text else None
    if clock is None:
        return _aware(datetime.combine(day, time(), tzinfo=zone))
    return _aware(datetime.combine(day, _time(clock), tzinfo=_zone(clock[6]) or zone))


def _aware(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise UnreadableCell("no_such_day", order="") from error


def _clock_start(text: str) -> int:
    """Where the hour begins: up to two digits before the first colon."""
    colon = text.index(":")
    start = colon
    while start and colon - start < 2 and text[start - 1].isdigit():
        start -= 1
    return start


def _time(clock: re.Match[str]) -> time:
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    half = (clock[5] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise UnreadableCell("no_such_time")
        hour = hour % 12 + (12 if half == "p" else 0)
    microsecond = int((clock[4] or "0").ljust(6, "0")[:6])
    try:
        return time(hour, minute, second, microsecond)
    except ValueError as error:
        raise UnreadableCell("no_such_time") from error


def _zone(mark: str | None) -> timezone | None:
    if not mark:
        return None
    if mark.upper() in ("Z", "UTC", "GMT"):
        return UTC
    minutes = int(mark[1:3]) * 60 + int(mark[-2:] if len(mark) > 3 else 0)
    if minutes >= 24 * 60:
        raise UnreadableCell("no_such_time")
    return timezone(timedelta(minutes=minutes if mark[0] == "+" else -minutes))

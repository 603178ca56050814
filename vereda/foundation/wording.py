"""Numbers, money, days and moments as people read them, in the active language and time zone.

CLDR (through Babel) decides separators and order. English dates are written day first
(22 Nov 2026), which nobody mistakes.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale, dates, numbers
from django.utils import timezone
from django.utils.translation import get_language

DATE_LOCALES = {"en": "en-GB"}
LONG_DAYS = {"es": ("EEEE, d 'de' MMMM", "EEEE, d 'de' MMMM 'de' y")}
"""Without and with the year, where Babel's skeletons abbreviate the day of the week."""
FALLBACK = "en"
REMEMBERED = 10_000
CODE_LENGTH = 2
MINUS = "\N{MINUS SIGN}"
"""What stands before a negative amount: a hyphen is shorter than a figure, and breaks the line."""


@cache
def locale_of(language: str) -> Locale:
    """How that language writes numbers; English for a language nobody taught us."""
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, LookupError):
        return Locale.parse(FALLBACK)


def number_locale() -> Locale:
    """How the active language writes numbers."""
    return locale_of(get_language() or FALLBACK)


def date_locale() -> Locale:
    """How the active language writes dates."""
    language = get_language() or FALLBACK
    return locale_of(DATE_LOCALES.get(language, language))


def number_words(value: float | Decimal, *, decimals: int = 2) -> str:
    """`1234.5` as "1,234.5"; at most `decimals` decimals."""
    return _decimal_in(number_locale(), value, decimals)


@lru_cache(maxsize=REMEMBERED)
def _decimal_in(locale: Locale, value: float | Decimal, decimals: int) -> str:
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return numbers.format_decimal(value, format=pattern, locale=locale)


def percent_words(share: float | Decimal, *, decimals: int = 0) -> str:
    """A share of one (`0.31`) as "31%"."""
    locale = number_locale()
    digits = "0" + ("." + "#" * decimals if decimals else "")
    pattern = locale.percent_formats[None].pattern.replace("0", digits, 1)
    return numbers.format_percent(share, format=pattern, locale=locale)


def money_words(minor: int, currency: str) -> str:
    """Minor units as money: `8400050, "EUR"` is "€84,000.50"; no cents when there are none."""
    return _money_in(number_locale(), minor, currency)


@lru_cache(maxsize=REMEMBERED)
def _money_in(locale: Locale, minor: int, currency: str) -> str:
    exponent = numbers.get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-exponent)
    pattern = locale.currency_formats["standard"].pattern
    fraction = "." + "0" * exponent if amount % 1 else ""
    said = numbers.format_currency(
        amount,
        currency,
        format=pattern.replace(".00", fraction),
        locale=locale,
        currency_digits=False,
    )
    return said.replace("-", MINUS)


def whole_money_words(minor: int, currency: str) -> str:
    """Money without its cents, where many are compared: "€84,001"; the exact one stands nearby."""
    unit = 10 ** numbers.get_currency_precision(currency)
    return money_words(round(minor / unit) * unit, currency)


def compact_money_words(minor: int, currency: str) -> str:
    """Minor units as short money, for a chart or a narrow column: "€84K"."""
    amount = Decimal(minor).scaleb(-numbers.get_currency_precision(currency))
    said = numbers.format_compact_currency(
        amount, currency, locale=number_locale(), fraction_digits=0 if abs(amount) >= 10_000 else 1
    )
    return said.replace("-", MINUS)


def compact_words(value: float | Decimal) -> str:
    """A large number, short: "12K"."""
    return numbers.format_compact_decimal(value, locale=number_locale(), fraction_digits=1)


def day_words(value: date) -> str:
    """A day: "22 Nov 2026"."""
    return _day_in(date_locale(), local_day(value))


@lru_cache(maxsize=REMEMBERED)
def _day_in(locale: Locale, value: date) -> str:
    return dates.format_date(value, format="medium", locale=locale)


def short_day_words(value: date) -> str:
    """A day of a year that is plain from elsewhere: "22 Nov"."""
    return dates.format_skeleton("MMMd", local_day(value), locale=date_locale())


def month_words(value: date) -> str:
    """The month of a day: "Nov 2026"."""
    return dates.format_skeleton("yMMM", local_day(value), locale=date_locale())


def long_day_words(value: date, *, with_year: bool = False) -> str:
    """A day as a heading: "Sunday 22 November"; with its year where that is not plain."""
    locale, day = date_locale(), local_day(value)
    if patterns := LONG_DAYS.get(locale.language):
        return dates.format_date(day, format=patterns[with_year], locale=locale)
    skeleton = "yMMMMEEEEd" if with_year else "MMMMEEEEd"
    return dates.format_skeleton(skeleton, day, locale=locale)


def moment_words(value: datetime) -> str:
    """An instant in the active time zone: "22 Nov 2026, 10:31"."""
    return dates.format_datetime(
        timezone.localtime(value), format="d MMM y, HH:mm", locale=date_locale()
    )


def exact_words(value: datetime) -> str:
    """An instant in full, with its zone, for those who hover or print."""
    return dates.format_datetime(timezone.localtime(value), format="full", locale=date_locale())


def ago_words(value: datetime, *, now: datetime) -> str:
    """How long before (or after) `now`: "3 days ago", "in 2 hours"."""
    return dates.format_timedelta(
        value - now, add_direction=True, threshold=1.2, locale=date_locale()
    )


def language_words(code: str) -> str:
    """A language by its code: "es" is "Spanish"; what is no code stays as it is."""
    try:
        return Locale.parse(code, sep="-").get_display_name(number_locale()) or code
    except (ValueError, LookupError):
        return code


def country_words(code: str) -> str:
    """A country by its code: "ES" is "Spain"; what is no code stays as it is."""
    return number_locale().territories.get(code, code) if len(code) == CODE_LENGTH else code


def local_day(value: date) -> date:
    """The day itself; an instant's day in the active time zone."""
    return timezone.localtime(value).date() if isinstance(value, datetime) else value

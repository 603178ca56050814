"""Words as files write them: normal forms to compare by, months, booleans, missing marks."""

import re
import unicodedata

from vereda.foundation.tabular import unguarded

TRUE = frozenset({"true", "yes", "y", "1", "t", "si", "s", "verdadero", "v", "x", "on"})
FALSE = frozenset({"false", "no", "n", "0", "f", "falso", "off"})

# Marks that never are a value, and marks that are one somewhere (NA is Namibia).
PLAIN_MARKS = (
    "?",
    "#N/A",
    "#N/D",
    "N/A",
    "n/a",
    "NULL",
    "null",
    "(null)",
    "NaN",
    "nan",
    "--",
    "s/d",
)
DOUBTFUL_MARKS = ("-", "NA", "None", "none", ".")

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero", "feb february febrero", "mar march marzo",
            "apr april abr abril", "may mayo", "jun june junio", "jul july julio",
            "aug august ago agosto", "sep sept september septiembre setiembre",
            "oct october octubre", "nov november noviembre", "dec december dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff]")


def plain_words(text: str) -> str:
    """Without case, accents and punctuation: "Nº de Cliente_ID" is "n de cliente id"."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    bare = "".join(c for c in unicodedata.normalize("NFKD", split) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare.casefold()))


def clean_cell(text: str) -> str:
    """The cell's text: NFC, without control and invisible characters, stripped; without the
    apostrophe that our own export puts before texts that look like formulas."""
    stripped = text.strip() if text[:1] != "'" else unguarded(text).strip()
    if stripped.isascii() and stripped.isprintable():
        return stripped
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", stripped)).strip()

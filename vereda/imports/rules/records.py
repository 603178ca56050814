"""What a first look found, as JSON to keep with the import, and back."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from vereda.imports.contracts import DateOrder, Detected, Formats, Problem
from vereda.imports.rules.suggestions import never_imported

KEPT_SAMPLES = 40
_KEPT_CHARACTERS = 120


def detected_as_record(detected: Detected) -> dict[str, Any]:
    """JSON; only some samples of each column stay, and none of a column of passwords."""
    record = asdict(detected)
    record["samples"] = [
        [name, _kept(() if never_imported(name) else texts)]
        for name, texts in detected.samples.items()
    ]
    return record


def _kept(texts: Sequence[str]) -> list[str]:
    return [text[:_KEPT_CHARACTERS] for text in texts[:KEPT_SAMPLES]]


def detected_from_record(record: dict[str, Any]) -> Detected:
    """The same, from JSON."""
    formats = record["formats"]
    return Detected(
        formats=Formats(
            **{
                **formats,
                "dates": DateOrder(formats["dates"]),
                "missing": tuple(formats["missing"]),
            }
        ),
        columns=tuple(record["columns"]),
        rows=record["rows"],
        samples={name: tuple(texts) for name, texts in record["samples"]},
        doubts=tuple(Problem(**doubt) for doubt in record["doubts"]),
        sheets=tuple(record["sheets"]),
    )

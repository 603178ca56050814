"""What a dry run would change, in words: fields as the wizard calls them, values as people do."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from vereda.foundation.importing import ImportField
from vereda.foundation.wording import day_words, number_words

DAY = re.compile(r"\d{4}-\d\d-\d\d")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def shown_difference(
    difference: Mapping[str, Any], *, fields: Mapping[str, ImportField], names: Mapping[str, str]
) -> dict[str, Any]:
    """A row of the sample. `names` says who the ids of members are; other ids say nothing."""
    new = difference["outcome"] == "created"
    changes = []
    for name, before, after in difference["changes"]:
        field = field_behind(name, fields)
        old, then = (words_of_value(value, field, names=names) for value in (before, after))
        if then or (old and not new):
            changes.append((str(field.label) if field else name, old, then))
    return {"line": difference["line"], "new": new, "changes": changes}


def field_behind(name: str, fields: Mapping[str, ImportField]) -> ImportField | None:
    """The field that a name of the journal means: "owner_id" is "owner_email", to a file."""
    stem = name.removesuffix("_id")
    same = (fields[each] for each in (name, stem, name.removesuffix("s")) if each in fields)
    near = (field for each, field in fields.items() if each.startswith(f"{stem}_"))
    return next(same, None) or next(near, None)


def words_of_value(value: object, field: ImportField | None, *, names: Mapping[str, str]) -> str:
    """The value in words; "" for what is empty and for ids that nobody reads."""
    match value:
        case None | "":
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case int() | float():
            return number_words(value)
        case list():
            return ", ".join(
                filter(None, (words_of_value(one, field, names=names) for one in value))
            )
        case str():
            return _words_of_text(value, field, names=names)
    return ""


def _words_of_text(value: str, field: ImportField | None, *, names: Mapping[str, str]) -> str:
    choices = {choice.value: str(choice.label) for choice in field.choices} if field else {}
    if value in choices:
        return choices[value]
    if ID.fullmatch(value):
        return names.get(value, "")
    return day_words(date.fromisoformat(value)) if DAY.fullmatch(value) else value

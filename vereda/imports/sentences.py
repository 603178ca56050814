"""What is wrong, as a sentence for a person: what was found, what was expected, what to do."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vereda.imports.contracts import DateOrder, Problem

_SENTENCES: dict[str, Promise | str] = {
    # files
    "empty_file": _("The file is empty. Save it again with a header and at least one row."),
    "no_rows": _("The file has a header but no rows below it."),
    "file_too_big": _(
        "The file is larger than %(limit)s MB. Compress it (.gz) or split it into parts."
    ),
    "unpacked_too_big": _("Unpacked, the file is larger than %(limit)s MB. Split it into parts."),
    "broken_gzip": _("The compressed file is damaged or cut off. Compress it again."),
    "old_excel": _(
        "This is the old Excel format or a file with a password. "
        "Save it as .xlsx or CSV without a password."
    ),
    "broken_workbook": _(
        "This is not a spreadsheet that can be opened, or it is damaged. "
        "Save it again as .xlsx or CSV."
    ),
    "workbook_entries": _("The spreadsheet holds more than %(limit)s parts. Save it as CSV."),
    "workbook_too_big": _("Unpacked, the spreadsheet is larger than %(limit)s MB. Save it as CSV."),
    "workbook_bomb": _(
        "The spreadsheet unpacks into more than a hundred times its size, "
        "so it was not opened. Save it as CSV."
    ),
    "wrong_encoding": _(
        "Line %(line)s is not written in %(encoding)s. Choose another encoding; "
        "files from Excel are often Windows-1252."
    ),
    "open_quote": _(
        "A quotation mark that begins on line %(line)s is never closed, so everything below it "
        "would be one cell. Close it, or double it if it belongs to the text."
    ),
    "too_many_rows": _("The file has more than %(limit)s rows. Split it into parts."),
    "too_many_columns": _("The file has more than %(limit)s columns. Remove those not needed."),
    "duplicate_header": _("Two columns are named “%(column)s”. Rename one of them."),
    "header_too_long": _(
        "The name of column %(position)s is longer than %(limit)s characters (“%(found)s”). "
        "Is this line the header?"
    ),
    # rows
    "ragged_row": _(
        "The row has %(found_cells)s cells where the header has %(expected)s. "
        "Look for a missing or extra delimiter, or put the text into quotation marks."
    ),
    "cell_too_long": _("A cell is longer than %(limit)s characters. Shorten it."),
    "text_after_quote": _(
        "There is text after a closing quotation mark. Double quotation marks inside a quoted cell."
    ),
    "identity_empty": _(
        "“%(column)s” is empty, but it says which row this is. "
        "Fill it in, or identify rows otherwise."
    ),
    "required_empty": _("“%(column)s” is empty but must be there. Fill it in."),
    "repeated": _("Line %(line)s has the same identity and came first."),
    "unknown_reference": _(
        "Nothing is known as “%(found)s” (%(column)s). Import it first, correct the name, "
        "or choose another way to name it."
    ),
    "not_stored": _("The database cannot hold this row. Look for values out of range."),
    "no_saved_mapping": _("No mapping is remembered for a file with these columns."),
    "undo_over": _("An import can be undone once, within seven days of its start."),
    "stopped": _(
        "Something unexpected stopped the import. What was stored stays; it can go on or be undone."
    ),
    "at_work": _("This import is at work, or over. Wait, cancel it, or start a new one."),
    # cells
    "text_too_long": _(
        "“%(column)s” has %(length)s characters; at most %(limit)s fit. Shorten it."
    ),
    "not_a_number": _("“%(found)s” is not a number. Expected one like %(example)s."),
    "other_decimal_mark": _(
        "“%(found)s” is written with another decimal mark. Expected a number like %(example)s; "
        "change the decimal mark of this column."
    ),
    "not_money": _("“%(found)s” is not an amount. Expected one like %(example)s."),
    "not_an_integer": _("“%(found)s” is not a whole number. Expected one like 12."),
    "not_a_boolean": _("“%(found)s” is neither yes nor no. Expected yes or no, true or false."),
    "not_an_email": _("“%(found)s” is not an e-mail address. Expected one like ana@example.com."),
    "unknown_choice": _(
        "“%(found)s” is not one of: %(expected)s. Say which of them it means."
    ),
    "not_a_date": _("“%(found)s” is not a date. Expected one like %(example)s."),
    "other_date_order": _(
        "“%(found)s” is a date in another order. Expected one like %(example)s; "
        "change the order of dates of this column."
    ),
    "no_such_day": _("There is no day “%(found)s” in the calendar. Expected one like %(example)s."),
    "no_such_time": _("“%(found)s” has a time that does not exist. Expected one like 14:30."),
    # mappings
    "unknown_field": _("There is no field “%(found)s”. Choose one from the list."),
    "missing_column": _(
        "The file has no column “%(column)s”. It has: %(columns)s. "
        "Use a mapping made for this file, or rename the column."
    ),
    "field_twice": _(
        "“%(other)s” and “%(column)s” are both mapped to “%(field)s”. Ignore one of them."
    ),
    "unknown_identity": _("Rows cannot be identified by “%(found)s”. Choose one of: %(expected)s."),
    "identity_not_mapped": _(
        "No column is mapped to “%(field)s”, but rows are to be identified by it."
    ),
    "required_not_mapped": _("No column is mapped to “%(field)s”, which every row needs."),
    "mapping_too_long": _("The mapping file is too long."),
    "mapping_not_toml": _("The mapping file is not TOML: %(reason)s"),
    "mapping_key": _(
        "The mapping file says “%(found)s”, which means nothing here. "
        "Expected one of: %(expected)s."
    ),
    "mapping_value": _(
        "In the mapping file, “%(key)s” is %(found)s. Expected: %(expected)s."
    ),
    "ambiguous_dates": _(
        "Dates like “%(found)s” (%(column)s) can be read in two ways. "
        "Check the order of day and month."
    ),
}  # fmt: skip

_EXAMPLES = {
    DateOrder.YEAR_FIRST: "2026-12-31",
    DateOrder.DAY_FIRST: "31/12/2026",
    DateOrder.MONTH_FIRST: "12/31/2026",
}


def sentence_of(problem: Problem) -> str:
    """The problem in the language of whoever reads."""
    if problem.sentence:
        return problem.sentence
    found = problem.found or problem.details.get("found", "")
    words = {
        **problem.details,
        "column": problem.column,
        "columns": problem.details.get("found", ""),
        "found_cells": problem.details.get("found", ""),
        "found": found if len(found) <= 80 else found[:79] + "…",
        "example": _example(problem),
    }
    return str(_SENTENCES[problem.code]) % words


def sentences_of(problems: Sequence[Problem]) -> str:
    """All that is wrong with a row, one sentence after the other."""
    return " ".join(_with_column(problem) for problem in problems)


def _with_column(problem: Problem) -> str:
    sentence = sentence_of(problem)
    if not problem.column or f"“{problem.column}”" in sentence or f"({problem.column})" in sentence:
        return sentence
    return f"{problem.column}: {sentence}"


def _example(problem: Problem) -> str:
    if "decimal" in problem.details:
        return "1234,56" if problem.details["decimal"] == "," else "1234.56"
    order = problem.details.get("order")
    return _EXAMPLES[DateOrder(order)] if order else _EXAMPLES[DateOrder.YEAR_FIRST]


def repair_of(problem: Problem) -> str:
    """What one change in the mapping would repair every such row, as a heading."""
    if problem.code == "unknown_choice":
        return gettext("Say what unknown words mean")
    if problem.code in ("other_date_order", "no_such_day", "not_a_date"):
        return gettext("Change how dates are read")
    if problem.code in ("other_decimal_mark", "not_a_number", "not_money", "not_an_integer"):
        return gettext("Change how numbers are read")
    if problem.code in ("unknown_reference",):
        return gettext("Import what these rows refer to, or name it otherwise")
    if problem.code in ("required_empty", "identity_empty"):
        return gettext("Fill in what is empty")
    if problem.code in ("ragged_row", "cell_too_long", "text_after_quote"):
        return gettext("Correct the file")
    return gettext("Correct these values")

"""The words of a letter: what may stand in a header, merge fields, text as simple HTML."""

import re
from collections.abc import Mapping
from html import escape

SUBJECT_LENGTH = 200
FIELD = re.compile(r"\{\{ ?([a-z_]{1,30}) ?\}\}")
LINK = re.compile(r"https?://[^\s<>\"']{1,2000}")
TRAILING = ".,;:!?)"


def fits_in_header(text: str) -> bool:
    """Is it one line without control characters?"""
    return text.isprintable()


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields `{{ name }}` filled in, once: a value that looks like a field stays
    as it is. Fields that are not offered stay too."""
    return FIELD.sub(lambda match: values.get(match[1], match[0]), text)


def unknown_fields(text: str, offered: Mapping[str, str]) -> list[str]:
    """The fields in the text that nobody offers, each once."""
    return list(dict.fromkeys(name for name in FIELD.findall(text) if name not in offered))


def html_of(text: str) -> str:
    """Plain text as paragraphs; addresses of pages become links, all else is shown as it stands."""
    parts = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n"))]
    return "\n".join(f"<p>{_lines(part)}</p>" for part in parts if part.strip())


def _lines(part: str) -> str:
    pieces, place = [], 0
    for match in LINK.finditer(part):
        url = match[0].rstrip(TRAILING)
        pieces.append(escape(part[place : match.start()]))
        pieces.append(f'<a href="{escape(url)}">{escape(url)}</a>')
        place = match.start() + len(url)
    pieces.append(escape(part[place:]))
    return "".join(pieces).replace("\n", "<br>\n")

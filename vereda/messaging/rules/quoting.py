"""What somebody wrote themselves, above what their mail program quoted below it.

A small rule that errs on the side of keeping too much: it cuts only where all that follows is
quoted. Who answers between the quoted lines keeps everything. The original is stored beside it.
"""

import re

MOST_LINES = 5_000
LONGEST_LINE = 1_000

ATTRIBUTION = re.compile(
    r"(?:on|el|am|le|il|em|op|den)\b.{0,300}"
    r"(?:wrote|escribi[óo]|schrieb|a écrit|ha scritto|escreveu|schreef|skrev)"
    r".{0,100}:",
    re.IGNORECASE,
)
DIVIDER = re.compile(
    r"(?:-{2,} ?(?:original message|mensaje original|forwarded message|mensaje reenviado|"
    r"ursprüngliche nachricht|message d'origine|messaggio originale|mensagem original) ?-{2,}"
    r"|_{20,})",
    re.IGNORECASE,
)
FIRST_HEADER = re.compile(r"\*?(?:from|de|von|da)\s?:\*?\s.*@", re.IGNORECASE)
NEXT_HEADER = re.compile(
    r"\*?(?:sent|date|to|subject|enviado(?: el)?|fecha|para|asunto|gesendet|an|betreff|"
    r"envoyé|à|objet|inviato|a|oggetto)\s?:\*?\s",
    re.IGNORECASE,
)
SENT_FROM = re.compile(
    r"(?:sent from|get outlook|enviado desde|von meinem|envoyé de(?:puis)?) .{0,80}", re.IGNORECASE
)
HEADERS_WITHIN = 4
ATTRIBUTION_LINES = 3


def own_words(text: str) -> str:
    """The text without the quotation at its end and without the signature."""
    lines = [line.rstrip()[:LONGEST_LINE] for line in text.splitlines()[:MOST_LINES]]
    lines = lines[: _end_of_own(lines)]
    lines = _without_signature(lines)
    while lines and (not lines[-1] or lines[-1].startswith(">")):
        lines.pop()
    return "\n".join(lines).strip()


def _end_of_own(lines: list[str]) -> int:
    """Where a quotation begins that reaches to the end; the number of lines when there is none."""
    for place, line in enumerate(lines):
        if DIVIDER.fullmatch(line.strip()) or _is_header_block(lines, place):
            return place
        after = _after_attribution(lines, place)
        if after and _all_quoted(lines[after:]):
            return place
    return len(lines)


def _after_attribution(lines: list[str], place: int) -> int:
    """The line behind "On Monday X wrote:", which may take up to three; 0 where it stands not."""
    if place and lines[place - 1].strip() and not lines[place - 1].startswith(">"):
        return 0
    for count in range(1, ATTRIBUTION_LINES + 1):
        said = " ".join(line.strip() for line in lines[place : place + count])
        if ATTRIBUTION.fullmatch(said) and re.search(r"\d", said):
            return place + count
    return 0


def _all_quoted(lines: list[str]) -> bool:
    """Is nothing of their own in it: either all is marked as quoted, or nothing is marked?"""
    written = [line for line in lines if line.strip()]
    marked = [line.startswith(">") for line in written]
    return all(marked) or not any(marked)


def _is_header_block(lines: list[str], place: int) -> bool:
    if not FIRST_HEADER.match(lines[place].strip()):
        return False
    following = lines[place + 1 : place + 1 + HEADERS_WITHIN]
    return sum(bool(NEXT_HEADER.match(line.strip())) for line in following) >= 2


def _without_signature(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if line == "--" or SENT_FROM.fullmatch(line.strip()):
            rest = [each for each in lines[place:] if each.startswith(">")]
            return lines if rest else lines[:place]
    return lines

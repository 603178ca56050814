"""A letter that came in, taken apart within bounds.

Whoever can write to a mailbox can send anything: parts a thousand deep, headers of megabytes,
character sets that nobody knows. `read_letter` answers or raises `CannotRead`, nothing else, and
takes a time that grows with the size alone.
"""

import codecs
import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parseaddr

import nh3

from vereda.messaging.contracts import DropReason

LARGEST_LETTER = 25 * 1024 * 1024
MOST_PARTS = 50
DEEPEST = 10
MOST_RECIPIENTS = 50
LONGEST_HEADER = 10_000
LONGEST_TEXT = 200_000
MOST_BOUNDARIES = 60
MOST_ENCLOSED = 20
ENCLOSED = "message/rfc822"
SLOW_OR_STRANGE = frozenset(
    ["punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"]
)
ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]\\]{1,64}@[^\s<>,;:\"'()\[\]\\]{1,255}")
REF = re.compile(r"^message-id:\s*(<[^>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
BREAKS = re.compile(r"</?(?:p|div|li|tr|h[1-6]|ul|ol|table|pre)>|<br ?/?>")
TAG = re.compile(r"(<[^>]*>)")
KEPT_TAGS = {
    *"p div li tr h1 h2 h3 h4 h5 h6 ul ol table pre br blockquote".split()  # noqa: SIM905
}
MACHINES = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply")
BULK = frozenset(["bulk", "list", "junk", "auto_reply"])


class CannotRead(Exception):
    """The letter is beyond the bounds, or no letter; `reason` says which."""

    def __init__(self, reason: DropReason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a letter, as it is named there."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What a mail server reports of a letter of ours."""

    message_ref: str
    recipient: str
    for_good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLetter:
    """A letter as far as it concerns us."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_ref: str
    text: str
    files: tuple[Attached, ...]
    is_automatic: bool
    is_report: bool
    bounce: Bounce | None


def read_letter(raw: bytes) -> ReadLetter:
    """The letter in these bytes, or `CannotRead`."""
    _refuse_beyond_bounds(raw)
    try:
        letter = BytesParser(policy=compat32).parsebytes(raw)
        return _read(letter, list(_parts_of(letter)))
    except CannotRead:
        raise
    except RecursionError as deep:
        raise CannotRead(DropReason.TOO_DEEP) from deep
    except Exception as broken:  # the parser fails in whatever way it fails
        raise CannotRead(DropReason.UNREADABLE) from broken


def _refuse_beyond_bounds(raw: bytes) -> None:
    """Before it is parsed: the parser's time grows with depth times size."""
    if len(raw) > LARGEST_LETTER:
        raise CannotRead(DropReason.TOO_LARGE)
    small = raw.lower()
    if small.count(b"boundary=") > MOST_BOUNDARIES:
        raise CannotRead(DropReason.TOO_DEEP)
    if small.count(ENCLOSED.encode()) > MOST_ENCLOSED:
        raise CannotRead(DropReason.TOO_DEEP)


def _parts_of(letter: Message) -> Iterator[tuple[Message, bool]]:
    """Every part that holds something, and whether it lies inside an enclosed letter."""
    waiting = [(letter, 0, False)]
    count = 0
    while waiting:
        part, depth, enclosed = waiting.pop()
        count += 1
        if depth > DEEPEST:
            raise CannotRead(DropReason.TOO_DEEP)
        if count > MOST_PARTS:
            raise CannotRead(DropReason.TOO_MANY_PARTS)
        yield part, enclosed
        # A part that holds text is not asked for it here: it would be decoded by whatever it names.
        inside = part.get_payload() if part.is_multipart() else None
        if isinstance(inside, list):
            within = enclosed or part.get_content_type() == ENCLOSED
            nearer = [each for each in reversed(inside) if isinstance(each, Message)]
            waiting += [(each, depth + 1, within) for each in nearer]


def _read(letter: Message, parts: list[tuple[Message, bool]]) -> ReadLetter:
    if not letter.keys():
        raise CannotRead(DropReason.UNREADABLE)
    sender = bare_address_in(header_text(letter, "From"))
    own = [part for part, enclosed in parts if not enclosed]
    return ReadLetter(
        sender=sender,
        recipients=recipients_in(letter),
        subject=" ".join(header_text(letter, "Subject").split())[:300],
        message_ref=header_text(letter, "Message-ID").strip()[:255],
        text=_text_of(own),
        files=tuple(_files_of(own)),
        is_automatic=_is_automatic(letter, sender),
        is_report=letter.get_content_type() == "multipart/report",
        bounce=_bounce_in(letter, [part for part, _enclosed in parts]),
    )


# --- Headers ------------------------------------------------------------------


def header_text(letter: Message, name: str) -> str:
    """A header as one text; what cannot be decoded is shown as far as it can."""
    raw = str(letter.get(name, ""))[:LONGEST_HEADER]
    try:
        pieces = decode_header(raw)
    except Exception:  # noqa: BLE001 - malformed encoded words fail in many ways
        return _clean(raw)
    return _clean("".join(_decoded(piece, charset or "ascii") for piece, charset in pieces))


def bare_address_in(text: str) -> str:
    """The bare address in a header, in small letters; "" when there is none."""
    address = parseaddr(text[:1_000])[1].strip().lower()
    return address if ADDRESS.fullmatch(address) else ""


def recipients_in(letter: Message) -> tuple[str, ...]:
    """The addresses that the letter itself names, each once, as many as are of interest."""
    named: dict[str, None] = {}
    for name in ("Delivered-To", "X-Original-To", "To", "Cc"):
        for value in letter.get_all(name, [])[:MOST_RECIPIENTS]:
            for match in ADDRESS.finditer(str(value)[: LONGEST_HEADER * 10]):
                named[match[0].lower()] = None
                if len(named) > MOST_RECIPIENTS:
                    return tuple(named)
    return tuple(named)


def _is_automatic(letter: Message, sender: str) -> bool:
    said = header_text(letter, "Auto-Submitted").split(";")[0].strip().lower()
    marked = any(name in letter for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
    return (
        said not in {"", "no"}
        or marked
        or header_text(letter, "Precedence").strip().lower() in BULK
        or header_text(letter, "Return-Path").strip() == "<>"
        or sender.partition("@")[0] in MACHINES
        or letter.get_content_type() == "multipart/report"
    )


# --- What it holds ------------------------------------------------------------


def _is_file(part: Message) -> bool:
    if part.get_content_disposition() == "attachment" or _file_name(part):
        return True
    return part.get_content_maintype() != "text" and not part.is_multipart()


def _text_of(parts: list[Message]) -> str:
    """The plain text, or what the HTML says without its markup."""
    for kind, reading in (("text/plain", str), ("text/html", text_in_html)):
        told = [
            reading(_words_of(part))
            for part in parts
            if part.get_content_type() == kind and not _is_file(part)
        ]
        if any(text.strip() for text in told):
            return _clean("\n".join(told), lines=True)[:LONGEST_TEXT]
    return ""


def _words_of(part: Message) -> str:
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes):
        return ""
    return _decoded(body[: LONGEST_TEXT * 4], _charset_of(part))


def _charset_of(part: Message) -> str:
    try:
        return part.get_content_charset("utf-8")
    except Exception:  # noqa: BLE001 - a malformed parameter (RFC 2231) fails in many ways
        return "utf-8"


def _files_of(parts: list[Message]) -> Iterator[Attached]:
    for part in parts:
        if part.get_content_type() == ENCLOSED:
            inside = part.get_payload()
            first = inside[0] if isinstance(inside, list) and inside else None
            body = first.as_bytes() if isinstance(first, Message) else b""
            yield Attached("letter.eml", body)
        elif not part.is_multipart() and _is_file(part):
            content = part.get_payload(decode=True)
            yield Attached(_file_name(part), content if isinstance(content, bytes) else b"")


def _file_name(part: Message) -> str:
    """The name that the part gives itself; "" for none, or for one that cannot be read."""
    try:
        name = str(part.get_filename("") or "")[:LONGEST_HEADER]
        pieces = decode_header(name)
    except Exception:  # noqa: BLE001 - as in header_text
        return ""
    return _clean("".join(_decoded(piece, charset or "ascii") for piece, charset in pieces))


def text_in_html(html: str) -> str:
    """What HTML says: no scripts, no styles, no forms; quoted parts marked as in plain text."""
    kept = nh3.clean(
        html[: LONGEST_TEXT * 4],
        tags=KEPT_TAGS,
        attributes={},
        clean_content_tags={"script", "style", "title"},
        link_rel=None,
    )
    lines, depth = [""], 0
    for piece in TAG.split(" ".join(kept.split())):
        if piece in {"<blockquote>", "</blockquote>"}:
            depth = max(0, depth + (1 if piece == "<blockquote>" else -1))
            lines.append("> " if depth else "")
        elif BREAKS.fullmatch(piece):
            lines.append("> " if depth else "")
        else:
            lines[-1] += entities.unescape(piece)
    return _paragraphs(lines)


def _paragraphs(lines: list[str]) -> str:
    """The lines, never more than one empty one in a row."""
    kept: list[str] = []
    for line in lines:
        bare = line.strip()
        if bare and bare != ">":
            kept.append(bare)
        elif kept and kept[-1]:
            kept.append("")
    return "\n".join(kept).strip()


# --- Reports of mail servers --------------------------------------------------


def _bounce_in(letter: Message, parts: list[Message]) -> Bounce | None:
    """What a report says of one letter of ours (RFC 3464); None for what is none."""
    if letter.get_content_type() != "multipart/report":
        return None
    fields: dict[str, str] = {}
    ref = ""
    for part in parts:
        kind = part.get_content_type()
        if kind in {"text/rfc822-headers", ENCLOSED}:
            ref = ref or _ref_inside(part)
        for name in ("Action", "Status", "Final-Recipient", "Original-Recipient"):
            if name in part:
                fields.setdefault(name, header_text(part, name))
    recipient = fields.get("Original-Recipient") or fields.get("Final-Recipient", "")
    return Bounce(
        message_ref=ref,
        recipient=recipient.partition(";")[2].strip().lower(),
        for_good=fields.get("Action", "").strip().lower() == "failed"
        and fields.get("Status", "").strip().startswith("5"),
    )


def _ref_inside(part: Message) -> str:
    """The Message-ID of the letter that a report encloses, whole or only its head."""
    if part.is_multipart():
        inside = part.get_payload()
        first = inside[0] if isinstance(inside, list) and inside else None
        return header_text(first, "Message-ID").strip() if isinstance(first, Message) else ""
    body = part.get_payload(decode=True)
    head = _decoded(body[:LONGEST_HEADER], "ascii") if isinstance(body, bytes) else ""
    found = REF.search(head)
    return found[1] if found else ""


# --- Bytes as text ------------------------------------------------------------


def _decoded(piece: bytes | str, charset: str) -> str:
    if isinstance(piece, str):
        return piece
    try:
        codec = codecs.lookup(charset)
        if codec.name in SLOW_OR_STRANGE:
            raise LookupError
        return piece.decode(charset)
    except (LookupError, ValueError, AttributeError):
        return piece.decode("utf-8", errors="replace")


def _clean(text: str, *, lines: bool = False) -> str:
    """Without control characters; with its lines when asked."""
    allowed = "\n\t" if lines else ""
    text = text.replace("\r\n", "\n").replace("\r", "\n") if lines else text
    return "".join(letter if letter.isprintable() or letter in allowed else " " for letter in text)

"""Which encoding a file of bytes is written in, and where it breaks the promise."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from vereda.imports.contracts import FileRefused, Problem

_BLOCK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PYTHON_NAMES = {"utf-8": "utf-8-sig", "windows-1252": "cp1252", "mac-roman": "mac_roman"}


def codec_name(encoding: str) -> str:
    """Python's name for one of `ENCODINGS`; a byte order mark is swallowed."""
    return _PYTHON_NAMES.get(encoding, encoding)


def detected_encoding(path: Path) -> str:
    """UTF-8 or UTF-16 when the bytes prove it, Windows-1252 otherwise.

    The whole file is looked at: one wrong byte at the end decides. The bytes that Windows-1252
    leaves undefined make it ISO-8859-1.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if _looks_like_utf16(head):
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    if _undecodable_line(path, "utf-8") is None:
        return "utf-8"
    return "windows-1252" if _undecodable_line(path, "windows-1252") is None else "iso-8859-1"


def _looks_like_utf16(head: bytes) -> bool:
    """Nearly every other byte of Western text in UTF-16 is zero."""
    half = max(1, len(head) // 2)
    return len(head) > 3 and max(head[1::2].count(0), head[0::2].count(0)) / half > 0.6


def check_encoding(path: Path, encoding: str) -> None:
    """Refuses, naming the line, a file that is not written in that encoding."""
    line = _undecodable_line(path, encoding)
    if line is not None:
        raise FileRefused(
            Problem("wrong_encoding", details={"line": str(line), "encoding": encoding})
        )


def _undecodable_line(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(codec_name(encoding))()
    line = 1
    for block in _blocks(path):
        try:
            line += decoder.decode(block, final=not block).count("\n")
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
    return None


def _blocks(path: Path) -> Iterator[bytes]:
    """The file in blocks, with an empty one at the end so that the decoder can complain."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
    yield b""

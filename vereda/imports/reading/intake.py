"""A file as somebody gave it becomes a plain text file that every later step can stream."""

import gzip
import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vereda.imports.contracts import UNPACKED_BYTES, UPLOAD_BYTES, FileRefused, Problem
from vereda.imports.reading.sheets import check_workbook, sheet_names, write_sheet_as_text

_BLOCK = 1 << 20
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Intake:
    """What was taken in: `text` is the plain file, `original` what was uploaded."""

    original: Path
    text: Path
    sha256: str
    size: int
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def take_in(blocks: Iterable[bytes], *, folder: Path, name: str, sheet: str = "") -> Intake:
    """Stores the bytes as `folder/name`, unpacks gzip and spreadsheets beside it as text.

    On refusal nothing stays behind.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    original, text = folder / name, folder / f"{name}.txt"
    try:
        digest, size = _store(blocks, original)
        head = _head(original)
        if head.startswith(_OLD_EXCEL):
            raise FileRefused(Problem("old_excel"))
        if head.startswith(_ZIP):
            check_workbook(original)
            used = write_sheet_as_text(original, text, sheet=sheet)
            return Intake(original, text, digest, size, used, sheet_names(original))
        if head.startswith(_GZIP):
            _unpack(original, text)
            return Intake(original, text, digest, size)
        return Intake(original, original, digest, size)
    except BaseException:
        original.unlink(missing_ok=True)
        text.unlink(missing_ok=True)
        raise


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def _store(blocks: Iterable[bytes], target: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        for block in blocks:
            size += len(block)
            if size > UPLOAD_BYTES:
                raise FileRefused(
                    Problem("file_too_big", details={"limit": _megabytes(UPLOAD_BYTES)})
                )
            digest.update(block)
            file.write(block)
    if not size:
        raise FileRefused(Problem("empty_file"))
    return digest.hexdigest(), size


def _unpack(source: Path, target: Path) -> None:
    written = 0
    try:
        with gzip.open(source, "rb") as packed, target.open("xb") as file:
            while block := packed.read(_BLOCK):
                written += len(block)
                if written > UNPACKED_BYTES:
                    limit = _megabytes(UNPACKED_BYTES)
                    raise FileRefused(Problem("unpacked_too_big", details={"limit": limit}))
                file.write(block)
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefused(Problem("broken_gzip")) from error


def _megabytes(size: int) -> str:
    return str(size // 1024 // 1024)

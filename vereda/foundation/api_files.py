"""A file that a program sends as the body of a call, as it is: read piece by piece, to a bound.

    @router.post("/things/{key}/file")
    @takes_file(at_most=LARGEST_FILE)
    @endpoint(may="things.edit")
    def keep_thing_file(request: BearerRequest, key: str) -> …:
        keep(thing, content=file_sent(request))

Other bodies are read into memory, which is why they end sooner (`DATA_UPLOAD_MAX_MEMORY_SIZE`).
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final, TypeVar

from django.http import HttpRequest

PIECE: Final = 64 * 1024
IN_MEMORY: Final = 1024 * 1024
"""Of a longer file the rest of the process holds nothing: it lies on the disk meanwhile."""

Operation = TypeVar("Operation", bound=Callable[..., Any])


class FileTooLarge(Exception):
    """It has more bytes than that."""

    def __init__(self, at_most: int) -> None:
        super().__init__(at_most)
        self.megabytes = at_most // (1024 * 1024)


_LIMITS: dict[str, int] = {}


def takes_file(*, at_most: int) -> Callable[[Operation], Operation]:
    """The operation's body is a file of up to so many bytes; `file_sent` has it. It is the only one
    at its address."""

    def mark(operation: Operation) -> Operation:
        _LIMITS[operation.__name__] = at_most
        return operation

    return mark


def largest_file_of(operation: str | None) -> int | None:
    """How large a file may be that the operation of that name takes; None where it takes none."""
    return _LIMITS.get(operation or "")


@contextmanager
def file_read(request: HttpRequest, *, at_most: int, said: bytes) -> Iterator[str]:
    """While it lasts, `file_sent` has the body; gives its fingerprint, together with what was
    `said`. `FileTooLarge`: by its own word, of which nothing is read, or when that many came."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > at_most:
        raise FileTooLarge(at_most)
    digest = hashlib.sha256(said)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        length = 0
        while piece := request.read(PIECE):
            length += len(piece)
            if length > at_most:
                raise FileTooLarge(at_most)
            digest.update(piece)
            kept.write(piece)
        kept.seek(0)
        request.vereda_file = kept  # type: ignore[attr-defined]
        yield digest.hexdigest()


def file_sent(request: HttpRequest) -> IO[bytes]:
    """The file that came as the body, at its beginning."""
    content: IO[bytes] = request.vereda_file  # type: ignore[attr-defined]
    content.seek(0)
    return content

"""Handing out files: one that somebody gave us, and tables of our own."""

from collections.abc import Iterable, Sequence
from typing import IO

from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import get_language

from vereda.foundation.tabular import Cell, csv_lines


def as_download(content: IO[bytes], *, name: str, media_type: str) -> FileResponse:
    """The file, always as an attachment: no browser opens it as a page of ours, guesses what it
    might be, or runs anything in it."""
    response = FileResponse(content, as_attachment=True, filename=name, content_type=media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def as_csv(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, name: str
) -> StreamingHttpResponse:
    """A table as CSV in the reader's language, written as it is read; `name` without ending."""
    response = StreamingHttpResponse(
        csv_lines(list(header), rows, language=get_language() or "en"),
        content_type="text/csv; charset=utf-8",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response

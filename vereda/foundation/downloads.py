"""Handing out a file that somebody gave us."""

from typing import IO

from django.http import FileResponse


def as_download(content: IO[bytes], *, name: str, media_type: str) -> FileResponse:
    """The file, always as an attachment: no browser opens it as a page of ours, guesses what it
    might be, or runs anything in it."""
    response = FileResponse(content, as_attachment=True, filename=name, content_type=media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

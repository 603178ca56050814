"""Uploads end where the limit is: nobody fills the disk by promising less than they send."""

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from vereda.imports.contracts import UPLOAD_BYTES

_FORM_BYTES = 1024 * 1024


class BoundedUploads(TemporaryFileUploadHandler):
    """Writes uploads to a temporary file, and stops reading a request that is too large.

    The page learns of it by `upload_was_too_big(request)` and answers 413.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any) -> None:  # noqa: N803 - Django's name
        """Starts to count; a length that is too large by its own word is not read at all."""
        self.received = 0
        self.promised = content_length
        super().handle_raw_input(input_data, META, content_length, *args)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Stores a block, or stops."""
        self.received += len(raw_data)
        if max(self.received, self.promised - _FORM_BYTES) > UPLOAD_BYTES:
            self.request.vereda_upload_too_big = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=True)
        super().receive_data_chunk(raw_data, start)


def upload_was_too_big(request: HttpRequest) -> bool:
    """Whether the request's file was larger than the limit; call it after reading POST."""
    return bool(getattr(request, "vereda_upload_too_big", False))

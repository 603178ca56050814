"""A person with a browser that runs no scripts: links, forms, cookies."""
# ruff: noqa: TID251, S310 - it asks a server on loopback

import re
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlencode

CSRF_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
BOUNDARY = "a-boundary-of-our-own"


class Visitor:
    """Opens pages of one server and sends their forms."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def sign_in(self, link: str) -> None:
        """Come in by a one-time link."""
        path = link.removeprefix(self._url)
        status, page = self.send(path, {}, form_of=path)
        assert status == 200, page[:500]

    def open(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        return self._ask(urllib.request.Request(f"{self._url}{path}"))

    def send(self, path: str, fields: dict[str, str], *, form_of: str) -> tuple[int, str]:
        """Status and text after sending the form that stands on the page `form_of`."""
        body = urlencode({**fields, "csrfmiddlewaretoken": self._token(form_of)}).encode()
        return self._ask(urllib.request.Request(f"{self._url}{path}", data=body))

    def send_file(self, path: str, content: bytes, *, name: str, form_of: str) -> tuple[int, str]:
        """Status and text after sending a file from the form that stands on the page `form_of`."""
        body = (
            f"--{BOUNDARY}\r\n"
            f'Content-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n'
            f"{self._token(form_of)}\r\n--{BOUNDARY}\r\n"
            f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        ).encode()
        asked = urllib.request.Request(
            f"{self._url}{path}",
            data=body + content + f"\r\n--{BOUNDARY}--\r\n".encode(),
            headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
        )
        return self._ask(asked)

    def _token(self, path: str) -> str:
        _, page = self.open(path)
        found = CSRF_FIELD.search(page)
        assert found, f"no form on {path}: {page[:500]}"
        return found[1]

    def _ask(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(errors="replace")

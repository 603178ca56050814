"""A ClickHouse that speaks HTTP, for tests: chdb in a process of its own.

`python -m vereda.events.tests.contract.clickhouse_server FOLDER [PORT]` prints its port once
it answers. It knows what clickhouse-connect uses: statements in the body, in `query` or in a
form, `param_…`, settings, a database, HTTP compression both ways, errors with their code in a
header, and users and passwords (one user, whose password is the environment's
CLICKHOUSE_PASSWORD). With a folder it keeps its data there, so that it can be killed.
"""

import gzip
import os
import re
import sys
import tempfile
import threading
from base64 import b64decode
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import chdb
import lz4.frame
from backports import zstd

from vereda.events.tests.contract.limits import BOUNDS

TRANSPORT = {
    "query", "database", "default_format", "query_id", "session_id", "session_timeout", "compress",
    "decompress", "client_protocol_version", "wait_end_of_query", "enable_http_compression",
    "send_progress_in_http_headers", "http_headers_progress_interval_ms", "user", "password",
    "async_insert", "buffer_size", "role", "quota_key", "session_check",
    "cancel_http_readonly_queries_on_client_close",
}  # fmt: skip
INSERT = re.compile(r"^\s*INSERT\s+INTO\b", re.IGNORECASE)
VALUES = re.compile(r"\bFORMAT\s+(\w+)\s*$", re.IGNORECASE)
INSERT_HEAD = re.compile(rb"\s*INSERT\s+INTO\b[^\n]*\bFORMAT +\w+ *\n", re.IGNORECASE)
CODE = re.compile(r"Code: (\d+)")


class Handle:
    """A connection to the engine, and the settings that its last request left."""

    def __init__(self, place: str) -> None:
        self._connection = chdb.connect(place)
        self._set: set[str] = set()
        self._database = "default"

    def run(self, statement, *, database, settings, parameters):
        """The answer in the format that the statement names, else TabSeparated."""
        if database != self._database:
            self._connection.query(f"USE `{database}`")
            self._database = database
        for name in self._set - settings.keys():
            self._connection.query(f"SET {name} = DEFAULT")
        self._set = set(settings)
        if settings:
            told = ", ".join(f"{name} = '{quoted(value)}'" for name, value in settings.items())
            self._connection.query(f"SET {told}")
        return self._connection.query(statement, "TabSeparated", params=parameters).bytes()


def quoted(value):
    return str(value).replace("\\", "\\\\").replace("'", "\\'")


class Asked(BaseHTTPRequestHandler):
    """One request after the other of one client's connection."""

    protocol_version = "HTTP/1.1"
    place = ":memory:"
    handles = threading.local()

    def do_GET(self):
        """Ping, or a question in the address."""
        if urlsplit(self.path).path == "/ping":
            self._answer(200, b"Ok.\n")
        else:
            self.do_POST()

    def do_POST(self):
        """A statement."""
        body = self._body()
        if not self._knows_password():
            self._answer(
                403, b"Code: 516. Authentication failed", {"X-ClickHouse-Exception-Code": "516"}
            )
            return
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        try:
            answer = self._run(asked, body)
        except Exception as error:  # noqa: BLE001 - every error of the engine is an answer
            self._refuse(str(error))
            return
        self._answer(200, answer)

    def _body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _run(self, asked, body):
        if "multipart/form-data" in self.headers.get("Content-Type", ""):
            asked |= form_in(self.headers["Content-Type"], body)
            body = b""
        body = plain(body, self.headers.get("Content-Encoding"))
        statement, rows = parted(asked.get("query", ""), body)
        with tempfile.NamedTemporaryFile(suffix=".native") as file:
            if rows:
                file.write(rows)
                file.flush()
                statement = VALUES.sub(
                    lambda found: f"FROM INFILE '{file.name}' COMPRESSION 'none' FORMAT {found[1]}",
                    statement.strip(),
                )
            return self._handle().run(
                statement,
                database=asked.get("database", "default"),
                settings=BOUNDS
                | {
                    name: value
                    for name, value in asked.items()
                    if name not in TRANSPORT and not name.startswith("param_")
                },
                parameters={
                    name.removeprefix("param_"): value
                    for name, value in asked.items()
                    if name.startswith("param_")
                },
            )

    def _handle(self):
        if not hasattr(self.handles, "own"):
            self.handles.own = Handle(self.place)
        return self.handles.own

    def _knows_password(self):
        wanted = os.environ.get("CLICKHOUSE_PASSWORD", "")
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        return not wanted or b64decode(given).decode().partition(":")[2] == wanted

    def _refuse(self, error):
        code = CODE.search(error)
        said = {"X-ClickHouse-Exception-Code": code[1]} if code else {}
        self._answer(500, error.encode(), said)

    def _answer(self, status, body, headers=None):
        encoding = None
        if body and status == 200 and "gzip" in self.headers.get("Accept-Encoding", ""):
            body, encoding = gzip.compress(body, 1), "gzip"
        elif body and status == 200 and "lz4" in self.headers.get("Accept-Encoding", ""):
            body, encoding = lz4.frame.compress(body), "lz4"
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


def plain(body, encoding):
    """A body without its compression."""
    if encoding == "gzip":
        return gzip.decompress(body)
    if encoding == "lz4":
        return b"".join(lz4_frames(body))
    if encoding == "zstd":
        return zstd.decompress(body)
    return body


def lz4_frames(body):
    """What each frame holds; clickhouse-connect makes one of every block of rows."""
    while body:
        frame = lz4.frame.LZ4FrameDecompressor()
        yield frame.decompress(body)
        body = frame.unused_data


def parted(statement, body):
    """The statement, and the rows of an INSERT that names their format."""
    if statement and VALUES.search(statement.strip()) and INSERT.match(statement):
        return statement, body
    head = INSERT_HEAD.match(body)
    if head and not statement:
        return head[0].decode(), body[head.end() :]
    return statement + body.decode(), b""


def form_in(content_type, body):
    """The fields of a form."""
    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    )
    fields = {}
    for part in message.iter_parts():
        value = part.get_payload(decode=True)
        assert isinstance(value, bytes)
        fields[part.get_param("name", header="content-disposition")] = value.decode()
    return fields


def main():
    """Serve until killed."""
    place, port = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    Asked.place = place
    keeping = chdb.connect(place)
    server = ThreadingHTTPServer(("127.0.0.1", port), Asked)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
    keeping.close()


if __name__ == "__main__":
    main()

"""A site whose pages run one script: where browser SDKs live, on an origin of its own."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class site:  # noqa: N801 - used as a with-statement
    """A small site with one script, on an origin that is not the server's."""

    def __init__(self, script: bytes) -> None:
        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.path == "/script.js"
                body = script if wanted else b'<!doctype html><script src="/script.js"></script>'
                self.send_response(200)
                self.send_header(
                    "Content-Type", "text/javascript; charset=utf-8" if wanted else "text/html"
                )
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Page)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

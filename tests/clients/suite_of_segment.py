"""Runs the tests inside segment-analytics-python, whose requests go to the server named."""

import json
import socket
import sys
import unittest
import unittest.mock
from typing import Any
from urllib.parse import urlsplit

import requests  # noqa: TID251 - the SDK's own way out, which is turned to us
from requests.adapters import HTTPAdapter  # noqa: TID251
from segment.analytics import request as segment_request

THEIRS = "https://api.segment.io"
MODULES = ("client", "consumer", "init", "module", "request", "utils")
AT_ONCE = 0.001
"""Seconds. Who has no more patience than that asks for a line that is slow: `test_should_timeout`
wants no answer within a tenth of a millisecond, and any server may be quicker than its client."""


class Elsewhere(HTTPAdapter):
    """Sends what was meant for Segment's own host to ours."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._silent = socket.create_server(("127.0.0.1", 0))
        self.sent = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """The answer of our server, or of nobody where a test wants it slower than at once."""
        self.sent += 1
        url, patience = self._url, kwargs["timeout"]
        if patience < AT_ONCE:
            url = "http://{}:{}".format(*self._silent.getsockname())
            kwargs["timeout"] = (None, patience)
        request.url = url + urlsplit(str(request.url)).path
        return super().send(request, *args, **kwargs)


def main() -> None:
    sys.modules.setdefault("mock", unittest.mock)  # the package is now the standard library's
    elsewhere = Elsewhere(sys.argv[1])
    segment_request._session.mount(THEIRS, elsewhere)
    suite = unittest.defaultTestLoader.loadTestsFromNames(
        [f"segment.analytics.test.test_{name}" for name in MODULES]
    )
    with open(sys.argv[2], "w", encoding="utf-8") as log:
        result = unittest.TextTestRunner(stream=log, verbosity=2).run(suite)
    failed = [test.id().rpartition(".")[2] for test, _ in (*result.failures, *result.errors)]
    json.dump({"run": result.testsRun, "failed": failed, "sent": elsewhere.sent}, sys.stdout)


main()

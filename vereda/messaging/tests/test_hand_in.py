"""The script of docs/operate/mail.md, run as Postfix runs it, against a server that listens."""

import os
import re
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.settings import rotate_inbound_key
from vereda.messaging.keyed import inbound_secret, inbound_token, reply_token
from vereda.messaging.letterbox import raw_letter
from vereda.messaging.models.replies import InboundLetter
from vereda.messaging.rules.reading import LARGEST_LETTER
from vereda.messaging.testing import a_mail, an_address

PAGE = Path(__file__).parents[3] / "docs" / "operate" / "mail.md"
TAKEN, UNAVAILABLE, TEMPFAIL = 0, 69, 75
PATIENCE = 300
"""Seconds; it takes a fraction of one where the machine has nothing else to do."""


@pytest.fixture
def script(tmp_path):
    """The script as it stands in the page."""
    (text,) = re.findall(
        r"```python\n(#!/usr/bin/env python3\n.*?)```", PAGE.read_text(), re.DOTALL
    )
    path = tmp_path / "hand-in"
    path.write_text(text)
    return path


def handed_in(script, raw, *, url, secret, recipients=("reply+x@reply.acme.example",)):
    """What Postfix is told, and in which words."""
    settings = script.with_name("settings")
    settings.write_text(f"{url}\n{secret}\n")
    done = subprocess.run(  # noqa: S603 - the script of our own page
        [sys.executable, str(script), *recipients],
        input=raw,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "VEREDA_MAIL": str(settings), "no_proxy": "*"},
    )
    return done.returncode, done.stdout.decode() + done.stderr.decode()


@pytest.fixture
def elsewhere():
    """Somebody else who listens; `answers` are the status and body of each next request."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer()

        def do_GET(self):
            self._answer()

        def _answer(self):
            status, body = told.answers.pop(0)
            told.asked.append(self.command)
            self.send_response(status)
            if status in {301, 302, 307, 308}:
                self.send_header("Location", f"http://127.0.0.1:{server.server_port}/there/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said):
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    told = SimpleNamespace(answers=[], asked=[], url=f"http://127.0.0.1:{server.server_port}/in/x/")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


SECRET = "whsec_c2VjcmV0"


@pytest.fixture
def letterbox(acme, transactional_db, live_server):
    """The workspace's address on a server that listens, its secret, and a letter to hand in."""
    person = a_person(acme, account=an_account(acme), email="l@cantera.example")
    address = an_address(acme, person)
    return {
        "raw": a_mail(address, text="Señal número uno.\n\n.\n\nEnd"),
        "url": f"{live_server.url}/in/{inbound_token(acme.workspace.pk)}/",
        "secret": inbound_secret(rotate_inbound_key(acme.workspace, by=acme.owner, now=MORNING)),
        "recipients": [f"reply+{reply_token(address)}@reply.acme.example"],
    }


@pytest.mark.django_db(transaction=True)
def test_a_letter_arrives_byte_for_byte_and_once(acme, script, letterbox):
    first = handed_in(script, **letterbox)
    second = handed_in(script, **letterbox)

    assert (first, second) == ((TAKEN, ""), (TAKEN, ""))
    letter = InboundLetter.objects.of(acme.workspace).get()
    assert raw_letter(letter.stored_as) == letterbox["raw"]
    assert letter.recipients == letterbox["recipients"]
    assert letter.vouched is False


@pytest.mark.django_db(transaction=True)
def test_with_a_wrong_secret_or_address_postfix_keeps_the_letter(acme, script, letterbox):
    wrong_secret = handed_in(script, **{**letterbox, "secret": SECRET})
    wrong_address = handed_in(script, **{**letterbox, "url": f"{letterbox['url'][:-3]}aa/"})

    assert wrong_secret == (TEMPFAIL, "4.3.0 Vereda answered 401.\n")
    assert wrong_address == (TEMPFAIL, "4.3.0 Vereda answered 404.\n")
    assert not InboundLetter.objects.of(acme.workspace).exists()


def test_without_a_server_postfix_keeps_the_letter(script):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: whoever calls is refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/in/x/"

        status, words = handed_in(script, b"From: a@b.example\n\nHello", url=url, secret=SECRET)

    assert (status, words) == (TEMPFAIL, "4.3.0 Vereda was not reached: URLError.\n")


@pytest.mark.parametrize(
    ("url", "secret"),
    [("", ""), ("http://127.0.0.1:1/in/x/", "whsec_%%%"), ("not an address", SECRET)],
)
def test_with_settings_that_cannot_be_read_postfix_keeps_the_letter(script, url, secret):
    status, _words = handed_in(script, b"From: a@b.example\n\nHello", url=url, secret=secret)

    assert status == TEMPFAIL


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_letter_is_not_lost_by_being_led_elsewhere(script, elsewhere, status):
    elsewhere.answers = [(status, b""), (200, b"{}")]

    told = handed_in(script, b"From: a@b.example\n\nHello", url=elsewhere.url, secret=SECRET)

    assert told == (TEMPFAIL, f"4.3.0 Vereda answered {status}.\n")
    assert elsewhere.asked == ["POST"]


@pytest.mark.parametrize("body", [b"", b"<html>Welcome</html>", b"{}", b"[]", b'{"received": "x"}'])
def test_whoever_else_answers_has_not_taken_it(script, elsewhere, body):
    elsewhere.answers = [(200, body)]

    status, _words = handed_in(script, b"From: a@b.example\n\nHi", url=elsewhere.url, secret=SECRET)

    assert status == TEMPFAIL


def test_what_vereda_finds_too_large_goes_back(script, elsewhere):
    elsewhere.answers = [(413, b"{}")]

    status, _words = handed_in(script, b"From: a@b.example\n\nHi", url=elsewhere.url, secret=SECRET)

    assert status == UNAVAILABLE


def test_a_letter_beyond_the_bound_goes_back_unsent(script, elsewhere):
    """Nobody is asked, and no more is read than the bound."""
    raw = b"x" * (LARGEST_LETTER + 1)

    told = handed_in(script, raw, url=elsewhere.url, secret=SECRET)

    assert told == (UNAVAILABLE, "5.3.4 The letter is larger than 25 MB.\n")
    assert elsewhere.asked == []

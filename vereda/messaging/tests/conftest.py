"""A customer, somebody there, and a real mail server on this machine that takes letters."""

from asyncio.base_events import Server
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller

from vereda.customers.testing import a_person, an_account


@pytest.fixture
def account(acme):
    """A customer."""
    return an_account(acme, name="Cantera")


@pytest.fixture
def person(acme, account):
    """Somebody there."""
    return a_person(acme, name="Lucía Martos", account=account, email="l@cantera.example")


class Taking:
    """Takes every letter and keeps it."""

    def __init__(self):
        self.taken = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 taken"


class OnAnyPort(Controller):
    """Listens on a port that the system chose."""

    def _trigger_server(self):
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mail_server():
    """Where letters are taken, and what was."""
    handler = Taking()
    controller = OnAnyPort(handler, hostname="127.0.0.1", port=0)
    controller.start()
    yield SimpleNamespace(hostname="127.0.0.1", port=controller.port, taken=handler.taken)
    controller.stop()

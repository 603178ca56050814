"""A real mail server on this machine, for the conversation that letters leave by."""

from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller


class Taking:
    """Takes every letter and keeps it."""

    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 taken"


@pytest.fixture
def mail_server():
    """Where letters are taken, and what was."""
    handler = Taking()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    controller.start()
    port = controller.server.sockets[0].getsockname()[1]
    yield SimpleNamespace(hostname="127.0.0.1", port=port, taken=handler.taken)
    controller.stop()

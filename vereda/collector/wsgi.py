"""The collector of this installation: the intake with its store, keys and consents."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar
from uuid import UUID

from django.db import close_old_connections

from vereda.collector.intake import Environ, Intake, StartResponse
from vereda.collector.keys import CONSENT_MEMORY, KEY_MEMORY, Remembered
from vereda.events.actions import store_submission
from vereda.events.folding import start_folding
from vereda.events.queries import ids_of_people_and_before
from vereda.foundation import clock
from vereda.privacy.queries import people_refusing_tracking
from vereda.workspaces.queries import write_key_named

Name = TypeVar("Name")
Value = TypeVar("Value")

PREFIX: Final = "/v1/"


def _outside_django(ask: Callable[[Name], Value]) -> Callable[[Name], Value]:
    """Ask the rows' database from a thread that Django's request signals do not reach."""

    def asked(name: Name) -> Value:
        close_old_connections()
        try:
            return ask(name)
        finally:
            close_old_connections()

    return asked


def ids_not_to_track(workspace_id: UUID) -> frozenset[str]:
    """The ids of people who refuse, and the anonymous ids they had before they were known."""
    return ids_of_people_and_before(workspace_id, keys=people_refusing_tracking(workspace_id))


known_keys = Remembered(_outside_django(write_key_named), seconds=KEY_MEMORY)
known_refusals = Remembered(_outside_django(ids_not_to_track), seconds=CONSENT_MEMORY)

intake = Intake(
    store=store_submission, workspace_of=known_keys, refusing=known_refusals, now=clock.now
)


def collect(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The WSGI application for every path that begins with `/v1/`."""
    start_folding()
    return intake(environ, start_response)


def forget_keys(_: object = None) -> None:
    """A key was revoked or a workspace put to sleep: ask anew."""
    known_keys.forget()


def forget_consents(_: object = None) -> None:
    """Somebody gave or withdrew consent: ask anew."""
    known_refusals.forget()

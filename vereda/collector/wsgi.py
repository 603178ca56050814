"""The collector of this installation: the intake with its store, keys and consents."""

import logging
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from django.db import DatabaseError, close_old_connections, connections

from vereda.collector.intake import Environ, Intake, StartResponse
from vereda.collector.keys import CONSENT_MEMORY, KEY_MEMORY, REVISION_MEMORY, Remembered
from vereda.collector.rules.consents import Consents
from vereda.events.actions.storing import store_submission
from vereda.events.queries.single_events import ids_of_people_and_before
from vereda.foundation import clock
from vereda.privacy.contracts import TrackingRule
from vereda.privacy.queries import (
    people_allowing_tracking,
    people_refusing_tracking,
    privacy_revision,
    tracking_rule,
)
from vereda.workspaces.actions.keys import note_use_of_key
from vereda.workspaces.queries import KeyHolder, holder_of_write_key

log = logging.getLogger(__name__)

Name = TypeVar("Name")
Value = TypeVar("Value")

PREFIX: Final = "/v1/"
SWITCH_SECONDS: Final = 0.0005

# The writer gives up the interpreter for each call into the store and wants it back at
# once; with Python's 5 ms it would wait that long behind every thread that parses JSON.
sys.setswitchinterval(SWITCH_SECONDS)


def _outside_django(ask: Callable[[Name], Value]) -> Callable[[Name], Value]:
    """Ask the rows' database from a thread that Django's request signals do not reach."""

    def asked(name: Name) -> Value:
        close_old_connections()
        try:
            return ask(name)
        finally:
            close_old_connections()

    return asked


def consents_at(known: tuple[UUID, int]) -> Consents:
    """Of whom the workspace's events may be stored, also before they were known by name."""
    workspace_id, _ = known
    only_these = tracking_rule(workspace_id) is TrackingRule.ONLY_WITH_CONSENT
    ask = people_allowing_tracking if only_these else people_refusing_tracking
    return Consents(ids_of_people_and_before(workspace_id, keys=ask(workspace_id)), only_these)


class Uses:
    """Tells, once a day for each key and beside the request, that a write key was used."""

    def __init__(self, tell: Callable[[UUID, date], None]) -> None:
        self._tell = tell
        self._told: dict[UUID, date] = {}

    def note(self, key_id: UUID, *, on: date) -> None:
        """The key is used today; a failure to write it down is no reason to refuse events."""
        if self._told.get(key_id) == on:
            return
        self._told[key_id] = on
        threading.Thread(target=self._write, args=(key_id, on), name="key-use").start()

    def _write(self, key_id: UUID, on: date) -> None:
        try:
            self._tell(key_id, on)
        except DatabaseError as error:
            self._told.pop(key_id, None)
            log.warning("The use of a write key was not noted: %s", error)


def tell_of_use(key_id: UUID, on: date) -> None:
    """Write it down, in a thread that then lets go of its connection."""
    try:
        note_use_of_key(key_id, on=on)
    finally:
        connections.close_all()


def workspace_of_key(secret: str) -> UUID | None:
    """The workspace the key belongs to; that it was used today is noted."""
    holder = known_keys(secret)
    if holder is None:
        return None
    uses.note(holder.key_id, on=clock.now().date())
    return holder.workspace_id


uses = Uses(tell_of_use)
known_keys: Remembered[str, KeyHolder | None] = Remembered(
    _outside_django(holder_of_write_key), seconds=KEY_MEMORY
)
known_revisions = Remembered(_outside_django(privacy_revision), seconds=REVISION_MEMORY)
known_consents = Remembered(_outside_django(consents_at), seconds=CONSENT_MEMORY)


def consents_of_workspace(workspace_id: UUID) -> Consents:
    """The answers as of the last second."""
    return known_consents((workspace_id, known_revisions(workspace_id)))


intake = Intake(
    store=store_submission,
    workspace_of=workspace_of_key,
    consents_of=consents_of_workspace,
    now=clock.now,
)


def collect(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The WSGI application for every path that begins with `/v1/`."""
    return intake(environ, start_response)


def forget_answers() -> None:
    """Ask anew for keys and consents; for tests."""
    for known in (known_keys, known_revisions, known_consents):
        known.forget()

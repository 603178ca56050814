"""The collector of this installation: the intake with its store, keys and consents."""

import logging
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from vereda.collector.intake import Environ, Intake, StartResponse
from vereda.collector.keys import (
    CONSENT_MEMORY,
    KEY_MEMORY,
    REVISION_MEMORY,
    Proven,
    Remembered,
)
from vereda.collector.rules.consents import Consents
from vereda.events.actions.proofs import note_proofs
from vereda.events.actions.storing import hand_in_submission
from vereda.events.contracts.arriving import Subject
from vereda.events.contracts.store import StoreUnavailable
from vereda.events.queries.proofs import proven_among
from vereda.events.queries.single_events import ids_of_people_and_before
from vereda.foundation import clock
from vereda.privacy.contracts import TrackingRule
from vereda.privacy.queries import (
    people_allowing_tracking,
    people_refusing_tracking,
    privacy_revision,
    tracking_rule,
)
from vereda.workspaces.actions.keys import note_key_in_browser, note_use_of_key
from vereda.workspaces.contracts import KeyHolder
from vereda.workspaces.queries import holder_of_write_key

log = logging.getLogger(__name__)

Name = TypeVar("Name")
Value = TypeVar("Value")

TOLD_EVERY: Final = timedelta(minutes=5)
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
        except DatabaseError as error:
            raise StoreUnavailable(f"the database cannot be asked: {error}") from error
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
    """Tells, every few minutes for each key and beside the request, that a key was used."""

    def __init__(self, tell: Callable[[UUID, datetime], None]) -> None:
        self._tell = tell
        self._told: dict[UUID, datetime] = {}

    def note(self, key_id: UUID, *, at: datetime) -> None:
        """The key is used; a failure to write it down is no reason to refuse events."""
        told = self._told.get(key_id)
        if told is not None and at - told < TOLD_EVERY:
            return
        self._told[key_id] = at
        threading.Thread(target=self._write, args=(key_id, at), name="key-use").start()

    def _write(self, key_id: UUID, at: datetime) -> None:
        try:
            self._tell(key_id, at)
        except DatabaseError as error:
            self._told.pop(key_id, None)
            log.warning("The use of a write key was not noted: %s", error)


def _then_let_go(tell: Callable[[UUID, datetime], None]) -> Callable[[UUID, datetime], None]:
    """Write it down, in a thread that then lets go of its connection."""

    def told(key_id: UUID, at: datetime) -> None:
        try:
            tell(key_id, at)
        finally:
            connections.close_all()

    return told


def holder_of_key(secret: str) -> KeyHolder | None:
    """Whose the key is; that it was used now is noted."""
    holder = known_keys(secret)
    if holder is not None:
        uses.note(holder.key_id, at=clock.now())
    return holder


def remember_proofs(workspace_id: UUID, subjects: frozenset[Subject]) -> None:
    """Write them down, or have the client send again."""

    def tell(new: frozenset[Subject]) -> None:
        note_proofs(workspace_id, new)

    _outside_django(tell)(subjects)


def read_proofs(workspace_id: UUID, subjects: frozenset[Subject]) -> set[Subject]:
    """Those of them that are proven."""

    def ask(asked: frozenset[Subject]) -> set[Subject]:
        return proven_among(workspace_id, asked)

    return _outside_django(ask)(subjects)


uses = Uses(_then_let_go(lambda key_id, at: note_use_of_key(key_id, at=at)))
seen_in_browsers = Uses(_then_let_go(lambda key_id, at: note_key_in_browser(key_id, at=at)))
known_keys: Remembered[str, KeyHolder | None] = Remembered(
    _outside_django(lambda secret: holder_of_write_key(secret, now=clock.now())),
    seconds=KEY_MEMORY,
)
known_revisions = Remembered(_outside_django(privacy_revision), seconds=REVISION_MEMORY)
known_consents = Remembered(_outside_django(consents_at), seconds=CONSENT_MEMORY)


def consents_of_workspace(workspace_id: UUID) -> Consents:
    """The answers as of the last second."""
    return known_consents((workspace_id, known_revisions(workspace_id)))


known_proofs = Proven(ask=read_proofs, tell=remember_proofs)
intake = Intake(
    store=hand_in_submission,
    holder_of=holder_of_key,
    consents_of=consents_of_workspace,
    proven=known_proofs,
    now=clock.now,
    in_browser=lambda holder: seen_in_browsers.note(holder.key_id, at=clock.now()),
    base_url=settings.BASE_URL,
)


def collect(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The WSGI application for every address of `routes`."""
    return intake(environ, start_response)


def forget_answers() -> None:
    """Ask anew for keys, consents and proofs; for tests."""
    for known in (known_keys, known_revisions, known_consents):
        known.forget()
    known_proofs.forget()

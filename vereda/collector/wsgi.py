"""The collector of this installation: the intake with its store, keys and consents."""

import sys
from collections.abc import Callable, Iterable
from typing import Final, TypeVar
from uuid import UUID

from django.db import close_old_connections

from vereda.collector.intake import Environ, Intake, StartResponse
from vereda.collector.keys import CONSENT_MEMORY, KEY_MEMORY, REVISION_MEMORY, Remembered
from vereda.collector.rules.consents import Consents
from vereda.events.actions import store_submission
from vereda.events.queries import ids_of_people_and_before
from vereda.foundation import clock
from vereda.privacy.contracts import TrackingRule
from vereda.privacy.queries import (
    people_allowing_tracking,
    people_refusing_tracking,
    privacy_revision,
    tracking_rule,
)
from vereda.workspaces.queries import write_key_named

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


known_keys = Remembered(_outside_django(write_key_named), seconds=KEY_MEMORY)
known_revisions = Remembered(_outside_django(privacy_revision), seconds=REVISION_MEMORY)
known_consents = Remembered(_outside_django(consents_at), seconds=CONSENT_MEMORY)


def consents_of_workspace(workspace_id: UUID) -> Consents:
    """The answers as of the last second."""
    return known_consents((workspace_id, known_revisions(workspace_id)))


intake = Intake(
    store=store_submission,
    workspace_of=known_keys,
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

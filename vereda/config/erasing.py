"""After an older backup was restored: whoever was erased since then is erased again.

Vereda does it before it serves, and again from the start when it was cut off.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from vereda.customers.queries.people import people_not_erased
from vereda.events.actions.storing import erase_events_where
from vereda.events.store.current import close_event_store, event_store
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused
from vereda.privacy.actions.requests import erase_person
from vereda.privacy.actions.row_log import empty_row_log
from vereda.privacy.queries import reference_to
from vereda.privacy.remembering import FOLDER, AnotherList, ErasureList
from vereda.privacy.rules import mark_of, marks_of
from vereda.workspaces.queries import workspace_with_id

READY = "import django; django.setup(); from vereda.config.starting import get_ready; get_ready()"


def bring_erasures_along(home: Path, *, since: datetime, given: Path | None) -> int:
    """Give a restored home what is known of erasures since its backup, and let it repeat them.

    Known they are to the backup itself, to VEREDA_HOME, and to `given`: another home's `erasures`,
    or a later backup. Answers how many there are.
    """
    mine = ErasureList(home)
    current = settings.HOME / FOLDER
    if given is None and current.is_dir() and home != settings.HOME:
        try:
            mine.take_over(ErasureList(settings.HOME))
        except AnotherList:
            sys.stdout.write(f"{current} belongs to another installation and was not used.\n")
    if given is not None:
        with list_in(given) as other:
            mine.take_over(other)
    found = len(mine.since(since))
    if found:
        mine.ask_again(since)
        get_ready_in(home)
    return found


@contextmanager
def list_in(given: Path) -> Iterator[ErasureList]:
    """The list in a folder `erasures`, in a home that has one, or in a backup."""
    if given.is_dir():
        yield ErasureList(given.parent if given.name == FOLDER else given)
        return
    with tempfile.TemporaryDirectory() as place:
        try:
            with tarfile.open(given, mode="r:") as tar:
                for member in tar:
                    if member.isreg() and member.name.startswith(f"{FOLDER}/"):
                        tar.extract(member, place, filter="data")
        except tarfile.TarError as error:
            raise Refused(f"{given} is no folder and no backup: {error}") from error
        yield ErasureList(Path(place))


def get_ready_in(home: Path) -> None:
    """Make another home ready, in a process of its own: settings are read once."""
    subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", READY],
        env={**os.environ, "VEREDA_HOME": str(home)},
        check=True,
    )


def erase_again() -> None:
    """Do what `bring_erasures_along` left to be done, if anything; all of it or, later, again."""
    erasures = ErasureList(settings.HOME)
    since = erasures.asked_again()
    if since is None:
        return
    marks: dict[UUID, set[str]] = {}
    for erasure in erasures.since(since):
        marks.setdefault(erasure.workspace_id, set()).update(erasure.marks)
    for workspace_id, wanted in marks.items():
        erase_marked(workspace_id, wanted, key=erasures.key())
    event_store().erase_bytes()
    close_event_store()
    empty_row_log()
    erasures.done_again()


def erase_marked(workspace_id: UUID, wanted: set[str], *, key: bytes) -> None:
    """Erase the people and the events of a workspace whose names have these marks."""
    try:
        workspace = workspace_with_id(workspace_id)
    except Missing:
        return
    for person in people_not_erased(workspace):
        whom = reference_to(person)
        names = (str(person.pk), whom.email, *whom.external_ids)
        if marks_of(names, workspace_id=workspace_id, key=key) & wanted:
            erase_person(person, by=None, now=now())
    erase_events_where(
        workspace,
        is_gone=lambda name: mark_of(name, workspace_id=workspace_id, key=key) in wanted,
    )

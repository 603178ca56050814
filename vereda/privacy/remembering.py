"""The list of erasures: marks of who was erased, so that an older backup does not bring them back.

It lies in VEREDA_HOME/erasures and in every backup, one line for each erasure: when, in which
workspace, and the marks of the names the person had (`rules.mark_of`). The key of the marks lies
beside it; the names themselves are nowhere.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.errors import Refused
from vereda.privacy.rules import marks_of

if TYPE_CHECKING:
    from vereda.foundation.personal_data import PersonRef

FOLDER = "erasures"
LIST, KEY, AGAIN = "list.jsonl", "key", "again"


class AnotherList(Refused):
    """The list of erasures belongs to another installation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Somebody was erased."""

    erased_at: datetime
    workspace_id: UUID
    marks: frozenset[str]


class ErasureList:
    """The list in a home folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER

    def add(self, whom: PersonRef, *, names: Iterable[str], now: datetime) -> None:
        """Remember an erasure, durably."""
        every = {str(whom.person_id), whom.email, *whom.external_ids, *names}
        marks = marks_of(every, workspace_id=whom.workspace_id, key=self.key())
        line = {
            "erased_at": now.isoformat(),
            "workspace": whom.workspace_id.hex,
            "marks": sorted(marks),
        }
        self._append([json.dumps(line)])

    def since(self, moment: datetime) -> list[Erasure]:
        """The erasures from that moment on."""
        found = map(_erasure_in, self._lines())
        return [erasure for erasure in found if erasure and erasure.erased_at >= moment]

    def key(self) -> bytes:
        """The key of the marks; made when it is first needed."""
        path = self.folder / KEY
        if not path.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            with open(part, "w", opener=_for_its_owner) as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
            _sync(self.folder)
        return bytes.fromhex(path.read_text())

    # --- After a backup was restored --------------------------------------------------

    def take_over(self, other: ErasureList) -> None:
        """Add what another list of the same installation knows and this one does not."""
        if not (other.folder / KEY).exists():
            return
        if not (self.folder / KEY).exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.folder / KEY).touch(mode=0o600)
            (self.folder / KEY).write_bytes((other.folder / KEY).read_bytes())
        elif self.key() != other.key():
            raise AnotherList(f"the erasures in {other.folder} are another installation's")
        known = set(self._lines())
        self._append([line for line in other._lines() if line not in known])

    def ask_again(self, since: datetime) -> None:
        """Everything erased from then on is to be erased again, before anybody sees it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / AGAIN).write_text(since.isoformat())
        _sync(self.folder)

    def asked_again(self) -> datetime | None:
        """Since when erasures are to be done again; None when none are."""
        path = self.folder / AGAIN
        return datetime.fromisoformat(path.read_text()) if path.exists() else None

    def done_again(self) -> None:
        """They were."""
        (self.folder / AGAIN).unlink(missing_ok=True)

    # --- The file -----------------------------------------------------------------------

    def _lines(self) -> Iterator[str]:
        path = self.folder / LIST
        if path.exists():
            yield from path.read_text(encoding="utf-8").splitlines()

    def _append(self, lines: list[str]) -> None:
        if not lines:
            return
        path = self.folder / LIST
        new = not path.exists()
        with open(path, "a", opener=_for_its_owner) as file:
            file.write("".join(f"\n{line}" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        if new:
            _sync(self.folder)


def _erasure_in(line: str) -> Erasure | None:
    """What a line says; None for one that the power cut off, whose erasure never happened."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return Erasure(
        erased_at=datetime.fromisoformat(said["erased_at"]),
        workspace_id=UUID(said["workspace"]),
        marks=frozenset(said["marks"]),
    )


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

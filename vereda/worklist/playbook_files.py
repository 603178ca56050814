"""Playbooks as TOML files: the presets, exports and imports.

    name = "Unhappy customer"
    purpose = "From the first complaint to a customer who is at ease again."
    kind = "voice"

    [[task]]
    title = "Listen, and write down what happened in their words"
    working_days = 0
    role = "account_owner"

Roles: account_owner, starter, queue (with `queue`), member (with `member`, an e-mail address).
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any, Final

import msgspec
import tomli_w
from django.utils.translation import gettext as _

from vereda.worklist.contracts import (
    AlertKind,
    PlaybookIn,
    PlaybookStep,
    StepRole,
    TaskPriority,
    WrongPlaybook,
)

LARGEST: Final = 200_000
LANGUAGES: Final = ("en", "es")
PRESETS: Final = ("unhappy-customer", "renewal", "champion-left", "usage-falling")


class TaskTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One [[task]] of a file."""

    title: str
    working_days: int = 0
    note: str = ""
    role: StepRole = StepRole.ACCOUNT_OWNER
    member: str = ""
    queue: str = ""
    priority: TaskPriority = TaskPriority.NORMAL


class PlaybookTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A file."""

    name: str
    task: list[TaskTable]
    purpose: str = ""
    kind: AlertKind | None = None


def playbook_in_file(text: str) -> PlaybookIn:
    """The playbook that a file describes, or the sentence that says why it is none."""
    if len(text) > LARGEST:
        raise WrongPlaybook(_("The file is too large for a playbook."))
    try:
        table = msgspec.convert(tomllib.loads(text), PlaybookTable)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise WrongPlaybook(_("This is no TOML: %s.") % error) from error
    except msgspec.ValidationError as error:
        raise WrongPlaybook(_("This is no playbook: %s.") % error) from error
    steps = tuple(PlaybookStep(**msgspec.structs.asdict(task)) for task in table.task)
    return PlaybookIn(name=table.name, purpose=table.purpose, kind=table.kind, steps=steps)


def playbook_as_file(said: PlaybookIn) -> str:
    """The text of the file that describes the playbook."""
    table = PlaybookTable(
        name=said.name,
        purpose=said.purpose,
        kind=said.kind,
        task=[
            TaskTable(
                title=step.title,
                working_days=step.working_days,
                note=step.note,
                role=step.role,
                member=step.member,
                queue=step.queue,
                priority=step.priority,
            )
            for step in said.steps
        ],
    )
    content: dict[str, Any] = msgspec.to_builtins(table)
    content["task"] = content.pop("task")
    return tomli_w.dumps(content, multiline_strings=False)


def preset_playbook(name: str, *, language: str) -> PlaybookIn:
    """One of the playbooks that come with Vereda, in that language, else in English."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    folder = files("vereda.worklist").joinpath("presets", known)
    return playbook_in_file(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))

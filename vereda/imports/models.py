"""Tables: a file on its way in, its journal, the rows that were not stored, mappings to reuse."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from vereda.foundation.importing import Outcome
from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.imports.contracts import State

FROM_FILE = Personal(Purpose.SERVICE, Retention.WITH_IMPORT)
OUR_WORD = NotPersonal("a word of our own")


class ImportRows(OwnedRows["Import"]):
    """Imports of a workspace."""

    def in_state(self, *states: State) -> Self:
        """Those in one of the states; with `update`, a claim that only one caller wins."""
        return self.filter(state__in=states)


class Import(OwnedByWorkspace):
    """One file on its way in: where it lies, what its columns mean, how far it has come."""

    personal_data: ClassVar[Declared] = {
        "kind": OUR_WORD,
        "file_name": NotPersonal("a file's name"),
        "stored_as": NotPersonal("a random name"),
        "text_as": NotPersonal("a random name"),
        "sha256": NotPersonal("a checksum"),
        "state": OUR_WORD,
        "detected": FROM_FILE,
        "mapping": FROM_FILE,
        "checked": FROM_FILE,
        "counts": NotPersonal("numbers"),
        "failure": FROM_FILE,
        "kept": FROM_FILE,
    }

    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=80)
    text_as = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, default=State.UPLOADED, choices=[(one, one) for one in State]
    )
    detected = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    checked = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    changes = models.PositiveIntegerField(default=0)
    runner = models.UUIDField(null=True)
    beat_at = models.DateTimeField(null=True)
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    kept = models.JSONField(default=list)
    files_removed_at = models.DateTimeField(null=True)

    objects = OwnedManager.from_queryset(ImportRows)()

    class Meta(OwnedByWorkspace.Meta):
        verbose_name = _("import")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="import_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-number"], name="import_newest"),
            models.Index(fields=["state", "beat_at"], name="import_state"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.file_name}"

    @property
    def key(self) -> str:
        """What people call it: I-12."""
        return f"I-{self.number}"


class ImportChange(OwnedByWorkspace):
    """One line of the journal: a row that the import created or updated, and what it was."""

    personal_data: ClassVar[Declared] = {
        "outcome": OUR_WORD,
        "before": FROM_FILE,
        "after": FROM_FILE,
    }

    import_run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    object_id = models.UUIDField()
    outcome = models.CharField(max_length=10, choices=[(one, one) for one in Outcome])
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    objects = OwnedManager["ImportChange"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["import_run", "number"], name="import_change_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "object_id"], name="import_change_of"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.object_id}"


class ImportShare(OwnedByWorkspace):
    """What one import brought to one account: how many rows of it are new, how many changed."""

    personal_data: ClassVar[Declared] = {}

    import_run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)

    objects = OwnedManager["ImportShare"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["import_run", "account"], name="import_share_once"),
        ]

    def __str__(self) -> str:
        return f"+{self.created} ~{self.updated}"


class RejectedRow(OwnedByWorkspace):
    """A row of the file that was not stored, with the reason."""

    personal_data: ClassVar[Declared] = {
        "outcome": OUR_WORD,
        "cells": FROM_FILE,
        "column": NotPersonal("a column's name"),
        "code": OUR_WORD,
        "reason": FROM_FILE,
    }

    import_run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    line = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=[(one, one) for one in Outcome])
    cells = models.JSONField(default=list)
    column = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60)
    reason = models.TextField()

    objects = OwnedManager["RejectedRow"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["import_run", "line"], name="rejected_row_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class SavedMapping(OwnedByWorkspace):
    """What the columns of files of this shape mean, remembered from the last import."""

    personal_data: ClassVar[Declared] = {
        "kind": OUR_WORD,
        "name": NotPersonal("a file's name"),
        "signature": NotPersonal("a checksum of column names"),
        "mapping": NotPersonal("names of columns and fields"),
    }

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    objects = OwnedManager["SavedMapping"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "signature"], name="saved_mapping_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

"""Telling the files of an account: add, remove."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from typing import IO, TYPE_CHECKING

from django.db import transaction

from vereda.customers.contracts import LARGEST_FILE, FileNotKept, WrongFile
from vereda.customers.models.accounts import Account
from vereda.customers.models.files import AccountFile
from vereda.customers.queries.files import account_files_folder, place_of_file
from vereda.customers.rules.attachments import taken_in
from vereda.customers.wording import FILE_FAULTS
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member


@transaction.atomic
def add_file(
    account: Account, *, name: str, content: IO[bytes], by: Member | None, now: datetime
) -> AccountFile:
    """A file kept for the account: documents, tables, pictures and plain text, up to 25 MB.

    What it is, is told from its bytes, and pictures are drawn anew: `rules/attachments.py`; what is
    not kept is `WrongFile`. The bytes are on the disk before the row is stored; a row that fails
    to be stored leaves no file behind.
    """
    content.seek(0)
    try:
        kept = taken_in(name, content.read(LARGEST_FILE + 1))
    except FileNotKept as refused:
        raise WrongFile(str(FILE_FAULTS[refused.fault]), fault=refused.fault) from refused
    row = AccountFile(
        workspace_id=account.workspace_id,
        account=account,
        name=kept.name,
        size=len(kept.body),
        media_type=kept.media_type,
        sha256=sha256(kept.body).hexdigest(),
        stored_as=secrets.token_urlsafe(24),
        added_by=by,
        created_at=now,
    )
    _write(row, kept.body)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record(by, "added file to", account, size=row.size, media_type=row.media_type)
    except BaseException:
        place_of_file(row).unlink(missing_ok=True)
        raise
    return row


@transaction.atomic
def remove_file(file: AccountFile, *, by: Member | None) -> None:
    """Forget the file; its bytes go with it."""
    record(by, "removed file of", file.account, size=file.size)
    AccountFile.objects.of(file.workspace_id).filter(pk=file.pk).delete()


def remove_bytes_of(instance: AccountFile, **_: object) -> None:
    """A row was deleted, by itself or with what it belonged to: its bytes go when that is certain.

    The models call it, because a database that deletes a workspace asks no action.
    """
    transaction.on_commit(lambda: place_of_file(instance).unlink(missing_ok=True))


def _write(row: AccountFile, body: bytes) -> None:
    account_files_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place_of_file(row)
    with path.open("xb") as file:
        file.write(body)
    path.chmod(0o600)

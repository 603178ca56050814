"""Telling the files of an account: add, remove."""

from __future__ import annotations

import secrets
import zipfile
from datetime import datetime
from hashlib import sha256
from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.contracts import WrongValue
from vereda.customers.models.accounts import Account
from vereda.customers.models.files import AccountFile
from vereda.customers.queries.files import account_files_folder, place_of_file
from vereda.customers.rules.media import HEAD_BYTES, LARGEST_FILE, ZIP, media_type_in
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

NAME_LENGTH = 200


@transaction.atomic
def add_file(
    account: Account, *, name: str, content: IO[bytes], by: Member | None, now: datetime
) -> AccountFile:
    """A file kept for the account: documents, tables, pictures and plain text, up to 25 MB.

    What it is, is told from its bytes. They are on the disk before the row is stored; a row that
    fails to be stored leaves no file behind.
    """
    content.seek(0)
    body = content.read(LARGEST_FILE + 1)
    if not body:
        raise WrongValue(_("The file is empty."))
    if len(body) > LARGEST_FILE:
        raise WrongValue(_("The file is larger than 25 MB."))
    media_type = media_type_in(body[:HEAD_BYTES], whole_names=_names_inside(content, body))
    if media_type is None:
        raise WrongValue(
            _("This kind of file is not kept here. PDF, Office documents, pictures and text are.")
        )
    row = AccountFile(
        workspace_id=account.workspace_id,
        account=account,
        name=bare_file_name(name),
        size=len(body),
        media_type=media_type,
        sha256=sha256(body).hexdigest(),
        stored_as=secrets.token_urlsafe(24),
        added_by=by,
        created_at=now,
    )
    _write(row, body)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record(by, "added file to", account, size=row.size, media_type=media_type)
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


def bare_file_name(name: str) -> str:
    """The last part of a name, without what a file system or a header could misread."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>|:*?')
    return kept.strip(" .")[-NAME_LENGTH:] or "file"


def _names_inside(content: IO[bytes], body: bytes) -> bytes:
    """The names of the parts of a packed document; b"" for anything else."""
    if not body.startswith(ZIP):
        return b""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as packed:
            names = "\n".join(info.filename for info in packed.infolist()[:1_000])
    except (zipfile.BadZipFile, ValueError, OSError):
        return b"-"
    return names.encode() + b"\n" + body[30:120]


def _write(row: AccountFile, body: bytes) -> None:
    account_files_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place_of_file(row)
    with path.open("xb") as file:
        file.write(body)
    path.chmod(0o600)

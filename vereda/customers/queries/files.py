"""Asking for the files of an account."""

from __future__ import annotations

from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings

from vereda.customers.contracts import FileFault, FileNotKept, WrongFile
from vereda.customers.models.accounts import Account
from vereda.customers.models.files import AccountFile
from vereda.customers.rules.attachments import PICTURES, taken_in
from vereda.customers.wording import FILE_FAULTS
from vereda.foundation.errors import Missing
from vereda.foundation.scoping import OwnedRows, found

FILES_SHOWN = 200


def files_of(account: Account) -> list[AccountFile]:
    """The newest files of the account first."""
    return list(_files(account).order_by("-created_at", "-pk")[:FILES_SHOWN])


def file_with_id(account: Account, file_id: UUID) -> AccountFile:
    """One of the account's files, or `Missing`."""
    return found(_files(account).filter(pk=file_id))


def _files(account: Account) -> OwnedRows[AccountFile]:
    rows = AccountFile.objects.of(account.workspace_id).filter(account=account)
    return rows.select_related("added_by__user")


def opened_file(file: AccountFile) -> IO[bytes]:
    """The bytes of the file; `Missing` when the disk has lost them."""
    try:
        return place_of_file(file).open("rb")
    except FileNotFoundError as error:
        raise Missing("file") from error


def place_of_file(file: AccountFile) -> Path:
    """Where its bytes lie."""
    return account_files_folder() / file.stored_as


def account_files_folder() -> Path:
    """The folder of all account files; it belongs to VEREDA_HOME and is not served."""
    return Path(settings.HOME) / "account-files"


def picture_in(content: IO[bytes], *, at_most: int) -> bytes:
    """What somebody handed over, drawn anew as PNG or JPEG as all pictures are; `WrongFile` for
    what is none or has more bytes than that. Nothing is stored."""
    content.seek(0)
    body = content.read(at_most + 1)
    try:
        if len(body) > at_most:
            raise FileNotKept(FileFault.TOO_LARGE)
        kept = taken_in("picture", body)
        if kept.media_type not in PICTURES:
            raise FileNotKept(FileFault.WRONG_KIND)
    except FileNotKept as refused:
        raise WrongFile(str(FILE_FAULTS[refused.fault]), fault=refused.fault) from refused
    return kept.body

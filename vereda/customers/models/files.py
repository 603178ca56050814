"""Files kept for an account."""

from typing import ClassVar

from django.db import models

from vereda.customers.models.accounts import Account
from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager


class AccountFile(OwnedByWorkspace):
    """A file of an account. Its bytes lie outside the web root under a random name."""

    personal_data: ClassVar[Declared] = {
        "name": Personal(Purpose.RELATIONSHIP, Retention.WITH_ACCOUNT),
        "media_type": NotPersonal("what kind of file it is"),
        "sha256": NotPersonal("a checksum"),
        "stored_as": NotPersonal("a random name"),
    }

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=80, unique=True)
    added_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager["AccountFile"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "-created_at"], name="account_file_newest")
        ]

    def __str__(self) -> str:
        return f"file of {self.size} bytes"

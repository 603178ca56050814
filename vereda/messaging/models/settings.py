"""How a workspace writes, and the keys by which its mail server hands letters in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager
from vereda.messaging.rules.budget import USUAL_BUDGET


class LetterSetting(OwnedByWorkspace):
    """Under which name letters leave, where replies go, how many a person gets in a week."""

    personal_data: ClassVar[Declared] = {
        "sender_name": NotPersonal("the name that letters bear: a company's"),
        "reply_domain": NotPersonal("a domain"),
    }

    sender_name = models.CharField(max_length=100, blank=True)
    reply_domain = models.CharField(max_length=200, blank=True)
    weekly_budget = models.PositiveSmallIntegerField(default=USUAL_BUDGET)

    objects = OwnedManager["LetterSetting"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="letter_setting_once"),
        ]

    def __str__(self) -> str:
        return self.sender_name


class InboundKey(OwnedByWorkspace):
    """One generation of the secret by which the mail server signs; the secret itself is derived
    from this row with the installation's key and stands nowhere.

    After a rotation the older one holds until `ends_at`.
    """

    personal_data: ClassVar[Declared] = {}

    begun_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager["InboundKey"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-begun_at"], name="inbound_key_newest"),
        ]

    def __str__(self) -> str:
        return f"since {self.begun_at:%Y-%m-%d}"

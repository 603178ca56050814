"""What people do not want to hear, and addresses that must not be written to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vereda.customers.wording import choices_of
from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager
from vereda.messaging import wording
from vereda.messaging.contracts import LetterKind

WISH = Personal(Purpose.MESSAGES, Retention.WITH_PERSON)


class Preference(OwnedByWorkspace):
    """A person's place in messaging: the kinds of letter they want no more of. (Whether they want
    news is their consent, which privacy keeps.)

    It is also the row that is locked while a letter is weighed against the person's budget.
    """

    personal_data: ClassVar[Declared] = {
        "refused": WISH,
        "source": NotPersonal("by what way the person said so"),
    }

    person = models.OneToOneField("customers.Person", on_delete=models.CASCADE, related_name="+")
    refused = models.JSONField(default=list)
    source = models.CharField(max_length=50, blank=True)
    changed_at = models.DateTimeField(null=True, editable=False)

    objects = OwnedManager["Preference"]()

    def __str__(self) -> str:
        return f"of {self.person_id}"

    def refuses(self, kind: LetterKind) -> bool:
        """Do they want no more letters of this kind?"""
        return str(kind) in self.refused


class Suppression(OwnedByWorkspace):
    """An address that must not be written to. The mark recognises it after the address is gone."""

    personal_data: ClassVar[Declared] = {
        "mark": NotPersonal("a keyed hash, from which nobody can read the address"),
        "address": WISH,
        "words": NotPersonal("what a mail server answered, or why a member said so"),
    }

    mark = models.CharField(max_length=64)
    address = models.CharField(max_length=254, blank=True)
    reason = models.CharField(max_length=20, choices=choices_of(wording.SUPPRESSIONS))
    words = models.CharField(max_length=200, blank=True)
    since_at = models.DateTimeField()
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager["Suppression"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "mark"], name="suppression_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-since_at"], name="suppression_newest"),
        ]

    def __str__(self) -> str:
        return str(self.reason)

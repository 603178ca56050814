"""Tables beside the event store: how far events were folded, and which trait said what when."""

from typing import ClassVar

from django.db import models

from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager


class FoldCursor(OwnedByWorkspace):
    """Up to which event a workspace's events were told to its accounts and people."""

    personal_data: ClassVar[Declared] = {}

    through = models.BigIntegerField(default=0)

    objects = OwnedManager["FoldCursor"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="fold_cursor_once"),
        ]

    def __str__(self) -> str:
        return str(self.through)


class TraitClock(OwnedByWorkspace):
    """When each trait of a person or account was last said, so that the latest word wins.

    Events arrive in any order; `said` maps a trait's name to seconds since 1970.
    """

    class About(models.TextChoices):
        PERSON = "person"
        ACCOUNT = "account"

    personal_data: ClassVar[Declared] = {
        "key": Personal(Purpose.PRODUCT_USAGE, Retention.WITH_PERSON),
        "said": NotPersonal("names of traits and when they were said"),
    }

    about = models.CharField(max_length=10, choices=About.choices)
    key = models.CharField(max_length=255)
    said = models.JSONField(default=dict)

    objects = OwnedManager["TraitClock"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "about", "key"], name="trait_clock_once"),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.key}"


class Proof(OwnedByWorkspace):
    """A person or account that the workspace's own systems told about, by a secret key or a
    signature. What a browser says of them without proof changes nothing."""

    class About(models.TextChoices):
        PERSON = "person"
        ACCOUNT = "account"

    personal_data: ClassVar[Declared] = {
        "key": Personal(Purpose.PRODUCT_USAGE, Retention.WITH_PERSON),
        "about": NotPersonal("a word of our own"),
    }

    about = models.CharField(max_length=10, choices=About.choices)
    key = models.CharField(max_length=255)

    objects = OwnedManager["Proof"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "about", "key"], name="proof_once"),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.key}"

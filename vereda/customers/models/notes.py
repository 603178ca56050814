"""What was said and done with an account, in people's words."""

from typing import ClassVar, Self

from django.db import models

from vereda.customers import wording
from vereda.customers.contracts import InteractionKind, Visibility
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Person
from vereda.foundation.personal_data import Declared, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows

WORDS = Personal(Purpose.RELATIONSHIP, Retention.WITH_ACCOUNT)


class NoteRows(OwnedRows["Note"]):
    """Notes and interactions."""

    def newest(self) -> Self:
        """The latest first; of one instant, the one written last."""
        return self.order_by("-happened_at", "-id")


class Note(OwnedByWorkspace):
    """A note, or a call, meeting or mail with an account; its body is Markdown."""

    personal_data: ClassVar[Declared] = {"subject": WORDS, "body": WORDS}

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(
        max_length=10,
        choices=wording.choices_of(wording.INTERACTIONS),
        default=InteractionKind.NOTE,
    )
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(max_length=20_000, blank=True)
    happened_at = models.DateTimeField()
    author = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    visibility = models.CharField(
        max_length=10,
        choices=wording.choices_of(wording.VISIBILITIES),
        default=Visibility.INTERNAL,
    )
    pinned_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OwnedManager.from_queryset(NoteRows)()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "-happened_at"], name="note_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d}"


class NoteParticipantRows(OwnedRows["NoteParticipant"]):
    """Who took part."""


class NoteParticipant(OwnedByWorkspace):
    """A person took part in an interaction, or a note is about them."""

    personal_data: ClassVar[Declared] = {}

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="participations")

    objects = OwnedManager.from_queryset(NoteParticipantRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["note", "person"], name="note_participant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.note}"

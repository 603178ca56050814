"""Letters to people, and what became of each."""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from vereda.customers.wording import choices_of
from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.messaging import wording
from vereda.messaging.contracts import LetterKind, LetterState
from vereda.messaging.models.replies import ReplyAddress

TO_THEM = Personal(Purpose.MESSAGES, Retention.WITH_PERSON)
UNDECIDED = (LetterState.WAITING, LetterState.HELD)
LEFT = (LetterState.SENT, LetterState.UNCLEAR)


class MessageRows(OwnedRows["Message"]):
    """Letters of a workspace."""

    def to_person(self, person_id: UUID) -> Self:
        """Those to one person, also under a row that was merged into theirs."""
        return self.filter(Q(person=person_id) | Q(person__merged_into=person_id))

    def undecided(self) -> Self:
        """Those that may still leave and may still be stopped."""
        return self.filter(state__in=UNDECIDED)

    def left(self) -> Self:
        """Those that the mail server took, or may have taken."""
        return self.filter(state__in=LEFT)


class Message(OwnedByWorkspace):
    """A letter to one person, ordered once by its key.

    It is claimed before it leaves and noted as sent after. One whose connection broke in between
    may have arrived: it is unclear, and only a member sends it again.
    """

    personal_data: ClassVar[Declared] = {
        "key": NotPersonal("what ordered the letter"),
        "subject": TO_THEM,
        "text": TO_THEM,
        "html": TO_THEM,
        "language": NotPersonal("the language it is written in"),
        "about": NotPersonal("what kind of thing it is about"),
        "sent_to": TO_THEM,
        "reader_mark": NotPersonal("a keyed hash, from which nobody can read the address"),
    }

    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(
        "customers.Account", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=choices_of(wording.KINDS))
    key = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    about = models.CharField(max_length=50, blank=True)
    thing_id = models.UUIDField(null=True)
    reply_to = models.ForeignKey(
        ReplyAddress, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(
        max_length=10,
        choices=choices_of(wording.STATES),
        default=LetterState.WAITING,
    )
    held_because = models.CharField(max_length=10, choices=choices_of(wording.HOLDS), blank=True)
    stopped_because = models.CharField(max_length=20, choices=choices_of(wording.STOPS), blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    sent_to = models.CharField(max_length=254, blank=True, editable=False)
    reader_mark = models.CharField(max_length=64, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = OwnedManager.from_queryset(MessageRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "key"], name="message_once"),
            models.UniqueConstraint(
                fields=["workspace", "about", "thing_id", "reader_mark"],
                condition=Q(kind=LetterKind.NEWS) & ~Q(reader_mark=""),
                name="news_once_an_address",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-asked_at", "id"], name="message_newest"),
            models.Index(fields=["workspace", "state", "-asked_at"], name="message_by_state"),
            models.Index(fields=["workspace", "person", "-asked_at"], name="message_to_person"),
            models.Index(fields=["workspace", "account", "-claimed_at"], name="message_of_account"),
            models.Index(fields=["workspace", "about", "thing_id"], name="message_about"),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["waiting", "held", "sending"]),
                name="message_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Delivery(OwnedByWorkspace):
    """One thing that became of a letter, never changed: asked, held, sent, put off, bounced …"""

    personal_data: ClassVar[Declared] = {
        "words": NotPersonal("what a mail server answered, without addresses"),
    }

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=choices_of(wording.OUTCOMES))
    words = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager["Delivery"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "message", "at", "id"], name="delivery_of"),
        ]

    def __str__(self) -> str:
        return str(self.outcome)

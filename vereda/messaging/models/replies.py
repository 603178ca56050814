"""Where answers go, and the letters that came in."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from vereda.customers.wording import choices_of
from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.messaging import wording
from vereda.messaging.contracts import AnswerDecision, InboundState

THEIR_WORDS = Personal(Purpose.SERVICE, Retention.WITH_PERSON)
UNTIL_DROPPED = Personal(Purpose.SECURITY, Retention.THIRTY_DAYS)


class ReplyAddress(OwnedByWorkspace):
    """Where one person's answers about one thing go.

    What stands in the address is made from this row with the installation's secret key: who reads
    the database can write in nobody's name. `about` names the capability and the kind of thing.
    """

    personal_data: ClassVar[Declared] = {"about": NotPersonal("what kind of thing it is about")}

    about = models.CharField(max_length=50)
    thing_id = models.UUIDField()
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(
        "customers.Account", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = OwnedManager["ReplyAddress"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "about", "thing_id", "person"], name="reply_address_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}:{self.thing_id}"


class InboundLetterRows(OwnedRows["InboundLetter"]):
    """Letters that came in."""

    def waiting_for_member(self) -> Self:
        """Answers that nobody vouches for and of which no member said yet what they are."""
        return self.filter(state=InboundState.TAKEN, verified=False, decision="")

    def standing(self) -> Self:
        """Answers, but for those that a member set aside."""
        return self.filter(state=InboundState.TAKEN).exclude(decision=AnswerDecision.SET_ASIDE)


class InboundLetter(OwnedByWorkspace):
    """A letter that came in, with what became of it and why; its raw bytes lie beside the files.

    `own_words` is what the person wrote; `text` is the whole, with what they quoted below it.
    """

    personal_data: ClassVar[Declared] = {
        "delivery_id": NotPersonal("the id that the mail server gave this delivery"),
        "stored_as": NotPersonal("a random name"),
        "sender": UNTIL_DROPPED,
        "recipients": UNTIL_DROPPED,
        "subject": THEIR_WORDS,
        "text": THEIR_WORDS,
        "own_words": THEIR_WORDS,
        "message_ref": NotPersonal("the id of the letter"),
        "decision": NotPersonal("what a member said of an answer that nobody vouches for"),
    }

    delivery_id = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=80, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    received_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, editable=False)
    state = models.CharField(
        max_length=10,
        choices=choices_of(wording.INBOUND_STATES),
        default=InboundState.WAITING,
    )
    dropped_because = models.CharField(max_length=20, choices=choices_of(wording.DROPS), blank=True)
    vouched = models.BooleanField(default=False)
    verified = models.BooleanField(default=False)
    sender = models.CharField(max_length=254, blank=True)
    recipients = models.JSONField(default=list)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    own_words = models.TextField(blank=True)
    message_ref = models.CharField(max_length=255, blank=True)
    address = models.ForeignKey(
        ReplyAddress, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    person = models.ForeignKey(
        "customers.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    account = models.ForeignKey(
        "customers.Account", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decision = models.CharField(max_length=10, choices=choices_of(wording.DECISIONS), blank=True)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager.from_queryset(InboundLetterRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "delivery_id"], name="inbound_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-received_at", "id"], name="inbound_newest"),
            models.Index(fields=["workspace", "person", "-received_at"], name="inbound_of_person"),
            models.Index(
                fields=["workspace", "account", "-received_at"], name="inbound_of_account"
            ),
            models.Index(fields=["workspace", "sender", "-received_at"], name="inbound_of_sender"),
            models.Index(fields=["workspace", "message_ref"], name="inbound_by_ref"),
            models.Index(
                fields=["received_at"],
                condition=Q(state=InboundState.WAITING),
                name="inbound_waiting",
            ),
            models.Index(
                fields=["workspace", "-received_at"],
                condition=Q(state="taken", verified=False, decision=""),
                name="inbound_to_decide",
            ),
        ]

    def __str__(self) -> str:
        return f"letter of {self.size} bytes"

    @property
    def waits_for_member(self) -> bool:
        """Has a member to say yet whether the person wrote it?"""
        return self.state == InboundState.TAKEN and not self.verified and not self.decision

    @property
    def is_on_nobodys_list(self) -> bool:
        """Is it of no account, or of one that left the lists, so that no alert tells of it?"""
        account = self.account
        return account is None or bool(account.archived_at or account.merged_into_id)


class InboundFile(OwnedByWorkspace):
    """One attachment of a letter that came in: kept among the account's files, or why not."""

    personal_data: ClassVar[Declared] = {
        "name": THEIR_WORDS,
        "refusal": NotPersonal("why a file was not kept"),
    }

    letter = models.ForeignKey(InboundLetter, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    file = models.ForeignKey(
        "customers.AccountFile", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    refusal = models.CharField(max_length=20, blank=True)

    objects = OwnedManager["InboundFile"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "letter"], name="inbound_file_of"),
        ]

    def __str__(self) -> str:
        return f"file of {self.letter_id}"

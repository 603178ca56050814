"""Who was asked, when and how."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.surveys import wording
from vereda.surveys.contracts import Channel, WaveState
from vereda.surveys.models.surveys import OURS, Edition, Survey


class WaveRows(OwnedRows["Wave"]):
    """Sendings of a workspace's surveys."""

    def newest(self) -> Self:
        """The one ordered last first."""
        return self.order_by("-number")


class Wave(OwnedByWorkspace):
    """One sending: whom it was meant for, how many of them were asked, and why the others not.

    `held` letters wait because these people had as many this week as they may get.
    """

    personal_data: ClassVar[Declared] = {
        "chosen": NotPersonal("which accounts were chosen"),
        "skipped": NotPersonal("how many were left out, by reason"),
    }

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="waves")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=wording.enum_choices(wording.WAVE_STATES), default=WaveState.WAITING
    )
    chosen = models.JSONField(default=dict)
    share = models.PositiveSmallIntegerField(default=100)
    skipped = models.JSONField(default=dict)
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    send_on = models.DateField()
    held = models.PositiveIntegerField(default=0, editable=False)
    beat_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects = OwnedManager.from_queryset(WaveRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "number"], name="wave_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "send_on"],
                condition=Q(state__in=["waiting", "sending"]),
                name="wave_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.number}"


class SurveyInvitationRows(OwnedRows["SurveyInvitation"]):
    """Invitations to a workspace's surveys."""

    def open(self, *, now: datetime) -> Self:
        """Those that wait for an answer."""
        return self.filter(answered_at=None, stopped_at=None, expires_at__gt=now)

    def unsent(self) -> Self:
        """Those whose letter nobody has taken in hand."""
        return self.filter(
            claimed_at=None, sent_at=None, answered_at=None, stopped_at=None, wave__isnull=False
        )

    def writable(self) -> Self:
        """Those to people whose data may be used: a restriction may come after the invitation."""
        return self.filter(person__restricted_at=None)


class SurveyInvitation(OwnedByWorkspace):
    """One person asked once. Its link is kept hashed; whoever holds it answers as this person.

    A letter is claimed before it leaves, and sent when it has left: one that was claimed and not
    sent may have left before the machine stopped, and is never sent again by itself. That somebody
    opened the link is not kept: the programs that check mail open every link.
    """

    personal_data: ClassVar[Declared] = {
        "digest": NotPersonal("the hash of a link"),
        "moment": OURS,
        "trouble": NotPersonal("what a mail server answered, without addresses"),
    }

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    wave = models.ForeignKey(Wave, null=True, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    feature = models.ForeignKey(
        "product.Feature", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    moment = models.CharField(max_length=100, blank=True)
    channel = models.CharField(
        max_length=10, choices=wording.enum_choices(wording.CHANNELS), default=Channel.EMAIL
    )
    digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    reminder_claimed_at = models.DateTimeField(null=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    remind_on = models.DateField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    unsubscribed_at = models.DateTimeField(null=True, editable=False)
    stopped_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField()
    trouble = models.CharField(max_length=200, blank=True, editable=False)

    objects = OwnedManager.from_queryset(SurveyInvitationRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["wave", "person"],
                condition=Q(wave__isnull=False),
                name="invitation_person_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "person", "asked_at"], name="survey_asked_person"),
            models.Index(fields=["workspace", "survey", "asked_at"], name="survey_asked"),
            models.Index(fields=["workspace", "account", "asked_at"], name="survey_asked_account"),
            models.Index(
                fields=["remind_on"],
                condition=Q(remind_on__isnull=False, answered_at=None, reminder_claimed_at=None),
                name="invitation_to_remind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}:{self.person_id}"

"""What people said about the use of their data, and what they asked for."""

from typing import ClassVar, Self

from django.db import models

from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.privacy import wording
from vereda.privacy.contracts import TrackingRule

PROOF = Personal(Purpose.SERVICE, Retention.WITH_PERSON)


class ConsentRows(OwnedRows["Consent"]):
    """Answers about purposes."""

    def current(self) -> Self:
        """The latest answer of each person to each purpose."""
        return self.filter(replaced_at=None)


class Consent(OwnedByWorkspace):
    """One person's answer to one purpose; a new answer replaces it and both are kept.

    `given_at` is a yes and `refused_at` a no; `wording` is what they were asked, `proof` where
    the answer can be seen (a link, a form, a call).
    """

    personal_data: ClassVar[Declared] = {
        "wording": NotPersonal("what everybody is asked"),
        "source": PROOF,
        "proof": PROOF,
    }

    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20, choices=list(wording.CONSENTS.items()))
    given_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    wording = models.TextField(max_length=1_000, blank=True)
    source = models.CharField(max_length=100, blank=True)
    proof = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager.from_queryset(ConsentRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=models.Q(replaced_at=None),
                name="consent_current_once",
            ),
            models.CheckConstraint(
                condition=models.Q(given_at__isnull=False) ^ models.Q(refused_at__isnull=False),
                name="consent_is_yes_or_no",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "purpose", "person"],
                condition=models.Q(replaced_at=None),
                name="consent_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {'yes' if self.given_at else 'no'}"


class PrivacySetting(OwnedByWorkspace):
    """The workspace's rule for people who have said nothing, and when anything last changed.

    `revision` grows with every answer and every change of the rule: who caches the people that
    refuse compares it instead of asking for them again.
    """

    personal_data: ClassVar[Declared] = {}

    tracking = models.CharField(
        max_length=20, choices=list(wording.RULES.items()), default=TrackingRule.UNLESS_REFUSED
    )
    revision = models.PositiveBigIntegerField(default=1)

    objects = OwnedManager["PrivacySetting"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="privacy_setting_once"),
        ]

    def __str__(self) -> str:
        return self.tracking


class DataRequestRows(OwnedRows["DataRequest"]):
    """What people asked for."""

    def waiting(self) -> Self:
        """Requests nobody has answered."""
        return self.filter(answered_at=None)


class DataRequest(OwnedByWorkspace):
    """A person asks for a copy, a correction, to be forgotten, or for restriction; the clock is one
    month."""

    personal_data: ClassVar[Declared] = {"note": PROOF, "source": PROOF}

    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=list(wording.REQUESTS.items()))
    note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField()
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager.from_queryset(DataRequestRows)()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "due_on"],
                condition=models.Q(answered_at=None),
                name="data_request_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.kind

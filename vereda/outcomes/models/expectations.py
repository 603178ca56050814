"""What customers were told to expect at each step of the path."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import (
    Declared,
    NotPersonal,
    Personal,
    Purpose,
    Retention,
)
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager
from vereda.outcomes import wording
from vereda.outcomes.contracts import LONGEST_WORDS, ExpectationState, ExpectationStep

WORDS = Personal(Purpose.RELATIONSHIP, Retention.WITH_ACCOUNT)


class Expectation(OwnedByWorkspace):
    """What we told a customer to expect, at which step, until when, and what became of it.

    The words are never changed; what came of them is added once.
    """

    personal_data: ClassVar[Declared] = {
        "step": NotPersonal("a word of our own"),
        "words": WORDS,
        "settled_words": WORDS,
    }

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    outcome = models.ForeignKey(
        "outcomes.Outcome",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="expectations",
    )
    step = models.CharField(
        max_length=12,
        choices=wording.outcome_choices(wording.STEPS),
        default=ExpectationStep.SALE,
    )
    words = models.TextField(max_length=LONGEST_WORDS)
    set_on = models.DateField()
    by_on = models.DateField(null=True, blank=True)
    member = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    person = models.ForeignKey(
        "customers.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    met_on = models.DateField(null=True, blank=True)
    missed_on = models.DateField(null=True, blank=True)
    settled_words = models.TextField(max_length=LONGEST_WORDS, blank=True)
    settled_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager["Expectation"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(met_on=None) | Q(missed_on=None), name="expectation_settled_one_way"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "-set_on", "-id"], name="expectation_of"),
        ]

    def __str__(self) -> str:
        return f"{self.step} · {self.set_on}"

    def state_on(self, today: date) -> ExpectationState:
        """What became of it as of that day."""
        if self.met_on is not None:
            return ExpectationState.MET
        if self.missed_on is not None:
            return ExpectationState.MISSED
        late = self.by_on is not None and self.by_on < today
        return ExpectationState.OVERDUE if late else ExpectationState.OPEN

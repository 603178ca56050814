"""Surveys, their wordings and their questions."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.surveys import wording
from vereda.surveys.contracts import SurveyKind, SurveyState

OURS = NotPersonal("the workspace's own words, the same for everybody")
WEEKEND = (5, 6)


def quiet_weekend() -> list[int]:
    """The days on which nothing goes out where nothing was chosen: 0 is Monday."""
    return list(WEEKEND)


class SurveyRows(OwnedRows["Survey"]):
    """Surveys of a workspace."""

    def newest(self) -> Self:
        """The one drafted last first."""
        return self.order_by("-number")


class Survey(OwnedByWorkspace):
    """A question with a score, what follows from the answer, and how often people are bothered.

    `edition` counts its wordings: an answer keeps the one it answered. `feature` and `moment` say
    what occasions it unless an invitation says better.
    """

    personal_data: ClassVar[Declared] = {
        "name": OURS,
        "moment": OURS,
        "quiet_days": NotPersonal("days of the week"),
    }

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=wording.enum_choices(wording.KINDS))
    state = models.CharField(
        max_length=10, choices=wording.enum_choices(wording.STATES), default=SurveyState.DRAFT
    )
    edition = models.PositiveIntegerField(default=1, editable=False)
    feature = models.ForeignKey(
        "product.Feature", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    moment = models.CharField(max_length=100, blank=True)
    recontact_days = models.PositiveSmallIntegerField(default=90)
    remind_after_days = models.PositiveSmallIntegerField(null=True, blank=True, default=5)
    open_days = models.PositiveSmallIntegerField(default=30)
    quiet_days = models.JSONField(default=quiet_weekend)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OwnedManager.from_queryset(SurveyRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="survey_number_once"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """What people call it by in addresses: SV-3."""
        return f"SV-{self.number}"

    @property
    def has_scores(self) -> bool:
        """Is there a scale, or only words?"""
        return self.kind != SurveyKind.OPEN


class Edition(OwnedByWorkspace):
    """One wording of a survey, in each language; once somebody was asked it never changes.

    `subject` and `letter` are the e-mail, `thanks` what stands after the answer; each by language.
    """

    personal_data: ClassVar[Declared] = {"subject": OURS, "letter": OURS, "thanks": OURS}

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    subject = models.JSONField(default=dict)
    letter = models.JSONField(default=dict)
    thanks = models.JSONField(default=dict)
    frozen_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager["Edition"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "number"], name="edition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.number}"


class Question(OwnedByWorkspace):
    """One question of an edition, at its place; `texts` by language.

    `choices` are `{"code": …, "texts": {language: …}}`. It is asked of everybody, or (`after`)
    only of those who answered the question at that place with one of `after_answers`: parts of
    the scale, or codes of choices.
    """

    personal_data: ClassVar[Declared] = {"texts": OURS, "choices": OURS, "after_answers": OURS}

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="questions")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=wording.enum_choices(wording.QUESTION_KINDS))
    texts = models.JSONField(default=dict)
    choices = models.JSONField(default=list)
    after = models.PositiveSmallIntegerField(null=True, blank=True)
    after_answers = models.JSONField(default=list)

    objects = OwnedManager["Question"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "place"], name="question_place_once"),
            models.CheckConstraint(
                condition=Q(after=None) | Q(after__lt=F("place")), name="question_after_earlier"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id}:{self.place}"

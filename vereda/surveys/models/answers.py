"""What came back."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.surveys import wording
from vereda.surveys.contracts import Part, SurveyKind
from vereda.surveys.models.asking import SurveyInvitation
from vereda.surveys.models.surveys import OURS, Edition, Question, Survey
from vereda.surveys.rules.asking import EDITABLE
from vereda.surveys.rules.scores import part_of

OPINION = Personal(Purpose.RELATIONSHIP, Retention.WITH_PERSON)


class AnswerRows(OwnedRows["Answer"]):
    """Answers to a workspace's surveys."""

    def newest(self) -> Self:
        """The one given last first."""
        return self.order_by("-answered_at", "-id")

    def scored(self) -> Self:
        """Those with a score."""
        return self.exclude(score=None)


class Answer(OwnedByWorkspace):
    """What one person said once. The first confirmed answer to an invitation is its only one.

    `words` holds what was written, by the id of its question; `comment` the same as one text.
    """

    personal_data: ClassVar[Declared] = {
        "external_id": NotPersonal("an answer's id in another system"),
        "moment": OURS,
        "comment": OPINION,
        "words": OPINION,
        "source": NotPersonal("where people were asked: a collector's name"),
        "language": OPINION,
    }

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="+")
    edition = models.ForeignKey(Edition, null=True, on_delete=models.SET_NULL, related_name="+")
    invitation = models.OneToOneField(
        SurveyInvitation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    account = models.ForeignKey(
        "customers.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    person = models.ForeignKey(
        "customers.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    feature = models.ForeignKey(
        "product.Feature", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    moment = models.CharField(max_length=100, blank=True)
    score = models.SmallIntegerField(null=True, blank=True)
    comment = models.TextField(max_length=20_000, blank=True)
    words = models.JSONField(default=dict, blank=True)
    channel = models.CharField(max_length=10, choices=wording.enum_choices(wording.CHANNELS))
    source = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=35, blank=True)
    answered_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    external_id = models.CharField(max_length=200, blank=True)

    objects = OwnedManager.from_queryset(AnswerRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "external_id"],
                condition=~Q(external_id=""),
                name="answer_external_id_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "survey", "answered_at", "id"], name="answer_of"),
            models.Index(
                fields=["workspace", "account", "answered_at", "id"], name="answer_of_account"
            ),
            models.Index(
                fields=["workspace", "person", "answered_at", "id"], name="answer_of_person"
            ),
            models.Index(
                fields=["workspace", "feature", "answered_at", "id"],
                condition=Q(feature__isnull=False),
                name="answer_of_feature",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}:{self.score}"

    @property
    def part(self) -> Part | None:
        """In which part of the scale the score lies."""
        kind = SurveyKind(self.survey.kind)
        return None if self.score is None else part_of(self.score, kind=kind)

    def is_editable(self, *, now: datetime) -> bool:
        """May the person still change it through their link?"""
        return now < self.answered_at + EDITABLE


class AnswerChoice(OwnedByWorkspace):
    """One thing that was chosen from a list."""

    personal_data: ClassVar[Declared] = {"code": NotPersonal("one of the survey's own choices")}

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="choices")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)

    objects = OwnedManager["AnswerChoice"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["answer", "question", "code"], name="choice_once"),
        ]

    def __str__(self) -> str:
        return self.code


class AnswerBefore(OwnedByWorkspace):
    """What an answer was before the person changed it."""

    personal_data: ClassVar[Declared] = {"comment": OPINION}

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="earlier")
    score = models.SmallIntegerField(null=True)
    comment = models.TextField(max_length=20_000, blank=True)
    replaced_at = models.DateTimeField()

    objects = OwnedManager["AnswerBefore"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "answer", "replaced_at"], name="answer_before"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}:{self.score}"

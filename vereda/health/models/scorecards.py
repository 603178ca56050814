"""Scorecards and the numbered versions of their rules."""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec
from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.health.contracts import ScoreRules


class ScorecardRows(OwnedRows["Scorecard"]):
    """Scorecards of a workspace."""

    def in_use(self) -> Self:
        """Those that were not archived."""
        return self.filter(archived_at=None)

    def by_precedence(self) -> Self:
        """The one that is asked first, first; the default last."""
        return self.order_by("precedence", "number")


class Scorecard(OwnedByWorkspace):
    """Whose health is judged how. The card of least precedence whose audience an account is in
    applies to it; a card without audience applies to everybody."""

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("what the workspace calls a scorecard"),
        "description": NotPersonal("what a scorecard is for"),
        "draft": NotPersonal("rules of a scorecard"),
    }

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True)
    owner = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    precedence = models.PositiveSmallIntegerField(default=100)
    audience = models.ForeignKey(
        "audiences.Audience", null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    draft = models.JSONField(null=True, blank=True)
    draft_version = models.PositiveIntegerField(default=1, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager.from_queryset(ScorecardRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="scorecard_number_once"),
            models.UniqueConstraint(
                fields=["workspace", "name"],
                condition=Q(archived_at=None),
                name="scorecard_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What it is called in addresses: SC-3."""
        return f"SC-{self.number}"

    @property
    def drafted(self) -> ScoreRules | None:
        """The rules being worked on; None where there is no draft."""
        return None if self.draft is None else msgspec.convert(self.draft, ScoreRules)


class ScorecardVersion(OwnedByWorkspace):
    """Rules as they were published: they never change. Counts tell how far scoring by them is."""

    personal_data: ClassVar[Declared] = {
        "rules": NotPersonal("rules of a scorecard"),
        "note": Personal(Purpose.SERVICE, Retention.WITH_MEMBERSHIP),
    }

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    rules = models.JSONField()
    note = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    scoring_started_at = models.DateTimeField(null=True, editable=False)
    scored_at = models.DateTimeField(null=True, editable=False)
    scored_count = models.PositiveIntegerField(default=0, editable=False)
    scored_total = models.PositiveIntegerField(default=0, editable=False)

    objects = OwnedManager["ScorecardVersion"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scorecard", "number"], name="scorecard_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard} v{self.number}"

    @property
    def ruled(self) -> ScoreRules:
        """The rules, read."""
        return msgspec.convert(self.rules, ScoreRules)

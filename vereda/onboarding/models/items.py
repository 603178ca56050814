"""The items of a plan, and the entries that say what happened."""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec
from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.onboarding.contracts.plans import (
    CLOSED_STATES,
    Entry,
    EntryKind,
    ExitAnswer,
    ItemState,
    Line,
)
from vereda.onboarding.contracts.templates import ItemKind, ItemSpec, Party, SetNumber
from vereda.onboarding.models.plans import Plan
from vereda.onboarding.wording import plans as wording

OF_PERSON = Personal(Purpose.SERVICE, Retention.WITH_PERSON)
ABOUT_PLAN = Personal(Purpose.SERVICE, Retention.WITH_ACCOUNT)


class PlanItemRows(OwnedRows["PlanItem"]):
    """Items of plans."""

    def in_order(self) -> Self:
        """By set, and within the set as the template has them."""
        return self.order_by("set_number", "position", "pk")

    def in_play(self) -> Self:
        """Those that somebody still has to do something about."""
        return self.exclude(state__in=CLOSED_STATES)


class PlanItem(OwnedByWorkspace):
    """An item of one plan. What it says was copied from the edition, and stays.

    The columns from `state` on only repeat what follows from the entries.
    `set_number` and `required` repeat the spec, so that the database can ask for them.
    """

    personal_data: ClassVar[Declared] = {
        "key": NotPersonal("a short name for what is asked"),
        "spec": NotPersonal("what is asked of a customer"),
        "held_by": NotPersonal("a word of our own"),
    }

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="items")
    key = models.SlugField(max_length=60)
    set_number = models.PositiveSmallIntegerField()
    position = models.PositiveIntegerField()
    required = models.BooleanField(default=True)
    spec = models.JSONField()
    extra = models.BooleanField(default=False, editable=False)
    person = models.ForeignKey(
        "customers.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    member = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    meets_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(
        max_length=12, choices=wording.choices_of_plans(wording.STATES), default=ItemState.NOT_YET
    )
    held_by = models.CharField(max_length=12, blank=True)
    asked_at = models.DateTimeField(null=True)
    ask_count = models.PositiveIntegerField(default=0)
    due_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = OwnedManager.from_queryset(PlanItemRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "key"], name="plan_item_key_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "person"],
                condition=Q(person__isnull=False),
                name="plan_item_of_person",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def asks(self) -> ItemSpec:
        """What it says, read."""
        return msgspec.convert(self.spec, ItemSpec)

    @property
    def line(self) -> Line:
        """The same, as decisions need it."""
        asked = self.asks
        return Line(
            key=self.key,
            set_number=SetNumber(self.set_number),
            kind=asked.kind,
            party=asked.party,
            required=self.required,
            after=asked.after,
            lead_days=asked.lead_days,
            measure=asked.measure,
            smile=asked.smile,
        )

    @property
    def kind(self) -> ItemKind:
        """What kind of thing it asks for."""
        return ItemKind(self.spec["kind"])

    @property
    def is_closed(self) -> bool:
        """Whether nothing is to be done about it any more. Submitted is not closed."""
        return self.state in CLOSED_STATES


class PlanEntry(OwnedByWorkspace):
    """One thing that happened to a plan, with its evidence. Never changed and never removed, but
    for the words of somebody who is to be forgotten."""

    personal_data: ClassVar[Declared] = {
        "value": OF_PERSON,
        "words": OF_PERSON,
        "because": ABOUT_PLAN,
        "choice": NotPersonal("one of the answers that were offered"),
        "measured_by": NotPersonal("where a measure comes from"),
        "to": NotPersonal("a word of our own"),
    }

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="entries")
    item = models.ForeignKey(
        PlanItem, null=True, blank=True, on_delete=models.CASCADE, related_name="entries"
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=wording.choices_of_plans(wording.ENTRIES))
    at = models.DateTimeField()
    told_at = models.DateTimeField()
    member = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    person = models.ForeignKey(
        "customers.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    theirs = models.BooleanField(default=False)
    letter_id = models.UUIDField(null=True, blank=True)
    measured_by = models.CharField(max_length=120, blank=True)
    file = models.ForeignKey(
        "customers.AccountFile", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    value = models.CharField(max_length=2_000, blank=True)
    choice = models.CharField(max_length=60, blank=True)
    words = models.TextField(max_length=5_000, blank=True)
    because = models.CharField(max_length=1_000, blank=True)
    to = models.CharField(max_length=12, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(
        max_length=16, blank=True, choices=wording.choices_of_plans(wording.EXIT_ANSWERS)
    )

    objects = OwnedManager["PlanEntry"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_entry_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "person"],
                condition=Q(person__isnull=False),
                name="plan_entry_of_person",
            ),
            models.Index(fields=["workspace", "told_at", "id"], name="plan_entry_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    def told(self, key_of_item: str | None) -> Entry:
        """The same, as decisions need it."""
        return Entry(
            number=self.number,
            kind=EntryKind(self.kind),
            at=self.at,
            told_at=self.told_at,
            item=key_of_item,
            to=Party(self.to) if self.to else None,
            because=self.because,
            theirs=self.theirs,
            answer=ExitAnswer(self.answer) if self.answer else None,
            score=self.score,
        )

"""Plans: a customer on their way from the first word to the benefit they were promised."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.onboarding.contracts.plans import PlanPhase, ToolResult
from vereda.onboarding.wording import plans as wording

ABOUT_PLAN = Personal(Purpose.SERVICE, Retention.WITH_ACCOUNT)
OF_PERSON = Personal(Purpose.SERVICE, Retention.WITH_PERSON)


class PlanRows(OwnedRows["Plan"]):
    """Plans of a workspace."""

    def open(self) -> Self:
        """Those that go on: neither ended nor stopped."""
        return self.filter(ended_at=None)


class Plan(OwnedByWorkspace):
    """A customer's onboarding, before and after the sale, on one record.

    What happened are its entries. The columns from `phase` on only repeat what follows from them,
    so that lists are quick; `actions.rebuilding` writes them, and can do so anew at any time.

    held_by: who has to act now. due_on: the day by which the next thing is owed, by anybody.
    promised_on: the day the customer was told. spent: seconds by set and owner until
    `spent_until_at`, for reports over all plans.
    """

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("what a plan is called"),
        "why_needed": ABOUT_PLAN,
        "stopped_because": ABOUT_PLAN,
        "spent": NotPersonal("lengths of time"),
        "set_days": NotPersonal("lengths of time"),
        "holding": NotPersonal("the short name of an item"),
        "held_by": NotPersonal("a word of our own"),
    }

    number = models.PositiveIntegerField()
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(
        "product.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    edition = models.ForeignKey(
        "onboarding.TemplateEdition", on_delete=models.CASCADE, related_name="plans"
    )
    lead = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=160)
    why_needed = models.TextField(max_length=2_000, blank=True)
    last_set = models.PositiveSmallIntegerField(default=6)
    entry_count = models.PositiveIntegerField(default=0, editable=False)

    phase = models.CharField(
        max_length=20, choices=wording.choices_of_plans(wording.PHASES), default=PlanPhase.PRE_SALE
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    set_now = models.PositiveSmallIntegerField(default=1)
    set_since_at = models.DateTimeField(null=True)
    held_by = models.CharField(max_length=12, blank=True)
    held_since_at = models.DateTimeField(null=True)
    holding = models.CharField(max_length=60, blank=True)
    due_on = models.DateField(null=True)
    promised_on = models.DateField(null=True)
    sold_at = models.DateTimeField(null=True)
    onboarded_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_because = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
    asked_twice = models.PositiveIntegerField(default=0)
    open_required = models.PositiveIntegerField(default=0)
    spent = models.JSONField(default=dict)
    spent_until_at = models.DateTimeField(null=True)
    set_days = models.JSONField(default=dict)
    late_since_on = models.DateField(null=True)

    objects = OwnedManager.from_queryset(PlanRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="plan_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "-created_at"], name="plan_of_account"),
            models.Index(fields=["workspace", "ended_at", "set_now"], name="plan_on_board"),
            models.Index(fields=["workspace", "due_on"], name="plan_by_due_date"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """What people call it by in addresses: OB-3."""
        return f"OB-{self.number}"


class PreSaleTool(OwnedByWorkspace):
    """What they could try or see before they bought (a trial, a demo, a pilot), and its result."""

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("what a trial, demo or campaign is called"),
        "result_words": ABOUT_PLAN,
        "reward": ABOUT_PLAN,
    }

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="tools")
    kind = models.CharField(max_length=20, choices=wording.choices_of_plans(wording.TOOLS))
    name = models.CharField(max_length=160, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    result = models.CharField(
        max_length=20, blank=True, choices=wording.choices_of_plans(wording.TOOL_RESULTS)
    )
    result_words = models.CharField(max_length=1_000, blank=True)
    reward = models.CharField(max_length=200, blank=True)

    objects = OwnedManager["PreSaleTool"]()

    def __str__(self) -> str:
        return f"{self.kind} {self.started_on}"

    @property
    def resulted(self) -> ToolResult | None:
        """What it showed; None while nobody said."""
        return ToolResult(self.result) if self.result else None


class ToolFeedback(OwnedByWorkspace):
    """What somebody said about a trial or an early version while they had it."""

    personal_data: ClassVar[Declared] = {"words": OF_PERSON}

    tool = models.ForeignKey(PreSaleTool, on_delete=models.CASCADE, related_name="feedback")
    person = models.ForeignKey(
        "customers.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    said_on = models.DateField()
    words = models.TextField(max_length=2_000)

    objects = OwnedManager["ToolFeedback"]()

    def __str__(self) -> str:
        return f"{self.said_on}"


class PlanPerson(OwnedByWorkspace):
    """An individual in a plan: their part, and what is in it for them."""

    personal_data: ClassVar[Declared] = {"part": OF_PERSON, "purpose": OF_PERSON}

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    part = models.CharField(max_length=160, blank=True)
    purpose = models.CharField(max_length=500, blank=True)

    objects = OwnedManager["PlanPerson"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "person"], name="plan_person_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "person"], name="plan_person_of"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.plan_id}"


class PlanOutcome(OwnedByWorkspace):
    """A promised benefit that a plan is to bring; the benefit says why it is needed."""

    personal_data: ClassVar[Declared] = {}

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="benefits")
    outcome = models.ForeignKey("outcomes.Outcome", on_delete=models.CASCADE, related_name="+")

    objects = OwnedManager["PlanOutcome"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "outcome"], name="plan_outcome_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "outcome"], name="plan_outcome_of"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} in {self.plan_id}"

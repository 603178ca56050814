"""Rows that may be one customer, and merges that can be taken back."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from vereda.customers import wording
from vereda.customers.contracts import FieldTarget
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import RELATIONSHIP, Person
from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows


class DuplicateRows(OwnedRows["DuplicateSuggestion"]):
    """Suggested pairs."""

    def open(self) -> Self:
        """Those nobody has decided, of rows that both still stand."""
        return self.filter(
            Q(first_account__merged_into=None),
            Q(second_account__merged_into=None),
            Q(first_person__merged_into=None, first_person__erased_at=None),
            Q(second_person__merged_into=None, second_person__erased_at=None),
            dismissed_at=None,
        )


class DuplicateSuggestion(OwnedByWorkspace):
    """Two accounts, or two people, that may be one; ids of a pair are in order."""

    personal_data: ClassVar[Declared] = {"reasons": NotPersonal("names of reasons")}

    target = models.CharField(max_length=10, choices=wording.choices_of(wording.FIELD_TARGETS))
    first_account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="+"
    )
    second_account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="+"
    )
    first_person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    second_person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager.from_queryset(DuplicateRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    target=FieldTarget.ACCOUNT,
                    first_account__isnull=False,
                    second_account__isnull=False,
                    first_person=None,
                    second_person=None,
                )
                | Q(
                    target=FieldTarget.PERSON,
                    first_person__isnull=False,
                    second_person__isnull=False,
                    first_account=None,
                    second_account=None,
                ),
                name="duplicate_of_one_kind",
            ),
            models.UniqueConstraint(
                fields=["first_account", "second_account"],
                condition=Q(target=FieldTarget.ACCOUNT),
                name="duplicate_accounts_once",
            ),
            models.UniqueConstraint(
                fields=["first_person", "second_person"],
                condition=Q(target=FieldTarget.PERSON),
                name="duplicate_people_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "target", "-score", "id"],
                condition=Q(dismissed_at=None),
                name="duplicate_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} pair, {self.score}"


class MergeRows(OwnedRows["Merge"]):
    """Merges."""

    def standing(self) -> Self:
        """Those not taken back."""
        return self.filter(undone_at=None)


class Merge(OwnedByWorkspace):
    """Two rows became one; remembers enough to take it back exactly.

    `moved` maps "app.model.field" to the ids of rows that pointed at the absorbed row;
    `filled` maps a field of the survivor to its value before and after.
    """

    personal_data: ClassVar[Declared] = {
        "moved": NotPersonal("ids of rows"),
        "filled": RELATIONSHIP,
    }

    target = models.CharField(max_length=10, choices=wording.choices_of(wording.FIELD_TARGETS))
    survivor_account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="+"
    )
    absorbed_account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="+"
    )
    survivor_person = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="+"
    )
    absorbed_person = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="+"
    )
    moved = models.JSONField(default=dict)
    filled = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager.from_queryset(MergeRows)()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-merged_at"], name="merge_newest"),
            models.Index(
                fields=["workspace", "survivor_account", "-merged_at"], name="merge_into_account"
            ),
        ]

    def __str__(self) -> str:
        return f"merge of {self.target}s"

    @property
    def survivor(self) -> Account | Person | None:
        """The row that stayed."""
        return self.survivor_account or self.survivor_person

    @property
    def absorbed(self) -> Account | Person | None:
        """The row that went into it."""
        return self.absorbed_account or self.absorbed_person

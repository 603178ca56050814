"""Custom fields, and the values that lists sort and filter by."""

from typing import ClassVar, Self

from django.db import models

from vereda.customers import wording
from vereda.customers.contracts import FieldTarget
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import RELATIONSHIP, Person
from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows


class CustomFieldRows(OwnedRows["CustomField"]):
    """Custom fields of a workspace."""

    def describing(self, target: FieldTarget) -> Self:
        """Those in use for accounts or for people, in the order of the forms."""
        return self.filter(target=target, archived_at=None).order_by("position", "id")


class CustomField(OwnedByWorkspace):
    """A field the workspace added to its accounts or people."""

    personal_data: ClassVar[Declared] = {
        "label": NotPersonal("the name of a field"),
        "slug": NotPersonal("the name of a field"),
        "choices": NotPersonal("the possible values of a field"),
    }

    target = models.CharField(max_length=10, choices=wording.choices_of(wording.FIELD_TARGETS))
    label = models.CharField(max_length=80)
    slug = models.CharField(max_length=50, editable=False)
    type = models.CharField(max_length=10, choices=wording.choices_of(wording.FIELD_TYPES))
    choices = models.JSONField(default=list, blank=True)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager.from_queryset(CustomFieldRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "target", "slug"], name="custom_field_once"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class SortableValue(OwnedByWorkspace):
    """One row's value of one field, in the column of its type, so that an index can serve it.

    The row's `custom` column is the truth; this is its index, written by the same action.
    """

    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=200, null=True)  # noqa: DJ001 - null is "another type"
    number = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    date = models.DateField(null=True)

    class Meta(OwnedByWorkspace.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.field_id}: {self.text or self.number or self.date}"


class AccountValueRows(OwnedRows["AccountValue"]):
    """Accounts' values of custom fields."""


class AccountValue(SortableValue):
    """An account's value of a custom field."""

    personal_data: ClassVar[Declared] = {"text": NotPersonal("a field about a company")}

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="values")

    objects = OwnedManager.from_queryset(AccountValueRows)()

    class Meta(SortableValue.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "field"], name="account_value_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["field", "text", "account"], name="account_value_by_text"),
            models.Index(fields=["field", "number", "account"], name="account_value_by_number"),
            models.Index(fields=["field", "date", "account"], name="account_value_by_date"),
        ]


class PersonValueRows(OwnedRows["PersonValue"]):
    """People's values of custom fields."""


class PersonValue(SortableValue):
    """A person's value of a custom field."""

    personal_data: ClassVar[Declared] = {"text": RELATIONSHIP}

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="values")

    objects = OwnedManager.from_queryset(PersonValueRows)()

    class Meta(SortableValue.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "field"], name="person_value_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["field", "text", "person"], name="person_value_by_text"),
            models.Index(fields=["field", "number", "person"], name="person_value_by_number"),
            models.Index(fields=["field", "date", "person"], name="person_value_by_date"),
        ]

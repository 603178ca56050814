"""People: individuals, the accounts they are in, and what they are to each other."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from vereda.customers import wording
from vereda.customers.models.accounts import Account
from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows

SERVICE = Personal(Purpose.SERVICE, Retention.WITH_PERSON)
RELATIONSHIP = Personal(Purpose.RELATIONSHIP, Retention.WITH_PERSON)
MESSAGES = Personal(Purpose.MESSAGES, Retention.WITH_PERSON)


class PersonRows(OwnedRows["Person"]):
    """People at the accounts of a workspace."""

    def standing(self) -> Self:
        """Those neither merged into another nor erased."""
        return self.filter(merged_into=None, erased_at=None)

    def listed(self) -> Self:
        """Those in the lists."""
        return self.standing().filter(archived_at=None)


class Person(OwnedByWorkspace):
    """An individual, not a seat: with a language, a day of their own, and reasons.

    Everything here is theirs. `str()` answers only the key, so that no name is copied into
    places an erasure would have to visit, such as the audit trail.
    """

    personal_data: ClassVar[Declared] = {
        "name": SERVICE,
        "name_sort": SERVICE,
        "email": MESSAGES,
        "phone": MESSAGES,
        "title": RELATIONSHIP,
        "language": SERVICE,
        "time_zone": SERVICE,
        "preferences": RELATIONSHIP,
        "motivations": RELATIONSHIP,
        "beliefs": RELATIONSHIP,
        "custom": RELATIONSHIP,
    }

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    name_sort = models.CharField(max_length=200, editable=False)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    title = models.CharField(max_length=150, blank=True)
    language = models.CharField(max_length=35, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    preferences = models.TextField(max_length=2_000, blank=True)
    motivations = models.TextField(max_length=2_000, blank=True)
    beliefs = models.TextField(max_length=2_000, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    created_on = models.DateField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    restricted_at = models.DateTimeField(null=True, blank=True, editable=False)
    unscored_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="absorbed"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = OwnedManager.from_queryset(PersonRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="person_number_once"),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="person_not_merged_into_itself"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "id"], name="person_by_id"),
            models.Index(fields=["workspace", "name_sort", "id"], name="person_by_name"),
            models.Index(fields=["workspace", "email", "id"], name="person_by_email"),
            models.Index(fields=["workspace", "phone"], name="person_by_phone"),
            models.Index(fields=["workspace", "title", "id"], name="person_by_title"),
            models.Index(fields=["workspace", "language", "id"], name="person_by_language"),
            models.Index(fields=["workspace", "created_on", "id"], name="person_by_creation"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """What people call them by in addresses: PE-7."""
        return f"PE-{self.number}"

    @property
    def called(self) -> str:
        """Their name, or what we have in its place."""
        return self.name or self.email or self.key


class PersonExternalIdRows(OwnedRows["PersonExternalId"]):
    """Names of people in other systems."""


class PersonExternalId(OwnedByWorkspace):
    """What another system calls a person; after a merge both ids lead to the survivor."""

    personal_data: ClassVar[Declared] = {
        "source": NotPersonal("the name of a system"),
        "value": SERVICE,
    }

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="external_ids")
    source = models.CharField(max_length=50, blank=True)
    value = models.CharField(max_length=200)

    objects = OwnedManager.from_queryset(PersonExternalIdRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "value"], name="person_external_id_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "person"], name="person_external_id_of"),
        ]

    def __str__(self) -> str:
        return self.value


class MembershipRows(OwnedRows["Membership"]):
    """Who is in which account."""

    def present(self) -> Self:
        """Those who have not left, in accounts and of people that are still listed."""
        return self.filter(until_on=None).exclude(person__erased_at__isnull=False)


class Membership(OwnedByWorkspace):
    """A person is, or was, in an account; a consultant may be in several at once."""

    personal_data: ClassVar[Declared] = {"title": RELATIONSHIP, "role": RELATIONSHIP}

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    title = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=100, blank=True)
    since_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)

    objects = OwnedManager.from_queryset(MembershipRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "account"],
                condition=Q(until_on=None),
                name="membership_present_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "person"], name="membership_by_account"),
            models.Index(fields=["workspace", "person"], name="membership_of"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.account.key}"


class RelationshipRows(OwnedRows["Relationship"]):
    """Who is what to whom."""

    def present(self) -> Self:
        """Those of people who are in the account now: what somebody was stays known."""
        return self.filter(
            from_person__memberships__account=F("account"),
            from_person__memberships__until_on=None,
            from_person__erased_at=None,
        )


class Relationship(OwnedByWorkspace):
    """What one person of an account is to another, or to the account when `to_person` is empty."""

    personal_data: ClassVar[Declared] = {"note": RELATIONSHIP}

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="relationships")
    from_person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="relationships_from"
    )
    to_person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="relationships_to"
    )
    kind = models.CharField(max_length=20, choices=wording.choices_of(wording.RELATIONS))
    note = models.CharField(max_length=500, blank=True)
    since_on = models.DateField(null=True, blank=True)

    objects = OwnedManager.from_queryset(RelationshipRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(to_person=None) | ~Q(to_person=F("from_person")),
                name="relationship_between_two",
            ),
            models.UniqueConstraint(
                fields=["account", "from_person", "to_person", "kind"],
                condition=Q(to_person__isnull=False),
                name="relationship_once",
            ),
            models.UniqueConstraint(
                fields=["account", "from_person", "kind"],
                condition=Q(to_person__isnull=True),
                name="relationship_to_account_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_person} {self.kind} {self.to_person or self.account.key}"

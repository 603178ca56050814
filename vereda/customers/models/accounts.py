"""Accounts: the customers of the workspace, in trees."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, F, Q, Value, When

from vereda.customers import wording
from vereda.customers.contracts import CommercialStatus, HealthBand, LifecycleStage
from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows


class AccountRows(OwnedRows["Account"]):
    """Accounts of a workspace."""

    def standing(self) -> Self:
        """Those that were not merged into another."""
        return self.filter(merged_into=None)

    def listed(self) -> Self:
        """Those in the lists: neither archived nor merged into another."""
        return self.standing().filter(archived_at=None)


class Account(OwnedByWorkspace):
    """A customer of the workspace: a company, or one human being in B2C.

    `stage` is how far along the path it is, `status` what was agreed about money. The figures
    at the end are told from above (`note_money`, `note_activity`), so that a list of 100,000
    accounts sorts and filters by one index each; nobody types them.
    """

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("a company's name"),
        "name_sort": NotPersonal("a company's name"),
        "name_bare": NotPersonal("a company's name"),
        "domain": NotPersonal("a company's domain"),
        "website": NotPersonal("a company's site"),
        "industry": NotPersonal("what a company does"),
        "country": NotPersonal("where a company is"),
        "next_step": NotPersonal("what we do next for a company"),
        "custom": NotPersonal("fields about a company, defined by the workspace"),
        "currency": NotPersonal("money"),
        "plan": NotPersonal("what a company bought"),
        "usage_8w": NotPersonal("counts of a whole company"),
        "health_band": NotPersonal("a word of our own about a company"),
    }

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    name_sort = models.CharField(max_length=200, editable=False)
    name_bare = models.CharField(max_length=200, editable=False)
    domain = models.CharField(max_length=253, blank=True)
    website = models.CharField(max_length=500, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    owner = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    stage = models.CharField(
        max_length=20,
        choices=wording.choices_of(wording.STAGES),
        default=LifecycleStage.ONBOARDING,
    )
    stage_order = models.GeneratedField(
        expression=Case(
            *(When(stage=stage, then=Value(order)) for order, stage in enumerate(LifecycleStage)),
            default=Value(len(LifecycleStage)),
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    stage_since_at = models.DateTimeField(null=True, editable=False)
    status = models.CharField(
        max_length=20,
        choices=wording.choices_of(wording.STATUSES),
        default=CommercialStatus.ACTIVE,
    )
    industry = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    created_on = models.DateField(null=True, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="absorbed"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    arr_minor = models.BigIntegerField(null=True, editable=False)
    currency = models.CharField(max_length=3, blank=True, editable=False)
    renewal_on = models.DateField(null=True, editable=False)
    plan = models.CharField(max_length=100, blank=True, editable=False)
    seats = models.PositiveIntegerField(null=True, editable=False)
    last_active_on = models.DateField(null=True, editable=False)
    active_people_28d = models.PositiveIntegerField(null=True, editable=False)
    usage_8w = models.JSONField(default=list, editable=False)
    health_score = models.PositiveSmallIntegerField(null=True, editable=False)
    health_band = models.CharField(
        max_length=10,
        choices=wording.choices_of(wording.BANDS),
        default=HealthBand.UNKNOWN,
        editable=False,
    )
    health_proven = models.BooleanField(default=False, editable=False)
    health_change_28d = models.SmallIntegerField(null=True, editable=False)
    health_on = models.DateField(null=True, editable=False)

    objects = OwnedManager.from_queryset(AccountRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="account_number_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="account_not_its_own_parent"),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="account_not_merged_into_itself"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "id"], name="account_by_id"),
            models.Index(fields=["workspace", "name_sort", "id"], name="account_by_name"),
            models.Index(fields=["workspace", "name_bare"], name="account_by_bare_name"),
            models.Index(fields=["workspace", "domain"], name="account_by_domain"),
            models.Index(fields=["workspace", "owner", "id"], name="account_by_owner"),
            models.Index(fields=["workspace", "stage_order", "id"], name="account_by_stage"),
            models.Index(fields=["workspace", "status", "id"], name="account_by_status"),
            models.Index(fields=["workspace", "industry", "id"], name="account_by_industry"),
            models.Index(fields=["workspace", "country", "id"], name="account_by_country"),
            models.Index(fields=["workspace", "created_on", "id"], name="account_by_creation"),
            models.Index(fields=["workspace", "arr_minor", "id"], name="account_by_arr"),
            models.Index(fields=["workspace", "renewal_on", "id"], name="account_by_renewal"),
            models.Index(fields=["workspace", "plan", "id"], name="account_by_plan"),
            models.Index(fields=["workspace", "seats", "id"], name="account_by_seats"),
            models.Index(fields=["workspace", "last_active_on", "id"], name="account_by_activity"),
            models.Index(fields=["workspace", "active_people_28d", "id"], name="account_by_people"),
            models.Index(fields=["workspace", "health_score", "id"], name="account_by_health"),
            models.Index(fields=["workspace", "health_band", "id"], name="account_by_band"),
            models.Index(fields=["workspace", "parent"], name="account_by_parent"),
            # Counts and sums of a list, whole or by what it is filtered by most, are read from
            # this index alone.
            models.Index(
                fields=["workspace", "currency", "arr_minor", "stage", "status", "owner"],
                condition=Q(archived_at=None, merged_into=None),
                name="account_listed_money",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"

    @property
    def key(self) -> str:
        """What people call it by in addresses: A-12."""
        return f"A-{self.number}"


class AccountMove(OwnedByWorkspace):
    """An account's stage, status or owner became another: what its path is made of."""

    personal_data: ClassVar[Declared] = {
        "before": NotPersonal("a stage, a status or a member's id"),
        "after": NotPersonal("a stage, a status or a member's id"),
    }

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="moves")
    kind = models.CharField(max_length=10, choices=wording.choices_of(wording.MOVES))
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    moved_at = models.DateTimeField()
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager["AccountMove"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "-moved_at"], name="account_move_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.after}"


class AccountExternalIdRows(OwnedRows["AccountExternalId"]):
    """Names of accounts in other systems."""


class AccountExternalId(OwnedByWorkspace):
    """What another system calls an account; after a merge both ids lead to the survivor."""

    personal_data: ClassVar[Declared] = {
        "source": NotPersonal("the name of a system"),
        "value": NotPersonal("a company's number in another system"),
    }

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="external_ids")
    source = models.CharField(max_length=50, blank=True)
    value = models.CharField(max_length=200)

    objects = OwnedManager.from_queryset(AccountExternalIdRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "value"], name="account_external_id_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account"], name="account_external_id_of"),
        ]

    def __str__(self) -> str:
        return self.value


class TagRows(OwnedRows["Tag"]):
    """Tags of a workspace."""


class Tag(OwnedByWorkspace):
    """A word accounts are marked with."""

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("a word about companies"),
        "slug": NotPersonal("a word about companies"),
    }

    name = models.CharField(max_length=50)
    slug = models.CharField(max_length=50, editable=False)

    objects = OwnedManager.from_queryset(TagRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="tag_once"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountTagRows(OwnedRows["AccountTag"]):
    """Which account carries which tag."""


class AccountTag(OwnedByWorkspace):
    """An account carries a tag."""

    personal_data: ClassVar[Declared] = {}

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="account_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="account_tags")

    objects = OwnedManager.from_queryset(AccountTagRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "tag"], name="account_tag_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "tag", "account"], name="account_tag_by_tag"),
            models.Index(fields=["workspace", "account", "tag"], name="account_tag_of"),
        ]

    def __str__(self) -> str:
        return str(self.tag)

"""Tables of audiences: the question, who is in, and who came and went."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from vereda.audiences import wording
from vereda.audiences.contracts import About, Group, SendingState, Way
from vereda.audiences.rules.questions import question_in
from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.surveys.contracts import RepeatUnit, Repetition
from vereda.surveys.wording import REPEAT_UNITS, enum_choices

OF_ONE_THING = Q(account=None, person__isnull=False) | Q(account__isnull=False, person=None)


class AudienceRows(OwnedRows["Audience"]):
    """Audiences of a workspace."""

    def live(self) -> Self:
        """Those that were not archived."""
        return self.filter(archived_at=None)


class Audience(OwnedByWorkspace):
    """A saved question about accounts or people.

    `question` is a `Group` as JSON; `version` counts its changes and `answered_version` says which
    of them the memberships answer. `size` is how many are in. `problem` is why the question can no
    longer be asked (a field of its went away); then who is in stays as it was.
    `started_at`, `done` and `total` tell how far a whole answer is.
    """

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("what the workspace calls a set of accounts or people"),
        "slug": NotPersonal("what the workspace calls a set of accounts or people"),
        "description": NotPersonal("what the set is for"),
        "about": NotPersonal("a word of our own"),
        "question": NotPersonal("names of fields and what they are compared with"),
        "problem": NotPersonal("why a question cannot be asked"),
    }

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=60)
    description = models.CharField(max_length=500, blank=True)
    about = models.CharField(max_length=10, choices=wording.labelled(wording.ABOUT))
    question = models.JSONField()
    version = models.PositiveIntegerField(default=1, editable=False)
    answered_version = models.PositiveIntegerField(default=0, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    by_time = models.BooleanField(default=False, editable=False)
    size = models.PositiveIntegerField(default=0, editable=False)
    problem = models.CharField(max_length=500, blank=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OwnedManager.from_queryset(AudienceRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="audience_number_once"),
            models.UniqueConstraint(fields=["workspace", "slug"], name="audience_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What people call it by in addresses: AU-3."""
        return f"AU-{self.number}"

    @property
    def asked(self) -> Group:
        """The question."""
        return question_in(self.question)

    @property
    def of_accounts(self) -> bool:
        """Is it about accounts? Else it is about people."""
        return self.about == About.ACCOUNTS

    @property
    def is_current(self) -> bool:
        """Does who is in answer the question as it is now?"""
        return self.answered_version == self.version


class InclusionRows(OwnedRows["Inclusion"]):
    """Who stands in the lists of audiences."""

    def inside(self) -> Self:
        """Those who are in; the others were held out by hand, or are no longer listed."""
        return self.filter(is_in=True)


class Inclusion(OwnedByWorkspace):
    """Somebody stands in the list of an audience: by its question, or by hand with a reason.

    `way` says which; a row HELD_OUT keeps somebody out whom the question would take in.
    `is_in` is False for those, and for what was added by hand and is archived now.
    """

    personal_data: ClassVar[Declared] = {
        "way": NotPersonal("a word of our own"),
        "reason": Personal(Purpose.RELATIONSHIP, Retention.WITH_PERSON),
    }

    audience = models.ForeignKey(
        Audience, on_delete=models.CASCADE, related_name="inclusions", db_index=False
    )
    account = models.ForeignKey(
        "customers.Account", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        "customers.Person", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    way = models.CharField(max_length=10, choices=wording.labelled(wording.WAYS), default=Way.RULE)
    is_in = models.BooleanField(default=True)
    since_at = models.DateTimeField()
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)

    objects = OwnedManager.from_queryset(InclusionRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["audience", "account"],
                condition=Q(person=None),
                name="inclusion_of_account_once",
            ),
            models.UniqueConstraint(
                fields=["audience", "person"],
                condition=Q(account=None),
                name="inclusion_of_person_once",
            ),
            models.CheckConstraint(condition=OF_ONE_THING, name="inclusion_of_one_thing"),
            models.CheckConstraint(
                condition=~Q(way=Way.HELD_OUT, is_in=True), name="inclusion_held_out_is_not_in"
            ),
            models.CheckConstraint(
                condition=~Q(way=Way.RULE, is_in=False), name="inclusion_by_rule_is_in"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "account"],
                condition=Q(account__isnull=False),
                name="inclusions_of_account",
            ),
            models.Index(
                fields=["workspace", "person"],
                condition=Q(person__isnull=False),
                name="inclusions_of_person",
            ),
            models.Index(
                fields=["audience", "by"], condition=~Q(way=Way.RULE), name="inclusions_by_hand"
            ),
            models.Index(
                fields=["audience", "since_at", "id"],
                condition=Q(is_in=True),
                name="inclusions_newest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audience}: {self.way}"


class AudienceChange(OwnedByWorkspace):
    """Somebody entered or left an audience; `version` is that of the question then."""

    personal_data: ClassVar[Declared] = {
        "kind": NotPersonal("a word of our own"),
        "cause": NotPersonal("a word of our own"),
    }

    audience = models.ForeignKey(
        Audience, on_delete=models.CASCADE, related_name="changes", db_index=False
    )
    account = models.ForeignKey(
        "customers.Account", null=True, on_delete=models.CASCADE, related_name="+"
    )
    person = models.ForeignKey(
        "customers.Person", null=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=wording.labelled(wording.KINDS))
    cause = models.CharField(max_length=10, choices=wording.labelled(wording.CAUSES))
    version = models.PositiveIntegerField()
    happened_at = models.DateTimeField()
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager["AudienceChange"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=OF_ONE_THING, name="audience_change_of_one_thing"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["audience", "happened_at", "id"], name="audience_changes_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.audience}: {self.kind}"


class EventsSeen(OwnedByWorkspace):
    """Up to which stored event the audiences of a workspace know who did something."""

    personal_data: ClassVar[Declared] = {}

    through = models.BigIntegerField(default=0)

    objects = OwnedManager["EventsSeen"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="events_seen_once"),
        ]

    def __str__(self) -> str:
        return str(self.through)


class SurveySending(OwnedByWorkspace):
    """A survey is sent to an audience: once, or also to whoever enters later (`keeps_on`).

    `share` of a hundred are asked, always the same people, also of those who enter later. With
    `again_every` and `again_unit` whoever is still in is asked again after so long.

    There is one for each survey and audience; sending again says it anew. `roles` narrows an
    audience of accounts to the people who stand so in them; none means everybody. `asked` counts
    the invitations made through it, `left_out` those of the last look who got none, by reason.
    """

    personal_data: ClassVar[Declared] = {
        "roles": NotPersonal("words of our own"),
        "again_unit": NotPersonal("a word of our own"),
        "state": NotPersonal("a word of our own"),
        "left_out": NotPersonal("how many were left out, by reason"),
    }

    survey = models.ForeignKey("surveys.Survey", on_delete=models.CASCADE, related_name="+")
    audience = models.ForeignKey(
        Audience, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    roles = models.JSONField(default=list)
    share = models.PositiveSmallIntegerField(default=100)
    keeps_on = models.BooleanField(default=False)
    again_every = models.PositiveSmallIntegerField(null=True)
    again_unit = models.CharField(max_length=10, choices=enum_choices(REPEAT_UNITS), blank=True)
    state = models.CharField(
        max_length=10, choices=wording.labelled(wording.SENDINGS), default=SendingState.WAITING
    )
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    looked_at = models.DateTimeField(null=True, editable=False)
    asked = models.PositiveIntegerField(default=0, editable=False)
    left_out = models.JSONField(default=dict, editable=False)

    objects = OwnedManager["SurveySending"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audience", "survey"], name="survey_sending_once"),
            models.CheckConstraint(
                condition=Q(share__gte=1, share__lte=100), name="survey_sending_share_of_hundred"
            ),
            models.CheckConstraint(
                condition=Q(again_every=None, again_unit="")
                | (Q(again_every__gte=1) & ~Q(again_unit="")),
                name="survey_sending_again_in_units",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["looked_at"], condition=Q(keeps_on=True), name="survey_sendings_going_on"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} → {self.audience_id}"

    @property
    def again(self) -> Repetition | None:
        """After how long whoever is still in is asked again; None for never."""
        if self.again_every is None:
            return None
        return Repetition(self.again_every, RepeatUnit(self.again_unit))

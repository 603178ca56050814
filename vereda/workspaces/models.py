"""Tables of the tenant, its people, keys and audit trail."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from vereda.foundation.ids import new_id
from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.workspaces.contracts import (
    SERVER_TRAITS,
    Call,
    Language,
    Role,
    Theme,
    WriteKeyKind,
)
from vereda.workspaces.roles import permissions_of

WORK = Personal(Purpose.SERVICE, Retention.WITH_MEMBERSHIP)


def every_call() -> list[str]:
    """What browsers may do where nothing was chosen."""
    return [call.value for call in Call]


def usual_server_traits() -> list[str]:
    """The traits that browsers may not say where nothing was chosen."""
    return list(SERVER_TRAITS)


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **values: Any) -> "User":
        """A new user, with a password or (None) with sign-in by link only."""
        user = self.model(email=email.strip().lower(), **values)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **values: Any) -> "User":
        """A user for Django's admin, which is off unless VEREDA_ADMIN is on."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **values)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. They may be a member of several workspaces."""

    belongs_to_no_workspace_because = "one person may work in several"

    personal_data: ClassVar[Declared] = {
        "password": Personal(Purpose.SECURITY, Retention.WITH_MEMBERSHIP),
        "email": WORK,
        "name": WORK,
        "time_zone": WORK,
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(
        max_length=5, default=Language.ENGLISH, choices=[(one, one) for one in Language]
    )
    theme = models.CharField(
        max_length=10, default=Theme.SYSTEM, choices=[(one, one) for one in Theme]
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    shortcuts = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Workspace(models.Model):
    """The company that runs its customer relations here: the tenant."""

    belongs_to_no_workspace_because = "it is the workspace"

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("a company's name"),
        "slug": NotPersonal("a company's short name in addresses"),
        "time_zone": NotPersonal("where the company works"),
        "currency": NotPersonal("the company's money"),
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=48, unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(
        max_length=5, default=Language.ENGLISH, choices=[(one, one) for one in Language]
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="EUR")
    created_at = models.DateTimeField(auto_now_add=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    sample_loaded_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class MemberRows(OwnedRows["Member"]):
    """Members of a workspace."""

    def present(self) -> Self:
        """Those who have not left."""
        return self.filter(left_at=None)


class Member(OwnedByWorkspace):
    """A user who works in a workspace, with a role."""

    personal_data: ClassVar[Declared] = {}

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=[(one, one) for one in Role])
    left_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager.from_queryset(MemberRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "user"], name="member_once"),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def name(self) -> str:
        """What colleagues call them."""
        return self.user.name or self.user.email

    def may(self, permission: str) -> bool:
        """Does their role have the permission, written "capability.verb"?"""
        return permission in permissions_of(Role(self.role))


class KeyCounter(OwnedByWorkspace):
    """The last number given to a kind of key in a workspace: A-12, PE-7."""

    personal_data: ClassVar[Declared] = {"prefix": NotPersonal("a letter or two")}

    prefix = models.CharField(max_length=4)
    last = models.PositiveIntegerField(default=0)

    objects = OwnedManager["KeyCounter"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "prefix"], name="key_counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.last}"


class AuditLine(OwnedByWorkspace):
    """Who did what to which thing, and when. After two years the names go."""

    personal_data: ClassVar[Declared] = {
        "verb": NotPersonal("a word of our own"),
        "kind": NotPersonal("a word of our own"),
        "thing": Personal(Purpose.SECURITY, Retention.TWO_YEARS),
        "details": Personal(Purpose.SECURITY, Retention.TWO_YEARS),
    }

    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    verb = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    thing_id = models.UUIDField()
    thing = models.CharField(max_length=200)
    details = models.JSONField(default=dict)

    objects = OwnedManager["AuditLine"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-id"], name="audit_newest"),
            models.Index(fields=["workspace", "thing_id", "-id"], name="audit_of_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.thing}"


class InvitationRows(OwnedRows["Invitation"]):
    """Invitations of a workspace."""

    def waiting(self) -> Self:
        """Those that nobody accepted or took back, expired ones included."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(OwnedByWorkspace):
    """A letter that lets its addressee join, once, within a week. Its token is kept hashed."""

    personal_data: ClassVar[Declared] = {
        "email": WORK,
        "digest": NotPersonal("the hash of a random token"),
    }

    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=10, choices=[(one, one) for one in Role])
    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager.from_queryset(InvitationRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_waiting_once",
            ),
        ]

    def __str__(self) -> str:
        return self.email


class WriteKeyRows(OwnedRows["WriteKey"]):
    """Write keys of a workspace."""

    def valid(self, *, now: datetime) -> Self:
        """Those that work: neither revoked nor run out."""
        return self.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=now), revoked_at=None)


class WriteKey(OwnedByWorkspace):
    """What a tracking client presents to send events: it can add events and read nothing.

    A public key is kept readable because it is no secret: it stands in every page that a
    browser tracks. Of a secret key only the hash is kept. `ends_at` is when a key that was
    replaced stops working; `in_browser_at` when a secret key was last sent by a browser.
    """

    personal_data: ClassVar[Declared] = {
        "kind": NotPersonal("a word of our own"),
        "digest": NotPersonal("the hash of a random key"),
        "secret": NotPersonal("a random key, public by design, or nothing"),
        "prefix": NotPersonal("the first letters of a random key"),
        "label": NotPersonal("what the key is for"),
        "origins": NotPersonal("addresses of the workspace's own sites"),
    }

    kind = models.CharField(
        max_length=10, default=WriteKeyKind.PUBLIC, choices=[(one, one) for one in WriteKeyKind]
    )
    digest = models.CharField(max_length=64, unique=True)
    secret = models.CharField(max_length=64, blank=True)
    prefix = models.CharField(max_length=16)
    label = models.CharField(max_length=80)
    origins = models.JSONField(default=list)
    signed_only = models.BooleanField(default=False)
    events_per_second = models.PositiveIntegerField(null=True, blank=True)
    events_per_address = models.PositiveIntegerField(null=True, blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    replaced_by = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="replaces"
    )
    replaced_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    in_browser_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager.from_queryset(WriteKeyRows)()

    def __str__(self) -> str:
        return self.label

    @property
    def is_secret(self) -> bool:
        """Does only the workspace's own server know it?"""
        return self.kind == WriteKeyKind.SECRET

    def works(self, *, now: datetime) -> bool:
        """Is it neither revoked nor run out?"""
        return self.revoked_at is None and (self.ends_at is None or self.ends_at > now)

    @property
    def still_sends(self) -> bool:
        """Was it used after another took its place?"""
        return bool(self.replaced_at and self.last_used_at and self.last_used_at > self.replaced_at)


class BrowserSetting(OwnedByWorkspace):
    """What browsers may say in the workspace's name; public keys are held to it.

    User ids are signed with a secret that is derived, not stored: `signing_round` counts how
    often it was changed, and the former one is good until `former_secret_until`.
    """

    personal_data: ClassVar[Declared] = {
        "calls": NotPersonal("words of the tracking dialects"),
        "names": NotPersonal("names of events"),
        "server_traits": NotPersonal("names of traits"),
    }

    calls = models.JSONField(default=every_call)
    names = models.JSONField(default=list)
    only_these_names = models.BooleanField(default=False)
    server_traits = models.JSONField(default=usual_server_traits)
    signing_round = models.PositiveIntegerField(default=1)
    former_secret_until = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager["BrowserSetting"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="browser_setting_once"),
        ]

    def __str__(self) -> str:
        return "browsers"


class ApiToken(OwnedByWorkspace):
    """A program's way in: it may do its scopes, as far as the member who issued it may."""

    personal_data: ClassVar[Declared] = {
        "digest": NotPersonal("the hash of a random token"),
        "prefix": NotPersonal("the first letters of a random token"),
        "label": NotPersonal("what the token is for"),
        "scopes": NotPersonal("names of permissions"),
    }

    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=16)
    label = models.CharField(max_length=80)
    scopes = models.JSONField(default=list)
    by = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager["ApiToken"]()

    def __str__(self) -> str:
        return self.label


class IdempotentAnswer(OwnedByWorkspace):
    """What a program was answered to a write, under the key it gave: a repeat gets the same.

    Without a status the write is at work, or died; `fingerprint` tells another request apart.
    """

    personal_data: ClassVar[Declared] = {
        "route": NotPersonal("an address of our own"),
        "key": NotPersonal("a random text of a program"),
        "fingerprint": NotPersonal("the hash of a request"),
        "body": Personal(Purpose.SERVICE, Retention.THIRTY_DAYS),
    }

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    route = models.CharField(max_length=300)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    claimed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True)

    objects = OwnedManager["IdempotentAnswer"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["token", "route", "key"], name="idempotent_answer_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["claimed_at"], name="idempotent_answer_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.status or 'at work'}"


class SignInLink(models.Model):
    """A link that signs one person in, once: for the first start and for who is locked out."""

    belongs_to_no_workspace_because = "one person may work in several"

    personal_data: ClassVar[Declared] = {"digest": NotPersonal("the hash of a random token")}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link for {self.user}"


class JobRun(models.Model):
    """A turn of a scheduled job. The row is the claim: of several clocks one runs the turn."""

    belongs_to_no_workspace_because = "the machine's clock runs jobs for all workspaces"

    personal_data: ClassVar[Declared] = {
        "job": NotPersonal("a name of our own"),
        "failure": NotPersonal("what our own program reported"),
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "due_at"], name="job_turn_once"),
        ]

    def __str__(self) -> str:
        return f"{self.job} due {self.due_at:%Y-%m-%d %H:%M}"

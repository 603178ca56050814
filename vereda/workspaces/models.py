"""Tables of the tenant, its people, keys and audit trail."""

from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from vereda.foundation.ids import new_id
from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.workspaces.contracts import Language, Role, Theme
from vereda.workspaces.roles import permissions_of

WORK = Personal(Purpose.SERVICE, Retention.WITH_MEMBERSHIP)


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
    """Who did what to which thing, and when. Written with the change, never edited."""

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

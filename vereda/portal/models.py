"""Links into the portal, the visits they open, and how the portal looks."""

from datetime import datetime
from hashlib import sha256
from typing import ClassVar, Self

from django.db import models

from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.portal.style import stylesheet_of

HASH = NotPersonal("the hash of a random token")


class PortalLinkRows(OwnedRows["PortalLink"]):
    """Links of a workspace."""

    def open_at(self, now: datetime) -> Self:
        """Those that were not used and are not too old."""
        return self.filter(used_at=None, expires_at__gt=now)


class PortalLink(OwnedByWorkspace):
    """A way in that was sent to a person: once, for ten minutes. Only hashes are kept.

    `code_digest` belongs to `ticket_digest`, what the browser that asked for the link holds: six
    digits alone open nothing anywhere else.
    """

    personal_data: ClassVar[Declared] = {
        "digest": HASH,
        "code_digest": HASH,
        "ticket_digest": HASH,
    }

    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64, blank=True)
    ticket_digest = models.CharField(max_length=64, blank=True, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager.from_queryset(PortalLinkRows)()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "expires_at"], name="portal_link_by_end"),
        ]

    def __str__(self) -> str:
        return f"link of {self.person_id}"


class PortalVisitRows(OwnedRows["PortalVisit"]):
    """Visits of a workspace's portal."""

    def open_at(self, now: datetime) -> Self:
        """Those that neither ended nor ran out."""
        return self.filter(ended_at=None, ends_at__gt=now)


class PortalVisit(OwnedByWorkspace):
    """A browser that is known to be a person's; it carries a random token, kept here as a hash."""

    personal_data: ClassVar[Declared] = {"digest": HASH}

    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager.from_queryset(PortalVisitRows)()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "person", "-seen_at"], name="portal_visit_newest"),
            models.Index(fields=["workspace", "ends_at"], name="portal_visit_by_end"),
        ]

    def __str__(self) -> str:
        return f"visit of {self.person_id}"


class Branding(OwnedByWorkspace):
    """How a workspace's portal looks: under which name, in which colour, with which logo.

    The colour can be read as text on white; what is shown on dark ground is derived from it.
    """

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("the name that customers read: a company's"),
        "accent": NotPersonal("a colour"),
        "logo": NotPersonal("the logo of a company, drawn anew"),
        "logo_digest": NotPersonal("the hash of a picture"),
    }

    name = models.CharField(max_length=100, blank=True)
    accent = models.CharField(max_length=7, blank=True)
    logo = models.BinaryField(null=True, blank=True)
    logo_digest = models.CharField(max_length=64, blank=True)

    objects = OwnedManager["Branding"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="portal_branding_once"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """What customers read: the name that was chosen, or the workspace's."""
        return self.name or self.workspace.name

    @property
    def look(self) -> str:
        """Changes with the stylesheet and the logo, for addresses that browsers keep for good; ""
        where there is neither a colour nor a logo."""
        if not self.accent and not self.logo_digest:
            return ""
        shown = f"{stylesheet_of(self.accent)} {self.logo_digest}"
        return sha256(shown.encode()).hexdigest()[:16]

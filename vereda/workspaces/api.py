"""Workspaces for programs: the workspace itself, and who works in it."""

from uuid import UUID

from ninja import Router, Schema

from vereda.foundation.api import BearerRequest, endpoint
from vereda.workspaces.models import Member, Workspace
from vereda.workspaces.queries import members_of

router = Router(tags=["workspace"])


class WorkspaceOut(Schema):
    """A workspace."""

    id: UUID
    slug: str
    name: str
    language: str
    time_zone: str
    currency: str


class MemberOut(Schema):
    """Somebody who works in the workspace."""

    id: UUID
    name: str
    email: str
    role: str

    @staticmethod
    def resolve_email(member: Member) -> str:
        """The address they sign in with."""
        return member.user.email


@router.get("/workspace", response=WorkspaceOut, url_name="workspace")
@endpoint(may="workspaces.see")
def show_workspace(request: BearerRequest) -> Workspace:
    """The workspace that the token belongs to."""
    return request.member.workspace


@router.get("/members", response=list[MemberOut], url_name="members")
@endpoint(may="workspaces.see")
def list_members(request: BearerRequest) -> list[Member]:
    """Everybody who works in the workspace today."""
    return list(members_of(request.member.workspace))

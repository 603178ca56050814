"""Who works here: members and invitations."""

from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation import clock
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.errors import Refused
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.shell import settings_tabs
from vereda.workspaces.actions.invitations import Invited, invite, revoke_invitation
from vereda.workspaces.actions.members import change_role, end_membership
from vereda.workspaces.contracts import Role
from vereda.workspaces.forms import InviteForm, RoleForm, role_choices
from vereda.workspaces.letters import invitation_path
from vereda.workspaces.models import Member
from vereda.workspaces.queries import invitation_with_id, invitations_of, member_with_id, members_of
from vereda.workspaces.wording import ROLE_NAMES


@page(may="workspaces.see")
def team(request: MemberRequest) -> HttpResponse:
    """Everybody who works here; administrators invite from here."""
    if request.method == "POST":
        if not request.member.may("workspaces.invite"):
            raise PermissionDenied
        return invite_somebody(request)
    return show_team(request, InviteForm(member=request.member))


def invite_somebody(request: MemberRequest) -> HttpResponse:
    """Send an invitation."""
    form = InviteForm(request.POST, member=request.member)
    if not form.is_valid():
        return show_team(request, form)
    try:
        invited = invite(
            email=form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            by=request.member,
            now=clock.now(),
        )
    except Refused as refused:
        form.add_error("email", str(refused))
        return show_team(request, form)
    return show_team(request, InviteForm(member=request.member), invited=invited)


def show_team(
    request: MemberRequest, form: InviteForm, *, invited: Invited | None = None
) -> HttpResponse:
    """The page of the team, with the link of an invitation that was just made."""
    member = request.member
    roles = role_choices(Role(member.role))
    context = {
        "form": form,
        "rows": [row_of(each, roles=dict(roles)) for each in members_of(member.workspace)],
        "roles": [(role, ROLE_NAMES[Role(role)]) for role, _words in roles],
        "may_change": member.may("workspaces.change_role"),
        "may_invite": member.may("workspaces.invite"),
        "invitations": [
            {
                "row": each,
                "role": ROLE_NAMES[Role(each.role)],
                "late": each.expires_at <= clock.now(),
            }
            for each in invitations_of(member.workspace)
        ],
        "invited": invited,
        "invitation_url": settings.BASE_URL
        + invitation_path(invited.invitation, token=invited.token)
        if invited
        else "",
        "tabs": settings_tabs(member, current="team"),
    }
    return answer(request, "workspaces/team.html", context, status=422 if form.is_bound else 200)


def row_of(member: Member, *, roles: dict[str, object]) -> dict[str, object]:
    """A member as the table shows them; `changeable` when their role may be given by us."""
    return {
        "member": member,
        "role": ROLE_NAMES[Role(member.role)],
        "changeable": member.role in roles,
    }


@page(may="workspaces.change_role", methods=("POST",))
def change_role_of(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Give a member another role."""
    member = member_with_id(request.member.workspace, member_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Refused(_("There is no such role."))
    role = Role(form.cleaned_data["role"])
    changed = change_role(member, role=role, by=request.member, now=clock.now())
    notice(
        request,
        _("%(name)s is now: %(role)s.") % {"name": changed.name, "role": ROLE_NAMES[role]},
    )
    return to_team(request)


@page(may="workspaces.change_role", methods=("POST",))
def remove_member(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Let a member go."""
    member = member_with_id(request.member.workspace, member_id)
    end_membership(member, by=request.member, now=clock.now())
    notice(request, _("%(name)s no longer works here.") % {"name": member.name})
    return to_team(request)


@page(may="workspaces.see", methods=("POST",))
def leave(request: MemberRequest) -> HttpResponse:
    """Leave the workspace oneself."""
    end_membership(request.member, by=request.member, now=clock.now())
    return answer_after(request, to=reverse("home"))


@page(may="workspaces.invite", methods=("POST",))
def revoke_invitation_of(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    invitation = invitation_with_id(request.member.workspace, invitation_id)
    revoke_invitation(invitation, by=request.member, now=clock.now())
    notice(request, _("The invitation was taken back."))
    return to_team(request)


def to_team(request: MemberRequest) -> HttpResponse:
    """Back to the page of the team."""
    slug = request.member.workspace.slug
    return answer_after(request, to=reverse("team", kwargs={"workspace": slug}))

"""Inviting: a letter goes out, somebody joins."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vereda.foundation.errors import Conflict, Refused
from vereda.foundation.tokens import digest_of, random_token
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.members import add_member
from vereda.workspaces.contracts import Role
from vereda.workspaces.letters import send_invitation
from vereda.workspaces.models import Invitation, Member, User
from vereda.workspaces.queries import member_of
from vereda.workspaces.rules import INVITATION_LASTS, may_give


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and the token that only its letter and its sender ever see."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(*, email: str, role: Role, by: Member, now: datetime) -> Invited:
    """Invite an address to the workspace of `by`; an older invitation of it is replaced."""
    address = email.strip().lower()
    if not may_give(Role(by.role), role):
        raise Refused(_("You cannot invite somebody to a role above your own."))
    if member_of(by.workspace, email=address) is not None:
        raise Refused(_("This person is a member already."))
    token = random_token()
    waiting = Invitation.objects.of(by.workspace).waiting().filter(email=address)
    waiting.update(revoked_at=now, updated_at=now)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.of(by.workspace).create(
                email=address,
                role=role,
                digest=digest_of(token),
                by=by,
                expires_at=now + INVITATION_LASTS,
            )
    except IntegrityError as error:
        raise Conflict(_("Somebody else has just invited this address.")) from error
    record(by, "invited", invitation, role=role)
    transaction.on_commit(lambda: send_invitation(invitation, token=token), robust=True)
    return Invited(invitation, token)


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: Member, now: datetime) -> None:
    """Take an invitation back: its link leads nowhere from now on."""
    waiting = Invitation.objects.of(by.workspace).waiting().filter(pk=invitation.pk)
    if waiting.update(revoked_at=now, updated_at=now):
        record(by, "revoked", invitation)


@transaction.atomic
def accept_invitation(invitation: Invitation, *, user: User, now: datetime) -> Member:
    """Join by an invitation to one's own address; of two at once the second is refused."""
    if user.email.lower() != invitation.email:
        raise Refused(_("This invitation was sent to another address."))
    open_ones = Invitation.objects.of(invitation.workspace_id).waiting()
    taken = open_ones.filter(pk=invitation.pk, expires_at__gt=now)
    if not taken.update(accepted_at=now, updated_at=now):
        raise Conflict(_("This invitation was used, taken back or has expired."))
    present = member_of(invitation.workspace, email=invitation.email)
    member = present or add_member(
        invitation.workspace, user=user, role=Role(invitation.role), now=now
    )
    record(member, "joined", member, role=member.role)
    return member


@transaction.atomic
def accept_as_newcomer(
    invitation: Invitation, *, name: str, password: str, now: datetime
) -> Member:
    """Join as somebody who had no account here: one is made for the invited address."""
    if User.objects.filter(email=invitation.email).exists():
        raise Conflict(_("There is an account with this address: sign in to accept."))
    user = User.objects.create_user(
        invitation.email,
        password,
        name=name.strip(),
        language=invitation.workspace.language,
        time_zone=invitation.workspace.time_zone,
    )
    return accept_invitation(invitation, user=user, now=now)

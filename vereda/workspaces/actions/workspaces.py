"""Opening workspaces, marking and erasing them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.members import add_member
from vereda.workspaces.contracts import Role
from vereda.workspaces.models import Member, User, Workspace


@transaction.atomic
def open_workspace(*, name: str, slug: str, owner: User, now: datetime, **values: Any) -> Member:
    """A new workspace with its first owner; answers that owner's membership."""
    workspace = Workspace.objects.create(name=name, slug=slug, **values)
    member = add_member(workspace, user=owner, role=Role.OWNER, now=now)
    record(member, "opened", workspace)
    return member


@transaction.atomic
def mark_as_sample(workspace: Workspace, *, now: datetime) -> Workspace:
    """The workspace is an invented one from now on, and may be erased with one button."""
    Workspace.objects.filter(pk=workspace.pk).update(sample_loaded_at=now)
    workspace.sample_loaded_at = now
    return workspace


@transaction.atomic
def erase_workspace(workspace: Workspace) -> None:
    """Delete the workspace with every row that belongs to it, and who worked nowhere else.

    People who have a password stay: they signed up themselves and may open another workspace.
    Events are not rows; whoever calls this has the store forget them too.
    """
    users = list(Member.objects.of(workspace).values_list("user_id", flat=True))
    workspace.delete()
    for user in User.objects.filter(pk__in=users, is_staff=False):
        works_elsewhere = Member.every_workspace.filter(user=user).exists()
        if not works_elsewhere and not user.has_usable_password():
            user.delete()

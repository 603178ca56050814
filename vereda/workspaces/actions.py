"""Telling workspaces: open one, record what was done in it, number its things."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Model

from vereda.foundation.facts import announce
from vereda.foundation.scoping import OwnedByWorkspace, id_of
from vereda.workspaces.contracts import MemberJoined, Role
from vereda.workspaces.models import AuditLine, KeyCounter, Member, User, Workspace

THING_LENGTH = 200


@transaction.atomic
def open_workspace(*, name: str, slug: str, owner: User, now: datetime, **values: Any) -> Member:
    """A new workspace with its first owner; answers that owner's membership."""
    workspace = Workspace.objects.create(name=name, slug=slug, **values)
    member = add_member(workspace, user=owner, role=Role.OWNER, now=now)
    record(member, "opened", workspace)
    return member


@transaction.atomic
def add_member(workspace: Workspace, *, user: User, role: Role, now: datetime) -> Member:
    """Let a user work in the workspace; somebody who left comes back with the new role."""
    member, _ = Member.objects.of(workspace).update_or_create(
        workspace=workspace, user=user, defaults={"role": role, "left_at": None, "updated_at": now}
    )
    announce(MemberJoined(workspace_id=workspace.pk, member_id=member.pk))
    return member


def record(by: Member | None, verb: str, thing: Model, **details: Any) -> None:
    """One audit line: who did what to which thing; `details` are JSON values, dates and ids.

    Call it inside the action's transaction. `by` is None when a task or a product did it; then
    the thing itself says whose workspace it is.
    """
    AuditLine(
        workspace_id=workspace_of(thing),
        by=by,
        verb=verb,
        kind=thing._meta.label_lower,
        thing_id=thing.pk,
        thing=str(thing)[:THING_LENGTH],
        details={name: plain(value) for name, value in details.items()},
    ).save(force_insert=True)


def workspace_of(thing: Model) -> UUID:
    """The id of the workspace that a row belongs to, or is."""
    if isinstance(thing, Workspace):
        return thing.pk
    if isinstance(thing, OwnedByWorkspace):
        return thing.workspace_id
    raise TypeError(f"{type(thing).__name__} belongs to no workspace")


def plain(value: Any) -> Any:
    """The value as JSON can hold it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


@transaction.atomic
def reserve_numbers(workspace: Workspace | UUID, prefix: str, *, count: int = 1) -> range:
    """The next `count` numbers for keys with that prefix; no two callers get the same."""
    counters = KeyCounter.objects.of(workspace).filter(prefix=prefix)
    if not counters.update(last=F("last") + count):
        KeyCounter.objects.of(workspace).get_or_create(workspace_id=id_of(workspace), prefix=prefix)
        counters.update(last=F("last") + count)
    last = counters.values_list("last", flat=True).get()
    return range(last - count + 1, last + 1)


@transaction.atomic
def find_or_add_user(email: str, *, name: str, language: str, time_zone: str) -> User:
    """The person with that address; a new one, who signs in by link only, when nobody has it."""
    known = User.objects.filter(email=email.strip().lower()).first()
    return known or User.objects.create_user(
        email, name=name, language=language, time_zone=time_zone
    )


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

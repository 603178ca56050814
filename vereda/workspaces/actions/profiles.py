"""What people and workspaces say about themselves, and the first start."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vereda.foundation.errors import Conflict
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.workspaces import open_workspace
from vereda.workspaces.models import Member, User, Workspace
from vereda.workspaces.queries import free_slug, no_user_yet

OWN_FIELDS = frozenset({"name", "language", "theme", "time_zone", "shortcuts"})
WORKSPACE_FIELDS = frozenset({"name", "language", "time_zone", "currency"})


def edit_profile(user: User, **changes: Any) -> User:
    """Change what a person says about themselves: name, language, theme, time zone, shortcuts."""
    if unknown := set(changes) - OWN_FIELDS:
        raise TypeError(f"not part of a profile: {sorted(unknown)}")
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=sorted(changes))
    return user


@transaction.atomic
def edit_workspace(workspace: Workspace, *, by: Member, now: datetime, **changes: Any) -> Workspace:
    """Change the workspace's name, language, time zone or currency."""
    if unknown := set(changes) - WORKSPACE_FIELDS:
        raise TypeError(f"not settings of a workspace: {sorted(unknown)}")
    before = {name: getattr(workspace, name) for name in changes}
    changed = {name: value for name, value in changes.items() if before[name] != value}
    for name, value in changed.items():
        setattr(workspace, name, value)
    if changed:
        workspace.save(update_fields=sorted(changed))
        details = {name: [before[name], value] for name, value in changed.items()}
        record(by, "edited", workspace, changes=details, at=now)
    return workspace


@transaction.atomic
def sign_up_owner(
    *, email: str, password: str, name: str, workspace_name: str, language: str, now: datetime
) -> Member:
    """A new person with a workspace of their own."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name.strip(), language=language)
    except IntegrityError as error:
        raise Conflict(_("There is an account with this address: sign in instead.")) from error
    return open_own_workspace(user, name=workspace_name, language=language, now=now)


@transaction.atomic
def set_up_first_owner(**values: Any) -> Member:
    """The very first person and their workspace; refused as soon as anybody is here."""
    if not no_user_yet():
        raise Conflict(_("Vereda has been set up already: sign in instead."))
    return sign_up_owner(**values)


@transaction.atomic
def open_own_workspace(user: User, *, name: str, language: str, now: datetime) -> Member:
    """One more workspace, owned by `user`."""
    return open_workspace(
        name=name.strip(),
        slug=free_slug(name),
        owner=user,
        now=now,
        language=language,
        time_zone=user.time_zone,
    )

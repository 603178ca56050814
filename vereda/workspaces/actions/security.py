"""What concerns the safety of those who work here."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from vereda.foundation.tasks import task
from vereda.workspaces.actions.audit import record
from vereda.workspaces.models import Member, User


@transaction.atomic
def note_failed_sign_in(email: str, *, address: str, now: datetime) -> None:
    """Somebody gave a wrong password for that address.

    The lines are written by a task, and one is queued for unknown addresses too: how long the
    answer takes must not tell who has an account.
    """
    user_id = User.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()
    write_failed_sign_in.enqueue(str(user_id or ""), address, now.isoformat())


@task()
def write_failed_sign_in(user_id: str, address: str, at: str) -> None:
    """One audit line in each workspace that the person works in."""
    if user_id:
        for member in Member.every_workspace.filter(user=UUID(user_id), left_at=None):
            record(None, "failed sign-in", member, address=address, at=at)

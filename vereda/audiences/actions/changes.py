"""The log of who came and went."""

from datetime import datetime

from django.db import transaction

from vereda.audiences.models import AudienceChange


@transaction.atomic
def forget_old_changes(*, before: datetime) -> int:
    """Let the lines of all workspaces go that are older; answers how many."""
    old = AudienceChange.every_workspace.filter(happened_at__lt=before)
    return old.delete()[0]

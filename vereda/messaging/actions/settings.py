"""How a workspace writes, and the keys its mail server signs with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.messaging.contracts import WrongSetting
from vereda.messaging.models.settings import InboundKey, LetterSetting
from vereda.messaging.rules.addresses import bare_domain
from vereda.messaging.rules.budget import LEAST_BUDGET, MOST_BUDGET
from vereda.messaging.rules.text import fits_in_header
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

OVERLAP = timedelta(hours=24)
"""For so long an older secret still holds after a new one was made."""


@transaction.atomic
def set_letters(
    workspace: Workspace,
    *,
    sender_name: str,
    reply_domain: str,
    weekly_budget: int,
    by: Member,
) -> LetterSetting:
    """The name letters bear, the domain answers go to, how many a person gets in seven days."""
    if not fits_in_header(sender_name) or len(sender_name) > 100:
        raise WrongSetting(_("The name is one line of up to 100 characters."))
    domain = bare_domain(reply_domain)
    if reply_domain.strip() and not domain:
        raise WrongSetting(_("That is no domain: write it like mail.example.com."))
    if not LEAST_BUDGET <= weekly_budget <= MOST_BUDGET:
        raise WrongSetting(_("A person gets from 1 to 50 letters a week."))
    values = {
        "sender_name": sender_name.strip(),
        "reply_domain": domain,
        "weekly_budget": weekly_budget,
    }
    row: LetterSetting
    row, _made = LetterSetting.objects.of(workspace).update_or_create(
        workspace=workspace, defaults=values, create_defaults={**values, "workspace": workspace}
    )
    record(by, "changed", row, **values)
    return row


@transaction.atomic
def rotate_inbound_key(workspace: Workspace, *, by: Member, now: datetime) -> InboundKey:
    """A new secret for the mail server; the one before holds for another day, older ones not."""
    rows = InboundKey.objects.of(workspace)
    ending = rows.filter(ends_at=None)
    rows.filter(ends_at__gt=now).update(ends_at=now, updated_at=now)
    ending.update(ends_at=now + OVERLAP, updated_at=now)
    key: InboundKey = rows.create(begun_at=now, by=by)
    record(by, "rotated", key)
    return key


@transaction.atomic
def end_older_keys(workspace: Workspace, *, by: Member, now: datetime) -> int:
    """Older secrets hold no more, before their day is over; answers how many ended."""
    ended = InboundKey.objects.of(workspace).filter(ends_at__gt=now)
    count = ended.update(ends_at=now, updated_at=now)
    if count:
        record(by, "ended older keys of", workspace)
    return count

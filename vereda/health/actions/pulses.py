"""Giving an opinion."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.health.contracts import OpinionGiven, WrongOpinion
from vereda.health.models.pulses import Pulse
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Member


@transaction.atomic
def give_opinion(
    account: Account, *, value: int, comment: str = "", by: Member | None, now: datetime
) -> Pulse:
    """What a member thinks of the account, 1 to 5; it counts for 90 days, or until the next."""
    pulse = keep_opinion(account, value=value, comment=comment, by=by, at=now)
    record(by, "gave an opinion of", account, value=value)
    announce(OpinionGiven(workspace_id=account.workspace_id, account_id=account.pk))
    return pulse


@transaction.atomic
def keep_opinion(
    account: Account, *, value: int, comment: str = "", by: Member | None, at: datetime
) -> Pulse:
    """An opinion as it was given then, told to nobody: for what is brought in."""
    if not 1 <= value <= 5:
        raise WrongOpinion(_("An opinion is a whole number from 1 to 5."))
    pulse: Pulse = Pulse.objects.of(account.workspace_id).create(
        account=account, member=by, value=value, comment=comment.strip()[:1_000], at=at
    )
    return pulse

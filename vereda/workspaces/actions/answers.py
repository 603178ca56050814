"""Answers to writes by programs, kept so that a repeat gets the same one and does nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.errors import Conflict, Refused
from vereda.workspaces.models import ApiToken, IdempotentAnswer

if TYPE_CHECKING:
    from uuid import UUID

KEPT = timedelta(hours=48)
"""Longer than the day that callers are promised: the clean-up runs once a night."""
DEAD_AFTER = timedelta(minutes=2)
"""No write takes as long: whoever claimed the key and has no answer by then died at work."""


class KeyReused(Refused):
    """The same key came with another body or query."""


@transaction.atomic
def claim_answer(
    token: ApiToken, *, route: str, key: str, fingerprint: str, now: datetime
) -> IdempotentAnswer:
    """The row under which the write is done, or, when it has a status, what was answered.

    `Conflict` while another request is at work under the key; `KeyReused` for another body.
    """
    rows = IdempotentAnswer.objects.of(token.workspace_id)
    answer, made = rows.get_or_create(
        token=token,
        route=route[:300],
        key=key,
        defaults={
            "workspace_id": token.workspace_id,
            "fingerprint": fingerprint,
            "claimed_at": now,
        },
    )
    if made:
        return answer
    if answer.fingerprint != fingerprint:
        raise KeyReused(_("This Idempotency-Key was used for another request. Choose a new one."))
    if answer.status is not None:
        return _still_readable(answer)
    mine = rows.filter(pk=answer.pk, status=None, claimed_at=answer.claimed_at)
    if answer.claimed_at > now - DEAD_AFTER or not mine.update(claimed_at=now):
        raise Conflict(_("A request with this Idempotency-Key is being done. Try again soon."))
    answer.claimed_at = now
    return answer


def _still_readable(answer: IdempotentAnswer) -> IdempotentAnswer:
    if answer.erased_at is not None:
        raise Conflict(_("This was done already; the answer went when a person was erased."))
    return answer


def keep_answer(answer: IdempotentAnswer, *, status: int, body: str) -> None:
    """Store the answer in the write's own transaction; `Conflict` when another took it over."""
    rows = IdempotentAnswer.objects.of(answer.workspace_id).filter(pk=answer.pk, status=None)
    if not rows.filter(claimed_at=answer.claimed_at).update(status=status, body=body):
        raise Conflict(_("This took too long, and another request does it now."))


def release_claim(answer: IdempotentAnswer) -> None:
    """Let the key be used again: nothing was stored under it."""
    rows = IdempotentAnswer.objects.of(answer.workspace_id).filter(pk=answer.pk, status=None)
    rows.filter(claimed_at=answer.claimed_at).delete()


def forget_old_answers(*, now: datetime) -> None:
    """Delete the answers that nobody repeats any more."""
    IdempotentAnswer.every_workspace.filter(claimed_at__lt=now - KEPT).delete()


def erase_kept_answers(workspace_id: UUID, *, now: datetime) -> None:
    """Empty all kept answers of the workspace: one of them may speak of a person just erased.

    That the writes were done stays known, so that a repeat still does nothing.
    """
    rows = IdempotentAnswer.objects.of(workspace_id).filter(status__isnull=False, erased_at=None)
    rows.update(body="", erased_at=now)

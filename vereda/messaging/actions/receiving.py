"""Taking a letter in: kept before anybody looks into it, once for each delivery."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from vereda.messaging.contracts import DropReason, InboundState
from vereda.messaging.letterbox import burn_raw_letter, put_raw_letter
from vereda.messaging.models.replies import InboundLetter
from vereda.messaging.opening import open_inbound
from vereda.messaging.rules.reading import LARGEST_LETTER, MOST_RECIPIENTS

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def receive_letter(
    workspace: Workspace,
    *,
    delivery_id: str,
    raw: bytes,
    recipients: Collection[str] = (),
    vouched: bool,
    now: datetime,
) -> InboundLetter:
    """The letter, kept and queued to be read; the same one again for the same delivery.

    `vouched`: our own mail server found that the domain in From sent it (DMARC); nothing that the
    letter says of itself counts for that. `recipients` are those of the envelope.
    """
    rows = InboundLetter.objects.of(workspace)
    if (known := rows.filter(delivery_id=delivery_id).first()) is not None:
        return known
    reason = _refusal(raw, recipients)
    stored_as = "" if reason else put_raw_letter(raw)
    letter = InboundLetter(
        workspace=workspace,
        delivery_id=delivery_id,
        stored_as=stored_as,
        size=len(raw),
        received_at=now,
        recipients=[each.strip().lower()[:320] for each in list(recipients)[:MOST_RECIPIENTS]],
        vouched=vouched,
        state=InboundState.DROPPED if reason else InboundState.WAITING,
        dropped_because=reason or "",
        read_at=now if reason else None,
    )
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
            if reason is None:
                open_inbound.enqueue(str(workspace.pk), str(letter.pk))
    except IntegrityError:  # the same delivery, in the same moment
        burn_raw_letter(stored_as)
        return rows.get(delivery_id=delivery_id)
    except BaseException:
        burn_raw_letter(stored_as)
        raise
    return letter


def _refusal(raw: bytes, recipients: Collection[str]) -> DropReason | None:
    if len(raw) > LARGEST_LETTER:
        return DropReason.TOO_LARGE
    return DropReason.TOO_MANY_RECIPIENTS if len(recipients) > MOST_RECIPIENTS else None

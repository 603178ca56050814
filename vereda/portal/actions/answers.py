"""What somebody sent by answering our letter, taken as what was asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.errors import Refused
from vereda.messaging.queries.replies import inbound_letter_with_id
from vereda.onboarding.actions.items import submit_item
from vereda.onboarding.contracts.plans import Submission
from vereda.onboarding.contracts.templates import ItemKind
from vereda.onboarding.queries.items import is_told_by_letter, item_with_id
from vereda.portal.actions.telling import BY_LETTER

if TYPE_CHECKING:
    from vereda.messaging.models.replies import InboundLetter
    from vereda.onboarding.models.items import PlanItem

log = logging.getLogger(__name__)

MOST_WORDS = 5_000


def take_answer_for_item(
    workspace_id: UUID,
    *,
    item_id: UUID,
    letter_id: UUID,
    file_ids: tuple[UUID, ...],
    now: datetime,
) -> bool:
    """Give the item what the letter holds, in its writer's name; whether it was taken.

    Only a letter of which we know who wrote it; it is submitted, and for us to accept. What does
    not fit stays among the letters that came in, for a member to read.
    """
    letter = inbound_letter_with_id(workspace_id, letter_id)
    item = item_with_id(workspace_id, item_id)
    if not letter.verified or letter.person is None or item.kind not in BY_LETTER:
        return False
    if item.person_id not in (None, letter.person_id) or is_told_by_letter(item, letter_id):
        return False
    for said in _submissions(item, letter, file_ids=file_ids):
        try:
            submit_item(item, said=said, person=letter.person, letter_id=letter_id, now=now)
        except Refused as refused:
            log.info("The answer %s was left for a member: %s", letter_id, type(refused).__name__)
        else:
            return True
    return False


def _submissions(
    item: PlanItem, letter: InboundLetter, *, file_ids: tuple[UUID, ...]
) -> Iterator[Submission]:
    """What the letter may mean: each of its files in their order, or its words."""
    words = letter.own_words[:MOST_WORDS]
    if item.kind in {ItemKind.FILE, ItemKind.EXPORT}:
        for file_id in file_ids:
            yield Submission(file_id=file_id, words=words)
    elif item.kind is ItemKind.CHOICE:
        yield from _chosen(item, words)
    elif words.strip():
        yield Submission(words=words)


def _chosen(item: PlanItem, words: str) -> Iterator[Submission]:
    said = words.strip().rstrip(".!").casefold()
    for choice in item.asks.choices:
        if said in {title.casefold() for title in choice.titles.values()}:
            yield Submission(choice=choice.key)

"""Audiences that stand on others: refused in a circle, followed when those they ask for move."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from vereda.audiences.actions.answering import NOBODY, Moved
from vereda.audiences.actions.touched import look_at_accounts, look_at_people
from vereda.audiences.contracts import MOST_LEVELS, WrongQuestion
from vereda.audiences.models import Audience
from vereda.audiences.queries.audiences import audience_with_id, live_audiences
from vereda.audiences.rules.references import asked_for, circle_from, standing_levels

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def refuse_circle(
    workspace: Workspace | UUID, *, slug: str, name: str, content: dict[str, Any]
) -> None:
    """Refuse a question through which an audience would ask for itself, or by too many others.

    Call it holding the workspace: two halves of a circle stored at once would pass it.
    """
    rows = list(live_audiences(workspace).values_list("slug", "name", "question"))
    asking = {other: asked_for(question) for other, _name, question in rows}
    asking[slug] = asked_for(content)
    names = {other: called for other, called, _question in rows} | {slug: name}
    way = circle_from(slug, asking)
    if way:
        told = " → ".join(f"“{names[each]}”" for each in (*way, slug))
        raise WrongQuestion(_("An audience cannot ask for itself: %s.") % told)
    if standing_levels(asking) > MOST_LEVELS:
        raise WrongQuestion(
            _("At most %d audiences may stand on one another; this would make one more.")
            % MOST_LEVELS
        )


def audiences_asking_for(audience: Audience) -> list[Audience]:
    """The live audiences whose question asks for this one, by name."""
    return [
        row
        for row in live_audiences(audience.workspace_id)
        if audience.slug in asked_for(row.question)
    ]


def look_at_those_asking(
    workspace_id: UUID,
    audience_id: UUID,
    *,
    account_ids: Collection[UUID],
    person_ids: Collection[UUID],
    now: datetime,
) -> Moved:
    """These came into an audience, or left it: look again at them where others ask for it."""
    slug = audience_with_id(workspace_id, audience_id).slug

    def asks(audience: Audience) -> bool:
        return slug in asked_for(audience.question)

    moved = NOBODY
    if account_ids:
        moved += look_at_accounts(workspace_id, account_ids, now=now, chosen=asks)
    if person_ids:
        moved += look_at_people(workspace_id, person_ids, now=now, chosen=asks)
    return moved

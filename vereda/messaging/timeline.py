"""Letters on the timeline of an account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.markdown import quoted
from vereda.foundation.timeline import TimelineEntry
from vereda.messaging.contracts import AnswerDecision, LetterState
from vereda.messaging.queries.news import answers_come, letters_gone

if TYPE_CHECKING:
    from vereda.messaging.models.letters import Message
    from vereda.messaging.models.replies import InboundLetter
    from vereda.workspaces.models import Workspace


class LettersTimeline:
    """What was written to people of an account, and what they answered.

    Everybody who may see an account may see letters (workspaces/roles.py). Of letters of ours the
    subject is told; of answers the first words too, as a quotation.
    """

    kinds = (("letter", gettext_lazy("Letters")),)

    def entries(
        self, workspace: Workspace, *, account_ids: Sequence[UUID], before: datetime, limit: int
    ) -> Sequence[TimelineEntry]:
        """The newest `limit` entries earlier than `before`; two queries."""
        whose = in_accounts(account_ids)
        gone = letters_gone(workspace, whose=whose, before=before, limit=limit)
        came = answers_come(workspace, whose=whose, before=before, limit=limit)
        return newest_entries(gone, came, workspace)[:limit]


def newest_entries(
    gone: Iterable[Message], came: Iterable[InboundLetter], workspace: Workspace
) -> list[TimelineEntry]:
    """Letters and answers as entries, the newest first."""
    told = [gone_entry(row, workspace) for row in gone]
    told += [come_entry(row, workspace) for row in came]
    return sorted(told, key=lambda entry: (entry.at, entry.key), reverse=True)


def gone_entry(row: Message, workspace: Workspace) -> TimelineEntry:
    """A letter left, or may have."""
    assert row.claimed_at is not None  # noqa: S101 - asked only for those that were
    said = {"person": row.person.called, "subject": row.subject or row.get_kind_display()}
    if row.state == LetterState.UNCLEAR:
        title = _("Letter to %(person)s, which may have left: %(subject)s") % said
    else:
        title = _("Letter to %(person)s: %(subject)s") % said
    return TimelineEntry(
        at=row.claimed_at,
        key=f"letter-{row.pk}",
        kind="letter",
        account_id=row.account_id,
        title=title,
        icon="mail",
        url=reverse("messaging:letter", args=[workspace.slug, row.pk]),
        actor=row.by.name if row.by else "",
    )


def come_entry(row: InboundLetter, workspace: Workspace) -> TimelineEntry:
    """An answer came in: whose it is, or seems to be."""
    who = row.person.called if row.person else _("somebody")
    if row.waits_for_member:
        title = _("Answer in the name of %s, not verified") % who
    elif row.decision == AnswerDecision.SET_ASIDE:
        title = _("Answer in the name of %s, set aside") % who
    else:
        title = _("%s answered by letter") % who
    return TimelineEntry(
        at=row.received_at,
        key=f"answer-letter-{row.pk}",
        kind="letter",
        account_id=row.account_id,
        title=title,
        markdown=quoted(row.own_words),
        icon="inbox",
        url=reverse("messaging:inbound-letter", args=[workspace.slug, row.pk]),
        major=row.decision != AnswerDecision.SET_ASIDE,
    )

"""What an account did in the product, one entry per day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext_lazy, ngettext

from vereda.events.contracts.answers import UsageOfNameOnDay
from vereda.events.queries.usage import usage_of_accounts
from vereda.foundation.timeline import TimelineEntry

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

FIRST_SPAN: Final = timedelta(days=90)
NEXT_SPAN: Final = timedelta(days=270)
WHOLE_SPAN: Final = timedelta(days=3_650)
NAMED: Final = 3


class UsageTimeline:
    """Each day of use: how much, and the things done most."""

    kinds = (("usage", gettext_lazy("Usage")),)

    def entries(
        self, workspace: Workspace, *, account_ids: Sequence[UUID], before: datetime, limit: int
    ) -> Sequence[TimelineEntry]:
        """The newest days whose end is before `before`; three questions at most."""
        until = before.astimezone(UTC).date() + timedelta(days=1)
        entries: list[TimelineEntry] = []
        for span in (FIRST_SPAN, NEXT_SPAN, WHOLE_SPAN):
            since = until - span
            entries += _days(workspace, account_ids, before=before, since=since, until=until)
            if len(entries) >= limit:
                break
            until = since
        return entries[:limit]


def _days(
    workspace: Workspace,
    account_ids: Sequence[UUID],
    *,
    before: datetime,
    since: date,
    until: date,
) -> list[TimelineEntry]:
    used = usage_of_accounts(workspace, account_ids=account_ids, since=since, until=until)
    entries = [
        _entry(account_id, list(names))
        for account_id, usage in used.items()
        for _, names in groupby(usage, key=lambda usage: usage.day)
    ]
    earlier = [entry for entry in entries if entry.at < before]
    return sorted(earlier, key=lambda entry: (entry.at, entry.key), reverse=True)


def _entry(account_id: UUID, names: list[UsageOfNameOnDay]) -> TimelineEntry:
    """A day stands at its noon: its usage is spread over the whole of it."""
    names.sort(key=lambda usage: usage.count, reverse=True)
    total, day = sum(usage.count for usage in names), names[0].day
    title = ngettext("%(count)s use of the product", "%(count)s uses of the product", total)
    most = [f"{usage.name} \N{MULTIPLICATION SIGN} {usage.count}" for usage in names[:NAMED]]
    if len(names) > NAMED:
        most.append(f"+ {len(names) - NAMED}")
    return TimelineEntry(
        at=datetime.combine(day, time(12), tzinfo=UTC),
        key=f"{account_id.hex}-{day.isoformat()}",
        kind="usage",
        account_id=account_id,
        title=title % {"count": total},
        markdown=", ".join(most).replace("*", "\\*").replace("_", "\\_").replace("[", "\\["),
        icon="activity",
        all_day=True,
    )

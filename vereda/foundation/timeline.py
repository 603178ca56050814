"""The timeline of an account, told by every capability that knows a piece of it.

A capability's `timeline.py` offers a `TimelineSource`; `config/wiring.py` lists the sources; the
console joins them by time. Entries are plain values: a source renders nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from django.utils.functional import Promise

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One thing that happened to an account.

    at: the instant. key: unique within the source and stable, for links and paging.
    kind: one of the source's `kinds`. title: one line. markdown: words people wrote, or "".
    icon: a name of the icon sprite. url: where it can be opened, or "". actor: who did it, or "".
    major: shown as a filled dot. account_id: whose it is, where several accounts are told as one.
    all_day: it belongs to the day of `at`; the hour says nothing and is not shown.
    """

    at: datetime
    key: str
    kind: str
    title: str | Promise
    markdown: str = ""
    icon: str = "circle"
    url: str = ""
    actor: str = ""
    major: bool = False
    pinned: bool = False
    all_day: bool = False
    account_id: UUID | None = None


class TimelineSource(Protocol):
    """A capability's share of the timeline; a constant number of queries per call."""

    @property
    def kinds(self) -> Sequence[tuple[str, str | Promise]]:
        """The kinds of entry it gives, with the label of their filter chip."""
        ...

    def entries(
        self, workspace: "Workspace", *, account_ids: Sequence[UUID], before: datetime, limit: int
    ) -> Sequence[TimelineEntry]:
        """The newest `limit` entries earlier than `before`, newest first."""
        ...

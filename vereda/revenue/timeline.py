"""What happened to an account's money, for its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vereda.foundation.timeline import TimelineEntry
from vereda.foundation.wording import money_words, number_words
from vereda.revenue import wording
from vereda.revenue.contracts import BillingPeriod, Movement
from vereda.revenue.models import ChurnEvent, Subscription
from vereda.revenue.queries.subscriptions import money_news
from vereda.revenue.rules.terms import movement_between

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

ICONS = {
    Movement.STARTED: "plus",
    Movement.UPGRADED: "trending-up",
    Movement.DOWNGRADED: "trending-down",
    Movement.CHANGED: "pencil",
}


class MoneyTimeline:
    """Starts, changes of terms, ends and goodbyes, each at noon of its day in the workspace."""

    kinds = (("money", gettext_lazy("Money")),)

    def entries(
        self, workspace: Workspace, *, account_ids: Sequence[UUID], before: datetime, limit: int
    ) -> Sequence[TimelineEntry]:
        """The newest `limit` entries earlier than `before`; three queries."""
        zone = ZoneInfo(workspace.time_zone)
        until = before.astimezone(zone).date()
        started, ended, goodbyes = money_news(workspace, account_ids, until=until, limit=limit + 1)
        told = [started_entry(row, workspace, zone) for row in started]
        told += [ended_entry(row, workspace, zone) for row in ended]
        told += [goodbye_entry(row, zone) for row in goodbyes]
        earlier = [entry for entry in told if entry.at < before]
        return sorted(earlier, key=lambda entry: (entry.at, entry.key), reverse=True)[:limit]


def noon(day: date, zone: ZoneInfo) -> datetime:
    """Noon of that day: money changes on days, not at instants."""
    return datetime.combine(day, time(12), tzinfo=zone)


def started_entry(row: Subscription, workspace: Workspace, zone: ZoneInfo) -> TimelineEntry:
    """A subscription began, or went on with other terms."""
    movement = movement_between(row.continues, row)
    told = wording.MOVEMENTS[movement]
    if row.continues is not None:
        title = f"{told}: {terms_words(row.continues)} → {terms_words(row)}"
    else:
        title = f"{told}: {terms_words(row)}"
    return TimelineEntry(
        at=noon(row.started_on, zone),
        key=f"started-{row.key}",
        kind="money",
        account_id=row.account_id,
        title=title,
        icon=ICONS[movement],
        url=url_of_subscription(row, workspace),
        major=True,
        all_day=True,
    )


def ended_entry(row: Subscription, workspace: Workspace, zone: ZoneInfo) -> TimelineEntry:
    """A subscription ended and nothing continues it."""
    assert row.ends_on is not None  # noqa: S101 - asked only for those that end
    ended = _("Trial ended") if row.trial else _("Subscription ended")
    return TimelineEntry(
        at=noon(row.ends_on, zone),
        key=f"ended-{row.key}",
        kind="money",
        account_id=row.account_id,
        title=f"{ended}: {terms_words(row)}",
        icon="circle-stop",
        url=url_of_subscription(row, workspace),
        major=True,
        all_day=True,
    )


def goodbye_entry(row: ChurnEvent, zone: ZoneInfo) -> TimelineEntry:
    """An account left."""
    lost = row.lost_arr_minor
    words = f" · {money_words(-lost, row.currency)}" if lost else ""
    return TimelineEntry(
        at=noon(row.churned_on, zone),
        key=f"left-{row.pk}",
        kind="money",
        account_id=row.account_id,
        title=_("Left: %s") % f"{row.get_reason_display()}{words}",
        markdown=row.comment,
        icon="door-open",
        major=True,
        all_day=True,
    )


def terms_words(row: Subscription) -> str:
    """The terms in a few words: "Pro, 24 seats, €70.00 a month"."""
    words = [row.plan or row.product or row.key]
    if row.seats is not None:
        words.append(ngettext("%s seat", "%s seats", row.seats) % number_words(row.seats))
    if row.trial:
        words.append(_("trial"))
    elif row.amount_minor:
        period = wording.PER_PERIOD[BillingPeriod(row.period)]
        words.append(f"{money_words(row.amount_minor, row.currency)} {period}")
    return ", ".join(words)


def url_of_subscription(row: Subscription, workspace: Workspace) -> str:
    """Where the subscription can be seen and changed."""
    return reverse("revenue:change", kwargs={"workspace": workspace.slug, "subscription": row.key})

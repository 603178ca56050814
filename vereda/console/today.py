"""What Today tells: why each thing stands where it stands, what changed, what comes this week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.console.cells import usage_cell
from vereda.customers.contracts import HealthBand
from vereda.customers.queries.accounts import listed_accounts
from vereda.customers.wording import BANDS
from vereda.foundation.charts import Share, stacked_bar
from vereda.foundation.shell import row_address
from vereda.foundation.templatetags.ui import chip
from vereda.foundation.wording import compact_money_words, number_words
from vereda.health.queries.scores import bands_changed_of
from vereda.health.wording import health_icon, health_tone, health_words
from vereda.support.queries.tickets import all_tickets
from vereda.surveys.queries.answers import all_answers
from vereda.worklist.queries.alerts import alerts_closed_by_themselves, alerts_raised_since
from vereda.worklist.queries.tasks import tasks_due

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from vereda.customers.models.accounts import Account
    from vereda.worklist.models.alerts import Alert
    from vereda.worklist.queries.desks import RankedItem
    from vereda.worklist.queries.ranks import Reckoning
    from vereda.workspaces.models import Member

MOST_CHANGES: Final = 12
MOST_THIS_WEEK: Final = 10
LONGEST_AGO: Final = timedelta(days=14)
WEEK: Final = timedelta(days=7)
RENEWS_SOON_DAYS: Final = 180
TICKET_COLUMNS: Final = (
    "number",
    "subject",
    "external_id",
    "opened_at",
    "account__number",
    "account__name",
)
ANSWER_COLUMNS: Final = (
    "score",
    "answered_at",
    "survey__name",
    "account__number",
    "account__name",
)


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line of "do now"."""

    ranked: RankedItem
    title: str
    under: str
    why: str
    chip: SafeString | str
    usage: SafeString | str
    slug: str

    @property
    def key(self) -> str:
        """What people call it by."""
        return self.ranked.item.key

    @property
    def url(self) -> str:
        """Where it can be seen."""
        return row_address("worklist:item", slug=self.slug, item=self.key)

    @property
    def finish_url(self) -> str:
        """Where it is done."""
        return row_address("worklist:finish", slug=self.slug, item=self.key)

    @property
    def snooze_url(self) -> str:
        """Where it is put off."""
        return row_address("worklist:snooze", slug=self.slug, item=self.key)

    @property
    def delegate_url(self) -> str:
        """Where it is handed over."""
        return row_address("worklist:delegate", slug=self.slug, item=self.key)

    @property
    def account_url(self) -> str:
        """Where its account is; "" without one."""
        account = self.ranked.account
        key = account.key if account else ""
        return row_address("console:account", slug=self.slug, account=key) if account else ""

    @property
    def more_url(self) -> str:
        """Where all alerts of its kind about its account are; "" where it is the only one."""
        alert, account = self.ranked.alert, self.ranked.account
        if not self.ranked.has_more or alert is None or account is None:
            return ""
        base = reverse("worklist:work", kwargs={"workspace": self.slug})
        return f"{base}?account={account.key}&kind={alert.kind}"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that became another since the member last looked."""

    at: datetime
    icon: str
    account: Account
    sentence: str
    url: str
    account_url: str
    major: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """Something of the next seven days."""

    on: date
    words: str
    account: Account | None
    url: str
    late: bool = False


# --- Do now ---------------------------------------------------------------------


def to_do(ranked: RankedItem, *, reckoning: Reckoning, slug: str) -> ToDo:
    """An alert or a task as a line: what to do, why, and why it stands there."""
    item, account = ranked.item, ranked.account
    return ToDo(
        ranked=ranked,
        title=ranked.alert.act if ranked.alert else item.called,
        under=item.called if ranked.alert else task_words(item, today=reckoning.today),
        why=" · ".join(rank_reasons(ranked, reckoning=reckoning)),
        chip=colour_chip(account, slug=slug) if account else "",
        usage=usage_cell(account) if account else "",
        slug=slug,
    )


def colour_chip(account: Account, *, slug: str) -> SafeString | str:
    """The account's colour, grey until it is earned; a click says why."""
    shown = chip(
        health_tone(account.health_band, proven=account.health_proven),
        health_words(account.health_score, account.health_band),
        health_icon(account.health_band),
    )
    if account.health_on is None:
        return shown
    url = row_address("health:account", slug=slug, account=account.key)
    return format_html('<a href="{}">{}</a>', url, shown)


def rank_reasons(ranked: RankedItem, *, reckoning: Reckoning) -> list[str]:
    """Why it stands where it stands: "renews in 41 days · health -12 · €84K"."""
    alert, account, today = ranked.alert, ranked.account, reckoning.today
    told = [alert.sentence(today=today).rstrip(".")] if alert else list[str]()
    if account is None:
        return told
    speaks_of_renewal = alert is not None and "renewal_on" in alert.details
    if account.renewal_on and not speaks_of_renewal:
        days = (account.renewal_on - today).days
        if days == 0:
            told.append(_("It renews today.").rstrip("."))
        elif 0 < days <= RENEWS_SOON_DAYS:
            told.append(
                ngettext("renews in %(days)s day", "renews in %(days)s days", days)
                % {"days": number_words(days)}
            )
    if account.health_change_28d:
        change = account.health_change_28d
        sign = "+" if change > 0 else "\N{MINUS SIGN}"
        told.append(_("health %s") % f"{sign}{number_words(abs(change))}")
    minor = reckoning.at_stake_minor(account)
    if minor:
        told.append(compact_money_words(minor, reckoning.currency))
    return told


def task_words(task: Any, *, today: date) -> str:
    """When a task is due, in words."""
    if task.due_on is None:
        return _("Task without a day")
    days = (task.due_on - today).days
    if days < 0:
        return ngettext("%(days)s day late", "%(days)s days late", -days) % {
            "days": number_words(-days)
        }
    if days == 0:
        return _("Due today")
    return ngettext("Due in %(days)s day", "Due in %(days)s days", days) % {
        "days": number_words(days)
    }


# --- What changed -----------------------------------------------------------------


def changes_since(member: Member, *, since: datetime, today: date) -> list[Change]:
    """What became another about a member's accounts, the latest first; five queries.

    Told from rows that were stored when it happened; at most two weeks back.
    """
    told = [
        *alert_changes(member, since=since, today=today),
        *band_changes(member, since=since),
        *ticket_changes(member, since=since),
        *answer_changes(member, since=since),
    ]
    told.sort(key=lambda each: (each.at, each.sentence), reverse=True)
    return told[:MOST_CHANGES]


def alert_changes(member: Member, *, since: datetime, today: date) -> list[Change]:
    """What was noticed, and what closed by itself."""
    workspace, slug = member.workspace, member.workspace.slug
    raised = alerts_raised_since(workspace, owner=member, since=since, limit=MOST_CHANGES)
    closed = alerts_closed_by_themselves(workspace, owner=member, since=since, limit=MOST_CHANGES)
    told = [
        Change(
            row.raised_at,
            row.icon,
            row.account,
            row.sentence(today=today),
            page_of(slug, row),
            account_page(slug, row.account),
        )
        for row in raised
    ]
    for row in closed:
        assert row.closed_at is not None  # noqa: S101 - asked only for those that are
        words = _("Closed by itself: %s") % row.called
        at, account = row.closed_at, row.account
        url, account_url = page_of(slug, row), account_page(slug, account)
        told.append(Change(at, "circle-check", account, words, url, account_url))
    return told


def page_of(slug: str, row: Alert) -> str:
    """Where an alert can be seen."""
    return row_address("worklist:item", slug=slug, item=row.key)


def account_page(slug: str, account: Account) -> str:
    """Where an account can be seen."""
    return row_address("console:account", slug=slug, account=account.key)


def band_changes(member: Member, *, since: datetime) -> list[Change]:
    """Colours that became another."""
    if not member.may("health.see"):
        return []
    slug = member.workspace.slug
    return [
        Change(
            row.at,
            health_icon(row.band_after),
            row.account,
            _("%(before)s became %(after)s")
            % {
                "before": health_words(row.value_before, row.band_before),
                "after": health_words(row.value_after, row.band_after),
            },
            row_address("health:account", slug=slug, account=row.account.key),
            account_page(slug, row.account),
            major=row.band_after == HealthBand.AT_RISK,
        )
        for row in bands_changed_of(member, since=since, limit=MOST_CHANGES)
    ]


def ticket_changes(member: Member, *, since: datetime) -> list[Change]:
    """Tickets they opened."""
    if not member.may("support.see"):
        return []
    slug = member.workspace.slug
    rows = all_tickets(member.workspace).filter(account__owner=member, opened_at__gt=since)
    rows = rows.select_related(None).select_related("account")
    return [
        Change(
            row.opened_at,
            "ticket",
            row.account,
            _("Ticket %(key)s: %(subject)s") % {"key": row.key, "subject": row.called},
            row_address("support:ticket", slug=slug, ticket=row.key),
            account_page(slug, row.account),
        )
        for row in rows.only(*TICKET_COLUMNS).newest()[:MOST_CHANGES]
    ]


def answer_changes(member: Member, *, since: datetime) -> list[Change]:
    """What they answered to surveys."""
    if not member.may("surveys.see"):
        return []
    mine = listed_accounts(member.workspace).filter(owner=member).order_by().values("pk")
    rows = all_answers(member.workspace).filter(account__in=mine, answered_at__gt=since)
    slug, told = member.workspace.slug, []
    rows = rows.select_related(None).select_related("account", "survey").only(*ANSWER_COLUMNS)
    for row in rows.order_by("-answered_at", "-pk")[:MOST_CHANGES]:
        account = row.account
        if account is None:
            continue
        where = {"workspace": slug, "account": account.key, "tab": "timeline"}
        said = number_words(row.score) if row.score is not None else _("in words")
        words = _("Answered “%(survey)s”: %(said)s") % {"survey": row.survey.name, "said": said}
        url, account_url = reverse("console:account-tab", kwargs=where), account_page(slug, account)
        told.append(Change(row.answered_at, "megaphone", account, words, url, account_url))
    return told


# --- This week ----------------------------------------------------------------------


def coming_week(member: Member, *, today: date) -> list[Coming]:
    """Tasks that are due and accounts that renew in seven days, by day; two queries."""
    workspace, slug = member.workspace, member.workspace.slug
    until = today + WEEK
    told = [
        Coming(
            task.due_on,
            task.called,
            task.account,
            row_address("worklist:item", slug=slug, item=task.key),
            late=task.due_on < today,
        )
        for task in tasks_due(workspace, owner=member, until=until, limit=MOST_THIS_WEEK)
        if task.due_on
    ]
    renewing = listed_accounts(workspace).filter(
        owner=member, renewal_on__gte=today, renewal_on__lte=until
    )
    told += [
        Coming(
            account.renewal_on,
            _("Renewal"),
            account,
            account_page(slug, account),
        )
        for account in renewing.only("number", "name", "renewal_on").order_by("renewal_on", "pk")[
            :MOST_THIS_WEEK
        ]
        if account.renewal_on
    ]
    return sorted(told, key=lambda each: (each.on, each.words))[:MOST_THIS_WEEK]


# --- My accounts ----------------------------------------------------------------------

FILLS: Final = {
    HealthBand.HEALTHY: "good",
    HealthBand.WATCH: "watch",
    HealthBand.AT_RISK: "risk",
    HealthBand.UNKNOWN: "unknown",
}
GREYS: Final = {
    HealthBand.HEALTHY: "1",
    HealthBand.WATCH: "2",
    HealthBand.AT_RISK: "3",
    HealthBand.UNKNOWN: "unknown",
}
"""While no colour is earned, parts are mere kinds."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A member's accounts by colour; grey while no colour is earned."""

    accounts: int
    bands: Sequence[tuple[HealthBand, str | Promise, int, str]]
    bar: SafeString | str
    proven: bool


def linked(word: str | Promise, url: str) -> SafeString:
    """A word that leads to its rows."""
    return format_html('<a class="link" href="{}">{}</a>', url, word)


def portfolio_of(member: Member) -> Portfolio:
    """How many of a member's accounts stand in each colour, each number with its list; one
    query."""
    # Grouped by what no index is in the order of: by the bare column, the database would rather
    # go through everybody's accounts by band.
    rows = listed_accounts(member.workspace).filter(owner=member).order_by()
    grouped = rows.values_list(Coalesce("health_band", Value("")), "health_proven")
    counted = grouped.annotate(count=Count("pk"))
    told = Counter({(band, sure): count for band, sure, count in counted})
    base = reverse("console:accounts", kwargs={"workspace": member.workspace.slug})
    proven = any(sure for _band, sure in told)
    bands = [
        (
            band,
            BANDS[band],
            told[band.value, True] + told[band.value, False],
            f"{base}?f=owner:any_of:{member.pk}&f=health_band:any_of:{band}",
        )
        for band in HealthBand
    ]
    shares = [
        Share(linked(word, url), count, FILLS[band] if proven else GREYS[band])
        for band, word, count, url in bands
        if count
    ]
    return Portfolio(
        accounts=told.total(),
        bands=bands,
        bar=stacked_bar(shares, title=_("My accounts by health")) if shares else "",
        proven=proven,
    )

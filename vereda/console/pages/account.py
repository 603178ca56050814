"""The page of an account: who they are, and tabs of what happened, is used, paid and filed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from babel.numbers import get_currency_precision
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.audiences.queries.inclusions import audiences_of_account
from vereda.console.listing import today_in
from vereda.console.story import kinds_told, spoken_kinds, story_of
from vereda.console.using import (
    Trend,
    metrics_shown,
    use_by_feature,
    use_by_person,
    use_by_week,
)
from vereda.customers import wording
from vereda.customers.contracts import CommercialStatus, FieldTarget, LifecycleStage
from vereda.customers.queries.accounts import (
    account_with_key,
    descendant_ids,
    listed_accounts,
    tags_of_all,
)
from vereda.customers.queries.fields import custom_fields_by_slug, values_of
from vereda.customers.queries.files import files_of
from vereda.customers.queries.lighthouses import lighthouse_of
from vereda.customers.queries.notes import notes_of
from vereda.customers.queries.relationships import relationship_map
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.charts import Share, Threshold, bars, trend
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer
from vereda.foundation.paging import slice_of
from vereda.foundation.templatetags.ui import Tab, day
from vereda.foundation.wording import country_words, money_words, number_words, whole_money_words
from vereda.onboarding.contracts.plans import PlanPhase
from vereda.onboarding.contracts.templates import Party, SetNumber
from vereda.onboarding.queries.plans import plans_of
from vereda.onboarding.wording.plans import HOLDERS, PHASES
from vereda.onboarding.wording.templates import SETS
from vereda.outcomes.queries.reports import value_report
from vereda.outcomes.wording import WORTH_TONES, WORTHS
from vereda.revenue.queries.subscriptions import money_of_account
from vereda.support.queries.tickets import ticket_summary, tickets_of_accounts
from vereda.surveys.queries.answers import NEWEST, answers_in_accounts
from vereda.surveys.queries.voices import opinions_in, voice_of
from vereda.worklist.queries.alerts import open_alerts_of_account
from vereda.worklist.queries.tasks import open_tasks_of_account

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account

SOON = 30
NEXT_SHOWN = 5
PEOPLE_SHOWN = 6
TICKETS_SHOWN = 20
VOICES_SHOWN = 25
NOTES_PINNED = 10
MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Opened:
    """An account as it is being looked at: alone, or with everything below it."""

    request: MemberRequest
    account: Account
    ids: Sequence[UUID]
    with_children: bool
    has_children: bool
    today: date
    now: datetime


MAY_SEE = {
    "money": "revenue.see",
    "usage": "events.see",
    "voice": "surveys.see",
    "value": "outcomes.see",
    "onboarding": "onboarding.see",
}
"""What a tab asks for beyond seeing the account."""


@page(may="customers.see", methods=READING)
def overview(request: MemberRequest, account: str) -> HttpResponse:
    """The account's first tab."""
    return shown(request, account, "overview")


@page(may="customers.see", methods=READING)
def tab(request: MemberRequest, account: str, tab: str) -> HttpResponse:
    """Another tab of the account."""
    if tab not in TABS:
        raise Missing(tab[:40])
    if not request.member.may(MAY_SEE.get(tab, "customers.see")):
        raise PermissionDenied
    return shown(request, account, tab)


def shown(request: MemberRequest, key: str, tab: str) -> HttpResponse:
    """The tab, within the account's page."""
    opened = opened_account(request, key)
    context = {**frame_of(opened, tab), **TABS[tab](opened)}
    return answer(request, f"console/account_{tab}.html#tab", context)


def opened_account(request: MemberRequest, key: str) -> Opened:
    """The account with that key; `?children=1` takes in what stands below it."""
    workspace = request.member.workspace
    account = account_with_key(workspace, key)
    has_children = listed_accounts(workspace).filter(parent=account).exists()
    with_children = has_children and request.GET.get("children") == "1"
    ids = descendant_ids(account) if with_children else [account.pk]
    return Opened(request, account, ids, with_children, has_children, today_in(workspace), now())


# --- What stands around every tab ---------------------------------------------------


def frame_of(opened: Opened, tab: str) -> dict[str, Any]:
    """Header, facts and people."""
    account, workspace = opened.account, opened.request.member.workspace
    tags = tags_of_all(workspace, [account.pk])[account.pk]
    network = relationship_map(account)
    may = opened.request.member.may
    return {
        "account": account,
        "stage": wording.STAGES[LifecycleStage(account.stage)],
        "status": wording.STATUSES[CommercialStatus(account.status)],
        "status_tone": STATUS_TONES.get(CommercialStatus(account.status), "plain"),
        "facts": facts_of(opened),
        "lighthouse": lighthouse_of(account),
        "tags": tags,
        "network": network,
        "people": people_rows(network)[:PEOPLE_SHOWN],
        "people_count": len(network.people),
        "audiences": audiences_of_account(workspace, account.pk),
        "tabs": tabs_of_account(opened, tab),
        "renewal_days": days_until(account.renewal_on, opened.today),
        "opened": opened,
        "children_url": toggle_url(opened, tab),
        "may_edit": may("customers.edit_account"),
        "may_write": may("customers.write_note"),
        "may_sell": may("revenue.edit_subscription"),
        "may_invite": may("portal.invite"),
        "may_ticket": may("support.edit_ticket"),
        "may_see_health": may("health.see"),
        **next_for(opened),
    }


def next_for(opened: Opened) -> dict[str, Any]:
    """What is noticed about the account, and what is to do for it; two queries."""
    workspace, member = opened.request.member.workspace, opened.request.member
    if not member.may("worklist.see"):
        return {}
    alerts = list(open_alerts_of_account(workspace, [opened.account.pk])[: NEXT_SHOWN + 1])
    tasks = list(open_tasks_of_account(workspace, [opened.account.pk])[: NEXT_SHOWN + 1])
    return {
        "next_alerts": [
            (alert, alert.sentence(today=opened.today)) for alert in alerts[:NEXT_SHOWN]
        ],
        "next_tasks": tasks[:NEXT_SHOWN],
        "next_more": len(alerts) > NEXT_SHOWN or len(tasks) > NEXT_SHOWN,
        "may_work": member.may("worklist.act"),
    }


STATUS_TONES = {
    CommercialStatus.ACTIVE: "good",
    CommercialStatus.WON_BACK: "good",
    CommercialStatus.CHURNED: "risk",
    CommercialStatus.PAUSED: "watch",
}


def facts_of(opened: Opened) -> list[tuple[Any, Any]]:
    """What we know about the company, own fields first, then the workspace's."""
    account = opened.account
    fields = custom_fields_by_slug(account.workspace_id, target=FieldTarget.ACCOUNT)
    own = [
        (_("Plan"), plan_words(account)),
        (_("Industry"), account.industry),
        (_("Country"), country_words(account.country)),
        (_("Domain"), account.domain),
    ]
    added = [(row.field.label, fact_words(row.value)) for row in values_of(account, fields=fields)]
    return [*own, *added]


def plan_words(account: Account) -> str:
    """What they bought, and how many seats."""
    words = [account.plan] if account.plan else []
    if account.seats is not None:
        words.append(ngettext("%s seat", "%s seats", account.seats) % number_words(account.seats))
    return ", ".join(words)


def fact_words(value: object) -> object:
    """A custom value as a fact shows it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | float | Decimal):
        return number_words(value, decimals=MOST_DECIMALS)
    return day(value) if isinstance(value, date) else value


def people_rows(network: Any) -> list[dict[str, Any]]:
    """The people with what they are to the account, those who are something first."""
    rows = [
        {
            "person": person,
            "words": ", ".join(
                str(wording.RELATIONS[kind]) for kind in network.kinds.get(person.pk, [])
            ),
        }
        for person in network.people
    ]
    return sorted(rows, key=lambda row: not row["words"])


def tabs_of_account(opened: Opened, current: str) -> list[Tab]:
    """The tabs, each with its own address."""
    labels = {
        "overview": _("Overview"),
        "timeline": _("Timeline"),
        "people": _("People"),
        "usage": _("Usage"),
        "money": _("Money"),
        "voice": _("Voice"),
        "onboarding": _("Onboarding"),
        "value": _("Value"),
        "files": _("Files"),
    }
    return [
        Tab(label, tab_url(opened, name), current=name == current) for name, label in labels.items()
    ]


def tab_url(opened: Opened, tab: str) -> str:
    """The address of a tab; it keeps looking at the same accounts."""
    names = {"workspace": opened.request.member.workspace.slug, "account": opened.account.key}
    url = reverse("console:account", kwargs=names)
    if tab != "overview":
        url = reverse("console:account-tab", kwargs={**names, "tab": tab})
    return f"{url}?children=1" if opened.with_children else url


def toggle_url(opened: Opened, tab: str) -> str:
    """This tab with the accounts below, or without them."""
    turned = Opened(
        opened.request,
        opened.account,
        opened.ids,
        not opened.with_children,
        opened.has_children,
        opened.today,
        opened.now,
    )
    return tab_url(turned, tab)


def days_until(day: date | None, today: date) -> int | None:
    """How many days it is until then; negative when it has passed."""
    return None if day is None else (day - today).days


# --- The tabs -----------------------------------------------------------------------


def overview_tab(opened: Opened) -> dict[str, Any]:
    """Figures, the last half-year of use, and what happened lately."""
    workspace = opened.request.member.workspace
    weeks = use_by_week(opened.account, today=opened.today, with_children=opened.with_children)
    story = story_of(workspace, opened.ids, until=opened.now, kinds=spoken_kinds(), limit=8)
    return {
        "story": story,
        "tickets": ticket_summary(workspace, opened.ids, now=opened.now),
        "chart": people_chart(opened, weeks),
        "arr": arr_words(opened),
        "timeline_url": tab_url(opened, "timeline"),
        "soon": SOON,
    }


def arr_words(opened: Opened) -> str:
    """The ARR of what is being looked at."""
    if not opened.with_children:
        account = opened.account
        known = account.arr_minor is not None
        return whole_money_words(account.arr_minor or 0, account.currency) if known else ""
    money = money_of_account(opened.request.member.workspace, opened.ids, on=opened.today)
    return " + ".join(whole_money_words(minor, currency) for currency, minor in money.arr.items())


def people_chart(opened: Opened, weeks: Sequence[tuple[date, int, int]]) -> Any:
    """The people of each week's busiest day, against the seats that are paid."""
    if not weeks:
        return ""
    seats = opened.account.seats if not opened.with_children else None
    levels = [Threshold(seats, _("seats paid"))] if seats else []
    first, last = weeks[0][2], weeks[-1][2]
    summary = _("%(last)s people this week on the busiest day; %(first)s half a year ago.") % {
        "last": number_words(last),
        "first": number_words(first),
    }
    return trend(
        [(monday, people) for monday, _count, people in weeks],
        title=_("People active, on the busiest day of each week"),
        summary=summary,
        unit=_("people"),
        thresholds=levels,
    )


def timeline_tab(opened: Opened) -> dict[str, Any]:
    """Everything that happened, newest first."""
    request = opened.request
    known = kinds_told()
    kinds = [name for name, _label in known if name in request.GET.getlist("kind")]
    story = story_of(
        request.member.workspace,
        opened.ids,
        until=opened.now,
        kinds=kinds,
        cursor=request.GET.get("cursor", ""),
    )
    pinned = notes_of(opened.account).filter(pinned_at__isnull=False)[:NOTES_PINNED]
    return {
        "story": story,
        "kinds": [(name, label, name in kinds, kinds_query(kinds, name)) for name, label in known],
        "chosen": kinds,
        "pinned": [] if request.GET.get("cursor") else list(pinned),
        "interactions": wording.INTERACTIONS.items(),
        "older_query": older_query(kinds, story.older, opened),
        "here": request.get_full_path(),
    }


def kinds_query(kinds: Sequence[str], name: str) -> str:
    """The query with one kind more, or less."""
    turned = [each for each in kinds if each != name] if name in kinds else [*kinds, name]
    return "&".join(f"kind={each}" for each in turned)


def older_query(kinds: Sequence[str], cursor: str, opened: Opened) -> str:
    """The query of the page of older entries."""
    parts = [f"kind={kind}" for kind in kinds]
    parts += ["children=1"] if opened.with_children else []
    return "&".join([*parts, f"cursor={cursor}"]) if cursor else ""


def people_tab(opened: Opened) -> dict[str, Any]:
    """Everybody in the account, with how much they do."""
    used = use_by_person(opened.account, today=opened.today, with_children=opened.with_children)
    by_person = {row["person"].pk: row["trend"] for row in used if row["person"] is not None}  # type: ignore[attr-defined]
    network = relationship_map(opened.account)
    return {
        "rows": [{**row, "trend": by_person.get(row["person"].pk)} for row in people_rows(network)]
    }


def usage_tab(opened: Opened) -> dict[str, Any]:
    """Weeks, features and people with their trends."""
    workspace = opened.request.member.workspace
    below = opened.with_children
    weeks = use_by_week(opened.account, today=opened.today, with_children=below)
    features = use_by_feature(workspace, opened.account, today=opened.today, with_children=below)
    return {
        "people_chart": people_chart(opened, weeks),
        "count_chart": count_chart(weeks),
        "metrics": metrics_shown(opened.account),
        "features": features,
        "feature_bars": feature_bars(features),
        "users": use_by_person(opened.account, today=opened.today, with_children=below),
        "since": opened.today - timedelta(days=27),
    }


def count_chart(weeks: Sequence[tuple[date, int, int]]) -> Any:
    """How much was done each week."""
    if not weeks:
        return ""
    last = weeks[-1][1]
    summary = ngettext("%s use in the last week.", "%s uses in the last week.", last)
    return trend(
        [(monday, count) for monday, count, _people in weeks],
        title=_("Uses a week"),
        summary=summary % number_words(last),
        unit=_("uses"),
    )


def feature_bars(features: Sequence[Trend]) -> Any:
    """The ten most used features."""
    if not features:
        return ""
    shares = [Share(each.name, each.count, "1", number_words(each.count)) for each in features[:10]]
    return bars(shares, title=_("Features"))


def money_tab(opened: Opened) -> dict[str, Any]:
    """Subscriptions, ARR over time, and goodbyes."""
    money = money_of_account(opened.request.member.workspace, opened.ids, on=opened.today)
    currency = money.figures.currency
    chart: Any = ""
    if money.history:
        digits = get_currency_precision(currency)
        points = [(day, minor / 10**digits) for day, minor in money.history]
        chart = trend(
            points,
            title=_("ARR in %s") % currency,
            summary=_("ARR today: %s.") % money_words(money.history[-1][1], currency),
            unit=currency,
        )
    return {
        "money": money,
        "arr": [(currency, minor) for currency, minor in money.arr.items()],
        "chart": chart,
    }


def voice_tab(opened: Opened) -> dict[str, Any]:
    """What people of the account answered to surveys."""
    workspace = opened.request.member.workspace
    rows = slice_of(
        answers_in_accounts(workspace, opened.ids),
        workspace=workspace,
        order=NEWEST,
        cursor=opened.request.GET.get("cursor", ""),
        size=VOICES_SHOWN,
    )
    return {
        "slice": rows,
        "voices": [voice_of(row) for row in rows.rows],
        "opinions": opinions_in(workspace, opened.account.pk, now=opened.now),
    }


def value_tab(opened: Opened) -> dict[str, Any]:
    """What they were promised, what came of it, and what they were told to expect."""
    told = value_report(opened.account, until=opened.today)
    return {
        "report": told,
        "worth": WORTHS[told.worth],
        "worth_tone": WORTH_TONES[told.worth],
        "expectations": [(each, each.state_on(told.until)) for each in told.expectations],
        "may_edit_value": opened.request.member.may("outcomes.edit"),
    }


def onboarding_tab(opened: Opened) -> dict[str, Any]:
    """The account's plans, those that go on first: how far each is, and whom it waits for."""
    return {
        "plans": [
            {
                "plan": plan,
                "phase": PHASES[PlanPhase(plan.phase)],
                "set": SETS[SetNumber(plan.set_now)],
                "holder": HOLDERS[Party(plan.held_by)] if plan.held_by else "",
                "late": max((opened.today - plan.due_on).days, 0)
                if plan.due_on and not plan.ended_at
                else 0,
            }
            for plan in plans_of(opened.account)
        ],
        "may_start": opened.request.member.may("onboarding.act"),
    }


def files_tab(opened: Opened) -> dict[str, Any]:
    """What is kept for the account."""
    return {"files": files_of(opened.account)}


TABS: dict[str, Callable[[Opened], dict[str, Any]]] = {
    "overview": overview_tab,
    "timeline": timeline_tab,
    "people": people_tab,
    "usage": usage_tab,
    "money": money_tab,
    "voice": voice_tab,
    "onboarding": onboarding_tab,
    "value": value_tab,
    "files": files_tab,
}


@page(may="customers.see", methods=READING)
def peek(request: MemberRequest, account: str) -> HttpResponse:
    """An account in a drawer beside the list."""
    opened = opened_account(request, account)
    story = story_of(
        request.member.workspace, opened.ids, until=opened.now, kinds=spoken_kinds(), limit=5
    )
    context = {**frame_of(opened, "overview"), "story": story}
    return answer(request, "console/peek.html#peek", context)


@page(may="support.see", methods=READING)
def account_tickets(request: MemberRequest, account: str) -> HttpResponse:
    """The account's tickets, as a fragment of its overview or a page."""
    opened = opened_account(request, account)
    workspace = request.member.workspace
    context = {
        "account": opened.account,
        "tickets": tickets_of_accounts(workspace, opened.ids, limit=TICKETS_SHOWN),
        "summary": ticket_summary(workspace, opened.ids, now=opened.now),
    }
    return answer(request, "console/account_tickets.html#tickets", context)

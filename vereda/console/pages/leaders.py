"""For who leads: what was kept, what is at risk and why, who is looked after, how soon we act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import listed_accounts
from vereda.customers.queries.notes import accounts_spoken_with
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer
from vereda.foundation.shell import report_tabs
from vereda.health.queries.scores import portfolio_health
from vereda.revenue.queries.movements import months_until, movements_of_spans
from vereda.worklist.queries.leading import (
    JUDGED,
    WorkOfOwner,
    risk_by_reason,
    time_to_act,
    work_by_owner,
)
from vereda.worklist.queries.ranks import reckoning_at
from vereda.worklist.wording import KINDS, REASONS
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.revenue.rules.retention import Retained
    from vereda.workspaces.models import Workspace

ROUTE = "console:leaders"
YEAR_IN_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Covered:
    """One way in which the portfolio is looked after: of all accounts, so many."""

    words: str
    count: int
    all: int
    url: str = ""

    @property
    def share(self) -> float | None:
        """The share of one; None of nothing."""
        return self.count / self.all if self.all else None


@page(may="worklist.see", methods=READING)
def leaders(request: MemberRequest) -> HttpResponse:
    """Retention, risk by reason, coverage, time to act, and work by owner."""
    workspace, instant = request.member.workspace, now()
    reckoning = reckoning_at(workspace, now=instant)
    work = reverse("worklist:work", kwargs={"workspace": workspace.slug})
    everybody = f"{work}?whose=everybody"
    risks = risk_by_reason(workspace, reckoning=reckoning)
    context = {
        "tabs": report_tabs(request.member, current=ROUTE),
        "home": workspace.currency,
        "retained": retained_in_a_year(workspace, today=reckoning.today)
        if request.member.may("revenue.see")
        else None,
        "risks": [
            (
                risk,
                REASONS[risk.reason],
                KINDS[risk.kind],
                f"{everybody}&kind={risk.kind}",
            )
            for risk in risks
        ],
        "largest": max((risk.at_stake for risk in risks), default=0),
        "coverage": coverage_of(workspace, since=instant - JUDGED),
        "acted": [(each, kind_words(each.kind)) for each in time_to_act(workspace, now=instant)],
        "owners": owners_of(workspace, today=reckoning.today, now=instant),
        "today": reckoning.today,
    }
    return answer(request, "console/leaders.html", context)


def kind_words(kind: Any) -> str | Promise:
    """A kind of alert; all of them for None."""
    return KINDS[kind] if kind else _("All kinds")


def retained_in_a_year(workspace: Workspace, *, today: date) -> Retained | None:
    """What was kept of the last twelve whole months; two queries. None when nobody paid then."""
    days = months_until(today, months=YEAR_IN_MONTHS)
    told = movements_of_spans(workspace, days=days, apart=len(days) - 1)
    return told[0].retained if told and told[0].retained.accounts else None


def coverage_of(workspace: Workspace, *, since: Any) -> list[Covered]:
    """How much of the portfolio is looked after; three queries."""
    accounts = reverse("console:accounts", kwargs={"workspace": workspace.slug})
    health = portfolio_health(workspace)
    owned = listed_accounts(workspace).filter(owner__isnull=False).count()
    spoken = accounts_spoken_with(workspace, since=since)
    return [
        Covered(_("Have an owner"), owned, health.accounts, f"{accounts}?f=owner:empty:"),
        Covered(_("Have a known health"), health.scored, health.accounts),
        Covered(_("Were spoken with in 90 days"), spoken, health.accounts),
    ]


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """What one member looks after, and what they have open."""

    name: str
    accounts: int
    work: WorkOfOwner
    url: str


def owners_of(workspace: Workspace, *, today: date, now: Any) -> list[OwnerLine]:
    """Each member with accounts or work, most accounts first, then what is nobody's; four
    queries."""
    work = work_by_owner(workspace, today=today, now=now)
    rows = listed_accounts(workspace).order_by().values_list("owner_id")
    accounts = dict(rows.annotate(count=Count("pk")))
    base = reverse("worklist:work", kwargs={"workspace": workspace.slug})
    lines = [
        OwnerLine(
            member.name,
            accounts.get(member.pk, 0),
            work.get(member.pk, WorkOfOwner()),
            f"{base}?whose=everybody&owner={member.pk}",
        )
        for member in members_of(workspace)
        if member.pk in accounts or member.pk in work
    ]
    lines.sort(key=lambda line: (-line.accounts, line.name))
    if None in accounts or None in work:
        nobody = work.get(None, WorkOfOwner())
        lines.append(OwnerLine(_("Nobody"), accounts.get(None, 0), nobody, f"{base}?whose=nobody"))
    return lines

"""Pages: why an account's score is what it is, and what its people think."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import account_with_key
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.health.actions.pulses import give_opinion
from vereda.health.contracts import PULSE_FRESH_DAYS
from vereda.health.forms import OpinionForm
from vereda.health.queries.backtests import record_of
from vereda.health.queries.explaining import explanation_of, tree_of_scores
from vereda.health.queries.scorecards import cards_in_force
from vereda.health.queries.scores import pulses_of
from vereda.health.record_wording import proof_words

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account

OPINIONS_SHOWN = 5
VERB = ("POST",)


@page(may="health.see", methods=READING)
def account_health(request: MemberRequest, account: str) -> HttpResponse:
    """Why 58: the whole page."""
    row = account_with_key(request.member.workspace, account)
    context = {**context_of(request, row), **tree_context(request, row)}
    return answer(request, "health/account.html", context)


@page(may="health.see", methods=READING)
def panel(request: MemberRequest, account: str) -> HttpResponse:
    """The same in short, for the account's overview."""
    row = account_with_key(request.member.workspace, account)
    return answer(request, "health/panel.html#panel", context_of(request, row))


@page(may="health.give_opinion", methods=VERB)
def opine(request: MemberRequest, account: str) -> HttpResponse:
    """What the member thinks of the account."""
    row = account_with_key(request.member.workspace, account)
    form = OpinionForm(request.POST)

    def act() -> None:
        give_opinion(
            row,
            value=form.cleaned_data["value"],
            comment=form.cleaned_data["comment"],
            by=request.member,
            now=now(),
        )

    if not form.accepts(act):
        context = {**context_of(request, row), **tree_context(request, row), "opinion_form": form}
        return answer(request, "health/account.html", context, status=form.answer_status)
    notice(request, _("Your opinion stands beside the score for 90 days."))
    names = {"workspace": request.member.workspace.slug, "account": row.key}
    return answer_after(request, to=reverse("health:account", kwargs=names))


def context_of(request: MemberRequest, account: Account) -> dict[str, Any]:
    """What the panel and the page share."""
    workspace, today = request.member.workspace, today_of(request)
    told = explanation_of(account, workspace=workspace, today=today)
    opinions = list(pulses_of(account)[:OPINIONS_SHOWN])
    record = record_of(told.score.version) if told is not None else None
    return {
        "account": account,
        "told": told,
        "record": record,
        "proven": record is not None and record.is_proven,
        "record_words": "" if record is None else proof_words(record),
        "opinion": opinions[0] if opinions else None,
        "opinions": opinions,
        "opinion_expired": bool(opinions) and opinions[0].at < now() - expiry(),
        "opinion_form": OpinionForm(),
        "may_opine": request.member.may("health.give_opinion"),
        "cards": cards_in_force(workspace) if told is None else (),
        "may_edit": request.member.may("health.edit"),
    }


def tree_context(request: MemberRequest, account: Account) -> dict[str, Any]:
    """The accounts below, where there are any."""
    tree = tree_of_scores(account, workspace=request.member.workspace, today=today_of(request))
    if tree is None:
        return {"tree": None}
    rows = [(row, tree.scores.get(row.pk)) for row in tree.accounts]
    return {"tree": tree, "tree_rows": rows}


def today_of(request: MemberRequest) -> date:
    """Today where the workspace is, or of UTC if that is later: readings go by days of UTC."""
    moment = now()
    zone = ZoneInfo(request.member.workspace.time_zone)
    return max(moment.astimezone(zone).date(), moment.date())


def expiry() -> timedelta:
    """How long an opinion counts."""
    return timedelta(days=PULSE_FRESH_DAYS)

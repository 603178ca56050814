"""The value report of an account: for us, for the customer on paper, and as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import account_with_key
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.pages import answer
from vereda.outcomes.pages.outcomes import today_here
from vereda.outcomes.paper import report_paper
from vereda.outcomes.queries.reports import ValueReport, value_report
from vereda.outcomes.wording import WORTH_TONES, WORTHS

LANGUAGES = ("en", "es")


@page(may="outcomes.see", methods=READING)
def report(request: MemberRequest, account: str) -> HttpResponse:
    """What was promised, what came of it, what it cost; with the customer's version beside it."""
    row = account_with_key(request.member.workspace, account)
    told = value_report(row, until=today_here(request))
    return answer(request, "outcomes/report.html", {"account": row, **report_context(told)})


@page(may="outcomes.see", methods=READING)
def customer_report(request: MemberRequest, account: str) -> HttpResponse:
    """The same as the customer reads it: no frame, clean on paper, in the language asked for."""
    workspace = request.member.workspace
    row = account_with_key(workspace, account)
    with translation.override(_language_asked(request)):
        told = value_report(row, until=today_here(request))
        context = {"account": row, "workspace": workspace, **report_context(told)}
        return answer(request, "outcomes/customer_report.html", context)


@page(may="outcomes.see", methods=READING)
def report_file(request: MemberRequest, account: str) -> HttpResponse:
    """The same as a PDF."""
    row = account_with_key(request.member.workspace, account)
    with translation.override(_language_asked(request)):
        told = value_report(row, until=today_here(request))
        body = report_paper(told, workspace=request.member.workspace)
        name = _("value-report-%(account)s-%(day)s.pdf") % {
            "account": row.key,
            "day": told.until.isoformat(),
        }
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _language_asked(request: MemberRequest) -> str:
    wanted = request.GET.get("language", "")
    return wanted if wanted in LANGUAGES else translation.get_language() or LANGUAGES[0]


def report_context(told: ValueReport) -> dict[str, Any]:
    """What every version of the report shows."""
    money = told.money
    return {
        "report": told,
        "worth": WORTHS[told.worth],
        "worth_tone": WORTH_TONES[told.worth],
        "money_rows": [
            (
                currency,
                money.proven_a_year.get(currency),
                money.proven_once.get(currency),
                money.claimed_a_year.get(currency),
                money.claimed_once.get(currency),
                money.cost_a_year.get(currency),
            )
            for currency in money.currencies
        ],
        "expectations": [(each, each.state_on(told.until)) for each in told.expectations],
        "amended": [(view, told.amendments.get(view.outcome.pk, [])) for view in told.views],
    }

"""Pages: what the past says of a scorecard, and the customers behind each number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import Order, slice_of
from vereda.foundation.templatetags.ui import Tab
from vereda.health.actions.backtests import adopt_suggestion, ask_backtest, settings_for
from vereda.health.contracts import OutcomeKind
from vereda.health.models.backtests import Backtest
from vereda.health.models.scorecards import Scorecard, ScorecardVersion
from vereda.health.queries.backtests import (
    latest_backtest,
    outcomes_behind,
    record_of,
)
from vereda.health.queries.scorecards import latest_version, scorecard_with_key, version_of
from vereda.health.record_charts import calibration_chart, interval_line
from vereda.health.record_forms import BacktestForm, initial_of_backtest
from vereda.health.record_wording import (
    BASELINES,
    OUTCOME_NOTES,
    OUTCOMES,
    auc_words,
    difference_words,
    horizon_words,
    interval_words,
    proof_words,
    record_sentence,
    share_words,
    target_words,
)
from vereda.health.rules.calibrating import Calibration
from vereda.health.rules.proving import HorizonRecord
from vereda.health.rules.suggesting import can_suggest

VERB = ("POST",)
MOST_DIGITS = 10
LATEST = Order.on_nullable("latest", "departed_on", descending=True)
LATEST_WARNED = Order.on_nullable("warned", "warned_on", descending=True)


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One way to rank, beside the others."""

    label: str | Promise
    auc: str
    ends: str
    drawing: SafeString
    ahead: str = ""
    beaten: bool | None = None


@page(may="health.see", methods=READING)
def scorecard_record(request: MemberRequest, card: str) -> HttpResponse:
    """Whether the score has earned its colour, how sure that is, and by which customers."""
    row, version = _version_asked(request, card)
    return answer(request, "health/record.html#record", _context(request, row, version))


def _context(request: MemberRequest, card: Scorecard, version: ScorecardVersion) -> dict[str, Any]:
    record = record_of(version)
    latest = latest_backtest(version)
    shown = _horizon_asked(request.GET, record.backtest)
    form = BacktestForm(initial=initial_of_backtest(settings_for(version, on=now().date())))
    told: dict[str, Any] = {} if shown is None else _figures(shown)
    return {
        "card": card,
        "version": version,
        "record": record,
        "words": proof_words(record),
        "backtest": record.backtest,
        "latest": latest,
        "shown": shown,
        "form": form,
        "tabs": _horizon_tabs(request, record.backtest, shown),
        "asked": record.backtest and target_words(record.backtest.asked),
        "may_ask": request.member.may("health.edit"),
        "can_suggest": can_suggest(),
        "suggestion": record.backtest and record.backtest.suggested,
        **told,
    }


def _figures(shown: HorizonRecord) -> dict[str, Any]:
    counts = shown.at_risk
    return {
        "sentence": record_sentence(shown),
        "ranked_rows": _ranked_rows(shown),
        "calibration": shown.calibration,
        "calibration_drawing": shown.calibration and _calibration_drawing(shown.calibration),
        "bins": shown.calibration
        and [(each, share_words(each.share)) for each in shown.calibration.bins],
        "left": counts.hits + counts.misses,
        "lead_days": shown.lead and round(shown.lead.value),
        "found_ends": share_words(counts.found),
        "right_ends": share_words(counts.right),
        "lift_ends": shown.lift and share_words(shown.lift.share),
        "outcomes": [
            (kind.value, OUTCOMES[kind], count, OUTCOME_NOTES[kind])
            for kind, count in (
                (OutcomeKind.HIT, counts.hits),
                (OutcomeKind.MISS, counts.misses),
                (OutcomeKind.FALSE_ALARM, counts.false_alarms),
            )
        ],
        "confidence": 1 - 2 * shown.level,
    }


def _ranked_rows(shown: HorizonRecord) -> list[RankedRow]:
    """This score and the naive rankings, each with its ends."""
    if shown.auc is None:
        return []
    own = RankedRow(
        label=_("This score"),
        auc=auc_words(shown.auc.value),
        ends=interval_words(shown.auc),
        drawing=interval_line(shown.auc, label=_("This score")),
    )
    return [
        own,
        *(
            RankedRow(
                label=BASELINES[each.baseline],
                auc=auc_words(each.auc.value),
                ends=interval_words(each.auc) if each.auc.low < each.auc.high else "",
                drawing=interval_line(each.auc, label=BASELINES[each.baseline]),
                ahead=difference_words(each.ahead),
                beaten=each.beaten,
            )
            for each in shown.baselines
        ),
    ]


def _calibration_drawing(calibration: Calibration) -> SafeString:
    summary = _("Each point is a group of like customers: how many were to leave, how many did.")
    return calibration_chart(calibration.bins, title=_("Told and come"), summary=summary)


@page(may="health.see", methods=READING)
def record_customers(request: MemberRequest, card: str, kind: str) -> HttpResponse:
    """The customers behind the hits, the misses or the false alarms at one look-ahead."""
    row, version = _version_asked(request, card)
    backtest = record_of(version).backtest
    shown = _horizon_asked(request.GET, backtest)
    chosen = next((each for each in OutcomeKind if each == kind), None)
    if chosen is None:
        raise Missing
    if backtest is None or shown is None:
        return answer_after(request, to=_address(row, version))
    rows = outcomes_behind(backtest, horizon=shown.horizon, kind=chosen)
    context = {
        "card": row,
        "version": version,
        "shown": shown,
        "title": OUTCOMES[chosen],
        "note": OUTCOME_NOTES[chosen],
        "ahead": horizon_words(shown.horizon),
        "departed": chosen is not OutcomeKind.FALSE_ALARM,
        "slice": slice_of(
            rows,
            workspace=request.member.workspace,
            order=LATEST_WARNED if chosen is OutcomeKind.FALSE_ALARM else LATEST,
            cursor=request.GET.get("cursor", ""),
        ),
    }
    return answer(request, "health/record_customers.html", context)


@page(may="health.edit", methods=VERB)
def ask_record(request: MemberRequest, card: str) -> HttpResponse:
    """Ask the past again, as the form says."""
    row, version = _version_asked(request, card)
    form = BacktestForm(request.POST)

    def act() -> None:
        ask_backtest(version, settings=form.settings(), by=request.member, now=now())

    if form.accepts(act):
        notice(request, _("The past is being asked. This page shows how far it is."))
        return answer_after(request, to=_address(row, version))
    context = {**_context(request, row, version), "form": form}
    return answer(request, "health/record.html#record", context, status=form.answer_status)


@page(may="health.edit", methods=VERB)
def adopt_weights(request: MemberRequest, card: str) -> HttpResponse:
    """The suggested weights become the draft."""
    row, version = _version_asked(request, card)
    adopt_suggestion(record_of(version).backtest, by=request.member)
    notice(request, _("The suggested weights are the draft now. Nobody is scored by them yet."))
    return answer_after(request, to=_address(row, version))


# --- Addresses --------------------------------------------------------------


def _version_asked(request: MemberRequest, key: str) -> tuple[Scorecard, ScorecardVersion]:
    """The version that the address names, else the one in force; `Missing` before the first."""
    card = scorecard_with_key(request.member.workspace, key)
    said = request.GET.get("version", "")
    named = said.isdecimal() and len(said) < MOST_DIGITS
    version = version_of(card, int(said)) if named else latest_version(card)
    if version is None:
        raise Missing
    version.scorecard = card
    return card, version


def _address(card: Scorecard, version: ScorecardVersion) -> str:
    address = reverse("health:record", kwargs={"workspace": card.workspace.slug, "card": card.key})
    return f"{address}?version={version.number}"


def _horizon_asked(query: QueryDict, backtest: Backtest | None) -> HorizonRecord | None:
    """The look-ahead that the address names, else the one that tells the verdict."""
    if backtest is None:
        return None
    records = {str(each.horizon): each for each in backtest.records}
    named = records.get(query.get("ahead", ""))
    return named or record_of(backtest.version).headline


def _horizon_tabs(
    request: MemberRequest, backtest: Backtest | None, shown: HorizonRecord | None
) -> list[Tab]:
    if backtest is None or shown is None:
        return []
    number = request.GET.get("version", "")
    return [
        Tab(
            label=horizon_words(each.horizon),
            url=f"?ahead={each.horizon}" + (f"&version={number}" if number.isdecimal() else ""),
            current=each.horizon == shown.horizon,
        )
        for each in backtest.records
    ]

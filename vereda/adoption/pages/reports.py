"""Reports: how long it takes, what was never used, who comes back, who looked like a yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vereda.adoption.actions.expecting import allow_false_alarms
from vereda.adoption.actions.sentinel import watch_for_first_uses
from vereda.adoption.charts import DrawnCurve, curves_chart
from vereda.adoption.contracts import MILESTONES, Cohort, Measure, Need, Whose
from vereda.adoption.forms import FalseAlarmsForm
from vereda.adoption.queries.accounts import accounts_reaching
from vereda.adoption.queries.curves import (
    alarm_points,
    cohorts_of,
    false_alarms_allowed,
    measured_at,
    table_of,
)
from vereda.adoption.queries.false_positives import looked_like_yes
from vereda.adoption.queries.need import needs_of_products
from vereda.adoption.queries.sentinel import never_used
from vereda.adoption.queries.things import Thing, things_measured
from vereda.adoption.wording import COHORTS, EXPLAINED, MEASURES, NEEDS, WHOSE, cohort_words
from vereda.customers.queries.accounts import accounts_with_ids
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.downloads import as_csv
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.shell import report_tabs
from vereda.foundation.templatetags.ui import address_with
from vereda.worklist.queries.ranks import today_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vereda.adoption.rules.survival import Curve
    from vereda.foundation.tabular import Cell

MAY: Final = "adoption.see"
ROUTE: Final = "adoption:report"
SHARES_AFTER: Final = (7, 30, 90)
DRAWN_COHORTS: Final = 4
MOST_SHOWN: Final = 200
MOST_COHORTS: Final = 24
MOST_STEPS: Final = 400
Word = TypeVar("Word", Measure, Whose, Cohort)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    thing: Thing
    whose: Whose
    measure: Measure
    cohort: Cohort


@page(may=MAY, methods=READING)
def report(request: MemberRequest) -> HttpResponseBase:
    """How long it takes, as curves: everybody, and those who began together; `?format=csv` gives
    every step of them as a file."""
    workspace, instant = request.member.workspace, now()
    today = today_at(workspace, now=instant)
    things = things_measured(workspace)
    asked = asked_for(request, things)
    table = table_of(workspace, asked.thing, whose=asked.whose, measure=asked.measure, today=today)
    whole = table.whole.curve
    cohorts = cohorts_of(table, cohort=asked.cohort)
    everybody = DrawnCurve(_("All"), whole)
    by_cohort = [
        DrawnCurve(cohort_words(each.starts_on, asked.cohort), each.curve) for each in cohorts
    ]
    if request.GET.get("format") == "csv":
        return steps_as_file(asked, [everybody, *by_cohort])
    drawn = [everybody, *by_cohort[-DRAWN_COHORTS:]]
    of_accounts = asked.whose is Whose.ACCOUNTS and asked.measure in MILESTONES
    context = {
        "tabs": report_tabs(request.member, current=ROUTE),
        "pages": pages_of(request, "report"),
        "asked": asked,
        "choices": thing_choices(things, asked.thing),
        "whose": WHOSE,
        "measures": MEASURES,
        "cohort_kinds": COHORTS,
        "whole": curve_line(whole),
        "median": whole.median_interval,
        "steps": whole.steps[:MOST_STEPS],
        "more_steps": max(0, len(whole.steps) - MOST_STEPS),
        "measure_words": MEASURES[asked.measure],
        "file": address_with(request.GET, format="csv"),
        "cohorts": [
            (each.label, curve_line(each.curve)) for each in reversed(by_cohort[-MOST_COHORTS:])
        ],
        "left_out": max(0, len(cohorts) - MOST_COHORTS),
        "after": SHARES_AFTER,
        "chart": curves_chart(drawn, title=MEASURES[asked.measure]) if whole.steps else "",
        "rows": accounts_reaching(
            workspace, asked.thing, measure=asked.measure, today=today, most=MOST_SHOWN
        )
        if of_accounts
        else [],
        "measured_at": measured_at(workspace),
        "says": EXPLAINED[asked.measure],
    }
    return answer(request, "adoption/report.html", context)


def steps_as_file(asked: Asked, curves: Sequence[DrawnCurve]) -> StreamingHttpResponse:
    """Every step of each curve as CSV, to the last decimal: counts, and of nobody in particular."""
    header = [
        _("Began in"),
        _("Day"),
        _("Watched until then"),
        pgettext("how many did it", "Seen"),
        _("No longer watched"),
        _("Share"),
        _("Share from"),
        _("Share to"),
    ]
    rows: Iterable[list[Cell]] = (
        [str(each.label), step.days, step.watched, step.happened, step.left, *step.reached]
        for each in curves
        for step in each.curve.steps
    )
    name = f"{thing_name(asked.thing)}-{asked.measure}-{asked.whose}".replace(":", "-")
    return as_csv(header, rows, name=name.replace("_", "-"))


def asked_for(request: MemberRequest, things: list[Thing]) -> Asked:
    """What the address names, and the usual for what it does not name or names wrongly."""
    named = {thing_name(thing): thing for thing in things}
    first = next((thing for thing in things if thing.product), things[0])
    return Asked(
        thing=named.get(request.GET.get("of", ""), first),
        whose=_word(Whose, request.GET.get("whose", ""), Whose.ACCOUNTS),
        measure=_word(Measure, request.GET.get("measure", ""), Measure.FIRST_USE),
        cohort=_word(Cohort, request.GET.get("cohort", ""), Cohort.QUARTER),
    )


def _word(kind: type[Word], said: str, usual: Word) -> Word:
    try:
        return kind(said)
    except ValueError:
        return usual


def thing_name(thing: Thing) -> str:
    """How an address names it."""
    if thing.feature is not None:
        return f"feature:{thing.feature.slug}"
    return f"product:{thing.product.slug}" if thing.product is not None else "anything"


def thing_words(thing: Thing) -> str:
    """What it is called on screen."""
    if thing.feature is not None:
        return thing.feature.name
    return thing.product.name if thing.product is not None else _("Anything")


def thing_choices(things: list[Thing], chosen: Thing) -> list[tuple[str, str, bool, bool]]:
    """Each as name, words, whether it is a feature, whether it is chosen."""
    return [
        (thing_name(each), thing_words(each), each.feature is not None, each.ids == chosen.ids)
        for each in things
    ]


def curve_line(curve: Curve) -> dict[str, Any]:
    """What a row of the table says of a curve."""
    shares = []
    for days in SHARES_AFTER:
        share, step = curve.share_by(days), curve.at(days)
        _value, low, high = step.reached if step else (0.0, 0.0, 0.0)
        shares.append((days, share, low, high))
    return {
        "count": curve.count,
        "happened": curve.happened,
        "median": curve.median,
        "shares": shares,
    }


def pages_of(request: MemberRequest, current: str) -> list[tuple[str, str, bool]]:
    """The four reports about adoption: words, address, whether it is this one."""
    names = {"workspace": request.member.workspace.slug}
    told = (
        ("report", _("How long it takes")),
        ("never-used", _("Sold, never used")),
        ("need", _("Needed or nice to have")),
        ("false-positives", _("Looked like a yes")),
    )
    return [
        (words, reverse(f"adoption:{name}", kwargs=names), name == current) for name, words in told
    ]


@page(may=MAY, methods=READING)
def unused(request: MemberRequest) -> HttpResponse:
    """Who bought something and has not used it yet, and from when on that is worth a call."""
    form = FalseAlarmsForm(initial={"percent": false_alarms_allowed(request.member.workspace)})
    return unused_answer(request, form)


@page(may="adoption.edit", methods=("POST",))
def false_alarms(request: MemberRequest) -> HttpResponse:
    """How many customers may be called too early; alarms follow at once."""
    workspace, form = request.member.workspace, FalseAlarmsForm(request.POST)

    def act() -> None:
        allow_false_alarms(workspace, percent=form.cleaned_data["percent"], by=request.member)
        watch_for_first_uses(workspace, now=now())

    if not form.accepts(act):
        return unused_answer(request, form)
    notice(request, _("The points of alarm are set anew."))
    return answer_after(
        request, to=reverse("adoption:never-used", kwargs={"workspace": workspace.slug})
    )


def unused_answer(request: MemberRequest, form: FalseAlarmsForm) -> HttpResponse:
    """The page, with the form as it is."""
    workspace = request.member.workspace
    today = today_at(workspace, now=now())
    things = [thing for thing in things_measured(workspace) if thing.feature is None]
    waiting = never_used(workspace, things, today=today)
    accounts = accounts_with_ids(workspace, {one.account_id for one in waiting[:MOST_SHOWN]})
    points = alarm_points(workspace, things, today=today)
    context = {
        "tabs": report_tabs(request.member, current=ROUTE),
        "pages": pages_of(request, "never-used"),
        "form": form,
        "may_edit": request.member.may("adoption.edit"),
        "points": [(thing_words(thing), points[thing.product_id]) for thing in things],
        "lines": [
            (accounts[one.account_id], thing_words(one.thing), one)
            for one in waiting[:MOST_SHOWN]
            if one.account_id in accounts
        ],
        "due": sum(one.due for one in waiting),
        "count": len(waiting),
        "left_out": max(0, len(waiting) - MOST_SHOWN),
        "measured_at": measured_at(workspace),
    }
    return answer(request, "adoption/never_used.html", context, status=form.answer_status)


@page(may=MAY, methods=READING)
def need(request: MemberRequest) -> HttpResponse:
    """Who comes back by themselves after they could not use it, product by product."""
    workspace = request.member.workspace
    today = today_at(workspace, now=now())
    told = needs_of_products(workspace, things_measured(workspace), today=today)
    context = {
        "tabs": report_tabs(request.member, current=ROUTE),
        "pages": pages_of(request, "need"),
        "lines": [
            (thing_words(one.thing), one, NEEDS[one.necessity.need], accounts_by_need(one.accounts))
            for one in told
        ],
        "measured_at": measured_at(workspace),
    }
    return answer(request, "adoption/need.html", context)


def accounts_by_need(counts: Mapping[Need, int]) -> list[tuple[object, int]]:
    """How many accounts each verdict is true of, in words."""
    return [(NEEDS[each], counts.get(each, 0)) for each in Need]


@page(may="revenue.see", methods=READING)
def false_positives(request: MemberRequest) -> HttpResponse:
    """Accounts that began early and used it regularly, and left; what that cost."""
    workspace = request.member.workspace
    told = looked_like_yes(workspace, today=today_at(workspace, now=now()))
    shown = told.ended[:MOST_SHOWN]
    accounts = accounts_with_ids(workspace, {one.account_id for one in shown})
    context = {
        "tabs": report_tabs(request.member, current=ROUTE),
        "pages": pages_of(request, "false-positives"),
        "told": told,
        "home": workspace.currency,
        "lines": [(accounts[one.account_id], one) for one in shown if one.account_id in accounts],
        "left_out": max(0, len(told.ended) - MOST_SHOWN),
    }
    return answer(request, "adoption/false_positives.html", context)

"""Pages: who is behind a number of Explore."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.http import (
    HttpResponse,
)
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vereda.events import exploring_wording as wording
from vereda.events.contracts.exploring import (
    Asked,
    BehindFunnel,
    BehindPaths,
    BehindRetention,
    BehindTrend,
    Direction,
    Funnel,
    MetricTrend,
    Paths,
    Question,
    Retention,
    Trend,
    Unit,
)
from vereda.events.explored import duration_words
from vereda.events.exploring import (
    ExploreKind,
)
from vereda.events.metric_wording import measured_words
from vereda.events.pages.explore_asking import (
    LONGEST_WAIT,
    Asker,
    asker_of,
    explore_url,
    token_in,
    whole_question,
    words_of_groups,
)
from vereda.events.queries.exploring import (
    known_behind,
    known_with_values,
)
from vereda.events.queries.metric_trends import MeasuredAccounts, metrics_of_accounts_at
from vereda.events.rules.exploring import bucket_span, measured_days
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.pages import answer
from vereda.foundation.wording import day_words, number_words

BEHIND_SHOWN: Final = 50
DEEPEST_PAGE: Final = 200
TEMPLATE: Final = "events/explore_behind.html"


@page(may="events.see", methods=READING)
def explore_behind(request: MemberRequest, kind: ExploreKind) -> HttpResponse:
    """Who is behind a number, page by page."""
    asker = asker_of(request, kind)
    question = whole_question(asker)
    if isinstance(question, MetricTrend):
        return behind_metric(asker, question)
    return behind_events(asker, question)


def behind_events(asker: Asker, question: Question) -> HttpResponse:
    """Who is behind a number that events were counted for."""
    request = asker.request
    number = page_in(request)
    asked, unit, sentence = behind_asked(asker, question, offset=(number - 1) * BEHIND_SHOWN)
    group = request.GET.get("group")
    if not asker.address.by:
        group = None
    found = asker.answer(asked, token=token_in({}), seconds=LONGEST_WAIT, within=group)
    if found.unanswered is not None:
        raise Refused(wording.WHAT_TO_DO[found.unanswered])
    shown = found.behind[:BEHIND_SHOWN]
    value_head, value_words = VALUES.get(type(asked), ("", str))
    context = {
        **around(asker, number=number, group=group, more=len(found.behind) > BEHIND_SHOWN),
        "sentence": sentence,
        "behind": [
            (one, "" if one.value is None else value_words(one.value))
            for one in known_behind(request.member.workspace, shown, unit=unit)
        ],
        "unit": unit,
        "value_head": value_head,
        "may_turn": isinstance(asked, BehindTrend) and request.GET.get("of") == "uses",
    }
    return answer(request, TEMPLATE, context)


def around(asker: Asker, *, number: int, group: str | None, more: bool) -> dict[str, Any]:
    """What stands around a page of those behind a number."""
    kind = asker.address.kind
    return {
        "kind": kind,
        "name": wording.EXPLORE_KINDS[kind],
        "group": None if group is None else words_of_groups(asker, [group])[group],
        "number": number,
        "earlier": number - 1 if number > 1 else None,
        "later": number + 1 if more and number < DEEPEST_PAGE else None,
        "back": f"{explore_url(asker.request, kind)}?{asker.address.query()}",
    }


def behind_metric(asker: Asker, trend: MetricTrend) -> HttpResponse:
    """The accounts that a mean is of, the greatest value first."""
    said = asker.request.GET
    bucket, slug, number = number_said(said, "bucket"), said.get("name", ""), page_in(asker.request)
    days = measured_days(trend.span, trend.period, today=asker.accounts.today)
    if slug not in trend.slugs or bucket not in days:
        raise Missing("number")
    group = said.get("group") if asker.address.by else None
    found = metrics_of_accounts_at(
        asker.accounts,
        replace_metrics(trend, slug),
        conditions=asker.address.conditions,
        by=asker.address.by,
        only=bucket,
        token=token_in({}),
        seconds=LONGEST_WAIT,
    )
    if found.unanswered is not None:
        raise Refused(wording.WHAT_TO_DO[found.unanswered])
    ranked = ranked_values(found, slug, group)
    first = (number - 1) * BEHIND_SHOWN
    metric = asker.metrics[slug]
    known = known_with_values(asker.accounts.workspace, ranked[first : first + BEHIND_SHOWN])
    context = {
        **around(asker, number=number, group=group, more=len(ranked) > first + BEHIND_SHOWN),
        "sentence": _("%(metric)s, as of %(day)s")
        % {"metric": metric.name, "day": day_words(days[bucket])},
        "behind": [(one, measured_words(metric.defined, one.value)) for one in known],
        "unit": Unit.ACCOUNT,
        "value_head": metric.name,
        "may_turn": False,
    }
    return answer(asker.request, TEMPLATE, context)


def replace_metrics(trend: MetricTrend, slug: str) -> MetricTrend:
    """The same question about one of its metrics."""
    return MetricTrend(span=trend.span, period=trend.period, slugs=(slug,))


def ranked_values(
    found: MeasuredAccounts, slug: str, group: str | None
) -> list[tuple[UUID, float]]:
    """The accounts that have a value, in the group if one is said, the greatest first."""
    values = [
        (account, value)
        for moment in found.moments
        for account, told in moment.values.items()
        if (value := told[slug]) is not None and group in (None, found.groups[account])
    ]
    return sorted(values, key=lambda each: (-each[1], each[0]))


VALUES: Final[dict[type, tuple[Promise | str, Callable[[float], str]]]] = {
    BehindTrend: (wording.AMOUNTS_HEAD, number_words),
    BehindFunnel: (wording.TIME_HEAD, duration_words),
}


def behind_asked(asker: Asker, question: Question, *, offset: int) -> tuple[Asked, Unit, str]:
    """What is asked about one number, who it counts, and the number in words."""
    place = {"offset": offset, "limit": BEHIND_SHOWN + 1}
    match question:
        case Trend() as trend:
            return behind_trend_number(asker, trend, place)
        case Funnel() as funnel:
            return behind_step(asker, funnel, place)
        case Retention() as retention:
            return behind_cohort(asker, retention, place)
        case Paths() as paths:
            return behind_path(asker, paths, place)


def behind_trend_number(
    asker: Asker, trend: Trend, place: dict[str, int]
) -> tuple[Asked, Unit, str]:
    """Who used what in a bucket."""
    said = asker.request.GET
    bucket, name = number_said(said, "bucket"), said.get("name", "")
    if name and name not in trend.names:
        raise Missing("name")
    unit = Unit.ACCOUNT if "accounts" in (said.get("of"), said.get("unit")) else Unit.PERSON
    span = bucket_span(trend.span, bucket, trend.period)
    if span.since >= span.until:
        raise Missing("bucket")
    sentence = _("%(event)s, %(period)s") % {
        "event": name or _("Any use"),
        "period": wording.period_words(bucket, trend.period),
    }
    asked = BehindTrend(span=span, unit=unit, names=(name,) if name else (), **place)
    return asked, unit, sentence


def behind_step(asker: Asker, funnel: Funnel, place: dict[str, int]) -> tuple[Asked, Unit, str]:
    """Who reached a step, or was lost after it."""
    step, lost = number_said(asker.request.GET, "reached"), "lost" in asker.request.GET
    if not 1 <= step <= len(funnel.steps) - (1 if lost else 0):
        raise Missing("step")
    if lost:
        sentence = _("Did “%(step)s” and not then “%(next)s”") % {
            "step": funnel.steps[step - 1],
            "next": funnel.steps[step],
        }
    else:
        sentence = _("Reached step %(number)d, “%(step)s”") % {
            "number": step,
            "step": funnel.steps[step - 1],
        }
    return BehindFunnel(of=funnel, step=step, lost=lost, **place), funnel.unit, sentence


def behind_cohort(
    asker: Asker, retention: Retention, place: dict[str, int]
) -> tuple[Asked, Unit, str]:
    """Who is in a cohort, or came back in a later period."""
    said = asker.request.GET
    cohort = number_said(said, "cohort")
    bucket = number_said(said, "bucket") if "bucket" in said else None
    began = wording.period_words(cohort, retention.period)
    sentence = _("Began: %s") % began
    if bucket is not None:
        sentence = _("Began: %(began)s. Came back: %(back)s") % {
            "began": began,
            "back": wording.period_words(bucket, retention.period),
        }
    asked = BehindRetention(of=retention, cohort=cohort, bucket=bucket, **place)
    return asked, retention.unit, sentence


def behind_path(asker: Asker, paths: Paths, place: dict[str, int]) -> tuple[Asked, Unit, str]:
    """Who took a path."""
    names = tuple(asker.request.GET.getlist("then"))[: paths.depth]
    arrow = " → " if paths.direction is Direction.AFTER else " ← "
    sentence = arrow.join([paths.anchor, *names])
    return BehindPaths(of=paths, names=names, **place), paths.unit, sentence


def number_said(said: Mapping[str, Any], name: str) -> int:
    """A number of ours in an address that somebody may have edited."""
    if name not in said:
        raise Refused(_("This address names no number. Open one from an answer."))
    text = str(said[name])
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise Missing(name)
    return int(text)


def page_in(request: MemberRequest) -> int:
    """Which page of a list."""
    number = number_said(request.GET, "page") if "page" in request.GET else 1
    if not 1 <= number <= DEEPEST_PAGE:
        raise Missing("page")
    return number

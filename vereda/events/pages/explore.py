"""Pages: Explore. A question stands in the address; the answer comes at once, or while one waits.

An answer that is not there within 200 ms is asked for again by the page that is shown meanwhile:
by `explore_answer`, which waits for it, while `explore_progress` says how far it is and
`cancel_explore` ends it. Without a script the page waits itself (`wait`).
"""

import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import (
    FileResponse,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vereda.customers import wording as customer_words
from vereda.customers.contracts import Condition, Operator
from vereda.customers.queries.accounts import accounts_by_key, accounts_with_ids, tags_in
from vereda.customers.queries.groups import grouping_fields
from vereda.customers.queries.lists import (
    Kind,
    ListField,
    account_question,
    accounts_matching,
)
from vereda.customers.queries.lists import (
    Question as AccountQuestion,
)
from vereda.events import exploring_wording as wording
from vereda.events.contracts.exploring import (
    MOST_SERIES,
    MOST_STEPS,
    Asked,
    Beginning,
    BehindFunnel,
    BehindPaths,
    BehindRetention,
    BehindTrend,
    Direction,
    Explored,
    Funnel,
    Paths,
    Population,
    Question,
    Retention,
    Trend,
    Unanswered,
    Unit,
)
from vereda.events.explored import Sheet, ShownAnswer, duration_words, shown_answer
from vereda.events.exploring import (
    SPANS,
    ExploreAddress,
    ExploreKind,
    explore_address_in,
)
from vereda.events.queries.exploring import (
    end_exploring,
    explored,
    known_behind,
    population_asked,
    progress_of_exploring,
    takes_long_to_gather,
)
from vereda.events.queries.single_events import names_of_events
from vereda.events.rules.exploring import bucket_span
from vereda.foundation import clock
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.ids import number_in
from vereda.foundation.line_charts import ChartLine, lines
from vereda.foundation.pages import answer
from vereda.foundation.tabular import csv_lines, write_workbook
from vereda.foundation.templatetags.ui import Tab
from vereda.foundation.wording import number_words
from vereda.workspaces.queries import members_of

AT_ONCE: Final = 0.2
LONGEST_WAIT: Final = 30.0
MOST_NAMES: Final = 500
BEHIND_SHOWN: Final = 50
DEEPEST_PAGE: Final = 200
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,60}")
TEMPLATE: Final = "events/explore.html"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks what: the member's workspace, the question, and the fields accounts have."""

    request: MemberRequest
    address: ExploreAddress
    accounts: AccountQuestion

    def population(self, asked: Asked, *, within: str | None = None) -> Population:
        """Whose use is asked about."""
        return population_asked(
            self.accounts,
            asked=asked,
            conditions=self.address.conditions,
            by=self.address.by,
            within=within,
        )

    def answer(
        self, asked: Asked, *, token: str, seconds: float, within: str | None = None
    ) -> Explored:
        """The answer, if it can be had in time; reading the accounts counts."""
        until = time.monotonic() + seconds
        population = self.population(asked, within=within)
        left = max(until - time.monotonic(), 0.01)
        workspace = self.request.member.workspace
        return explored(workspace, asked=asked, population=population, token=token, seconds=left)


def asker_of(request: MemberRequest, kind: ExploreKind) -> Asker:
    """The question of the address, or a refusal that says what is odd in it."""
    workspace = request.member.workspace
    today = clock.now().astimezone(ZoneInfo(workspace.time_zone)).date()
    accounts = account_question(workspace, today=today)
    address = explore_address_in(kind, request.GET, today=today, zone=workspace.time_zone)
    accounts_matching(accounts, address.conditions)
    if address.by and address.by not in grouping_fields(accounts):
        raise Refused(_("Accounts cannot be grouped by this field."))
    return Asker(request, address, accounts)


@page(may="events.see", methods=READING)
def explore(request: MemberRequest, kind: ExploreKind) -> HttpResponseBase:
    """The question and its answer, or what is shown until it is there."""
    try:
        asker = asker_of(request, kind)
        sent = filter_sent(request)
        if sent is not None:
            accounts_matching(asker.accounts, [*asker.address.conditions, sent])
    except Refused as refused:
        return refused_question(request, kind, refused)
    if sent is not None or left_empty(request):
        return redirect(f"{request.path}?{cleaned(asker, request, sent)}")
    context = surroundings(asker)
    asked = asker.address.asked
    if asked is not None:
        context |= answered_or_waiting(asker, asked)
    return answer(request, TEMPLATE, context)


def left_empty(request: MemberRequest) -> bool:
    """Did the form send something that nobody filled in?"""
    return any("" in values for _name, values in request.GET.lists())


def cleaned(asker: Asker, request: MemberRequest, sent: Condition | None) -> str:
    """The address of a question that a form sent, without what it left empty."""
    wait = "1" if "wait" in request.GET else None
    added = None if sent is None else f"{sent.field}:{sent.operator}:{sent.value}"
    return asker.address.query(wait=wait, f=added)


def answered_or_waiting(asker: Asker, asked: Asked) -> dict[str, Any]:
    """The answer if it comes at once; else what the page shows until it is there."""
    patient = "wait" in asker.request.GET
    workspace, address = asker.request.member.workspace, asker.address
    token = secrets.token_urlsafe(16)
    if not patient and takes_long_to_gather(
        workspace, asked=asked, conditions=address.conditions, by=address.by
    ):
        return waiting(asker, token)
    seconds = LONGEST_WAIT if patient else AT_ONCE
    found = asker.answer(asked, token=token, seconds=seconds)
    if found.unanswered is Unanswered.TOO_LONG and not patient:
        return waiting(asker, token)
    return answer_context(asker, found)


def waiting(asker: Asker, token: str) -> dict[str, Any]:
    """What asks for the answer again, and how it is cancelled."""
    query = asker.address.query(token=token)
    return {
        "waiting": True,
        "token": token,
        "answer_url": f"{explore_url(asker.request, asker.address.kind, 'answer')}?{query}",
        "patient_query": asker.address.query(wait=1),
    }


def answer_context(asker: Asker, found: Explored) -> dict[str, Any]:
    """The answer as the template shows it, or why there is none."""
    address = asker.address
    if found.unanswered is not None:
        return {
            "unanswered": wording.UNANSWERED[found.unanswered],
            "what_to_do": wording.WHAT_TO_DO[found.unanswered],
            "query": address.query(),
        }
    shown = shown_answer(
        address, found, words=group_words(asker, found), today=asker.accounts.today
    )
    urls = {name: explore_url(asker.request, address.kind, name) for name in ("behind", "export")}
    return {
        "shown": shown,
        "chart": drawn_chart(shown),
        "heat": address.kind is ExploreKind.RETENTION,
        "kind": address.kind,
        "behind_url": urls["behind"],
        "export_url": urls["export"],
        "query": address.query(),
    }


def drawn_chart(shown: ShownAnswer) -> str:
    """The trend as lines; nothing for other answers."""
    if not shown.series:
        return ""
    days = [on for on, _value in shown.series[0].points]
    drawn = [ChartLine(each.label, [value for _on, value in each.points]) for each in shown.series]
    return lines(days, drawn, title=_("Trend"))


def whole_question(asker: Asker) -> Question:
    """The question, or a refusal where something is missing."""
    if asker.address.asked is None:
        raise Refused(_("Something is missing in this question."))
    return asker.address.asked


@page(may="events.see", methods=READING)
def explore_answer(request: MemberRequest, kind: ExploreKind) -> HttpResponse:
    """The answer, as soon as it is there."""
    asker = asker_of(request, kind)
    asked = whole_question(asker)
    found = asker.answer(asked, token=token_in(request.GET), seconds=LONGEST_WAIT)
    context = {"name": kind, **answer_context(asker, found)}
    return answer(request, "events/explore_answer.html", context)


@page(may="events.see", methods=READING)
def explore_progress(request: MemberRequest) -> HttpResponse:
    """How far a question is; nothing when it is not being answered."""
    progress = progress_of_exploring(request.member.workspace, token=token_in(request.GET))
    if progress is None:
        return HttpResponse(status=204)
    share = progress.share
    context = {
        "seconds": number_words(progress.seconds, decimals=0),
        "percent": None if share is None else min(99, round(share * 100)),
    }
    return answer(request, "events/explore_progress.html", context)


@page(may="events.see", methods=("POST",))
def cancel_explore(request: MemberRequest) -> HttpResponse:
    """End a question; whoever waits for its answer hears that."""
    end_exploring(request.member.workspace, token=token_in(request.POST))
    return HttpResponse(status=204)


def token_in(said: Mapping[str, Any]) -> str:
    """The token of a question, made up by the page that asked it; another where it is none."""
    token = str(said.get("token", ""))
    return token if TOKEN.fullmatch(token) else secrets.token_urlsafe(16)


@page(may="events.see", methods=READING)
def export_explore(request: MemberRequest, kind: ExploreKind) -> HttpResponseBase:
    """The answer as CSV, or as a workbook with `?format=xlsx`; `sheet=1` is the one by groups."""
    asker = asker_of(request, kind)
    asked = whole_question(asker)
    found = asker.answer(asked, token=token_in({}), seconds=LONGEST_WAIT)
    if found.unanswered is not None:
        raise Refused(wording.WHAT_TO_DO[found.unanswered])
    words = group_words(asker, found)
    shown = shown_answer(asker.address, found, words=words, today=asker.accounts.today)
    place = 1 if request.GET.get("sheet") == "1" else 0
    if place >= len(shown.sheets):
        raise Refused(_("There is nothing to export."))
    sheet = shown.sheets[place]
    name = f"{request.member.workspace.slug}-{kind}-{asker.accounts.today.isoformat()}"
    if request.GET.get("format") == "xlsx":
        return workbook_of_sheet(sheet, name=f"{name}.xlsx")
    response = StreamingHttpResponse(
        csv_lines(sheet.export_heads, sheet.export, language=get_language() or "en"),
        content_type="text/csv; charset=utf-8",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def workbook_of_sheet(sheet: Sheet, *, name: str) -> FileResponse:
    """The sheet as a workbook, written to a file that is gone when it has been sent."""
    with tempfile.TemporaryDirectory(prefix="vereda-explore-") as place:
        path = Path(place) / "answer.xlsx"
        write_workbook(path, sheet.export_heads, sheet.export, sheet=_("Explore"))
        sent = path.open("rb")
    return FileResponse(sent, as_attachment=True, filename=name, content_type=XLSX)


# --- Who is behind a number -------------------------------------------------------------------


@page(may="events.see", methods=READING)
def explore_behind(request: MemberRequest, kind: ExploreKind) -> HttpResponse:
    """Who is behind a number, page by page."""
    asker = asker_of(request, kind)
    number = page_in(request)
    asked, unit, sentence = behind_asked(asker, offset=(number - 1) * BEHIND_SHOWN)
    group = request.GET.get("group")
    if not asker.address.by:
        group = None
    found = asker.answer(asked, token=token_in({}), seconds=LONGEST_WAIT, within=group)
    if found.unanswered is not None:
        raise Refused(wording.WHAT_TO_DO[found.unanswered])
    shown = found.behind[:BEHIND_SHOWN]
    value_head, value_words = VALUES.get(type(asked), ("", str))
    back = f"{explore_url(request, kind)}?{asker.address.query()}"
    context = {
        "kind": kind,
        "name": wording.EXPLORE_KINDS[kind],
        "sentence": sentence,
        "group": None if group is None else words_of_groups(asker, [group])[group],
        "behind": [
            (one, "" if one.value is None else value_words(one.value))
            for one in known_behind(request.member.workspace, shown, unit=unit)
        ],
        "unit": unit,
        "value_head": value_head,
        "number": number,
        "earlier": number - 1 if number > 1 else None,
        "later": number + 1 if len(found.behind) > BEHIND_SHOWN and number < DEEPEST_PAGE else None,
        "may_turn": isinstance(asked, BehindTrend) and request.GET.get("of") == "uses",
        "back": back,
    }
    return answer(request, "events/explore_behind.html", context)


VALUES: Final[dict[type, tuple[Promise | str, Callable[[float], str]]]] = {
    BehindTrend: (wording.AMOUNTS_HEAD, number_words),
    BehindFunnel: (wording.TIME_HEAD, duration_words),
}


def behind_asked(asker: Asker, *, offset: int) -> tuple[Asked, Unit, str]:
    """What is asked about one number, who it counts, and the number in words."""
    place = {"offset": offset, "limit": BEHIND_SHOWN + 1}
    match whole_question(asker):
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


# --- Groups in words ---------------------------------------------------------------------------


def group_words(asker: Asker, found: Explored) -> Callable[[str | None], str]:
    """How each group of an answer is called."""
    rows: Iterable[Any] = (*found.points, *found.steps, *found.returned, *found.branches)
    words = words_of_groups(asker, {row.group for row in rows if row.group is not None})
    return lambda group: "" if group is None else words[group]


def words_of_groups(asker: Asker, groups: Iterable[str]) -> dict[str, str]:
    """How groups are called: accounts and owners by name, choices by their words."""
    field = grouping_fields(asker.accounts).get(asker.address.by)
    known = names_in_groups(asker, field, [group for group in groups if group])
    return {group: known.get(group, group) or _("not known") for group in groups}


def names_in_groups(asker: Asker, field: ListField | None, groups: Sequence[str]) -> dict[str, str]:
    """The names of groups that are called otherwise than their values."""
    workspace = asker.request.member.workspace
    if field is None:
        return {}
    if field.kind is Kind.MEMBER:
        return {str(member.pk): member.name for member in members_of(workspace)}
    if field.kind is Kind.ACCOUNT:
        ids = accounts_by_key(workspace, [number_in(group, "A") for group in groups])
        names = accounts_with_ids(workspace, set(ids.values()))
        return {f"A-{number}": names[pk].name for number, pk in ids.items() if pk in names}
    return {value: str(label) for value, label in (field.choices or {}).items()}


# --- The question ------------------------------------------------------------------------------


def surroundings(asker: Asker) -> dict[str, Any]:
    """The question as its form shows it."""
    address = asker.address
    workspace = asker.request.member.workspace
    names = [each.name for each in names_of_events(workspace)[:MOST_NAMES]]
    return {
        **frame(asker.request, address.kind, query=address.query()),
        "address": address,
        "here": asker.request.path,
        "event_names": sorted(dict.fromkeys([*names, *address.names, *address.returns])),
        "nothing_yet": not names,
        "asked_names": slots(address),
        "asked_returns": [*address.returns, ""][:MOST_SERIES],
        "spans": SPANS if address.days in SPANS or not address.days else (*SPANS, address.days),
        "last_day": address.span.until - timedelta(days=1),
        "groups": [(name, each.label) for name, each in grouping_fields(asker.accounts).items()],
        "chips": [chip_words(asker, condition) for condition in address.conditions],
        "filter_fields": [each for each in asker.accounts.fields.values() if each.name != "name"],
        "adding": adding(asker),
        "kept": list(QueryDict(address.query()).lists()),
        "choices": {
            "amounts": wording.AMOUNTS.items(),
            "periods": wording.PERIODS.items(),
            "units": wording.UNITS.items(),
            "beginnings": wording.BEGINNINGS.items(),
            "directions": wording.DIRECTIONS.items(),
            "windows": wording.WINDOW_UNITS.items(),
            "depths": range(1, 6),
        },
        "from_start": address.beginning is Beginning.ACCOUNT_START,
    }


def slots(address: ExploreAddress) -> list[str]:
    """The events chosen so far, and room for more."""
    if address.kind is ExploreKind.PATHS:
        return [*address.names[:1]] or [""]
    most = MOST_STEPS if address.kind is ExploreKind.FUNNEL else MOST_SERIES
    fewest = 3 if address.kind is ExploreKind.FUNNEL else 1
    room = max(fewest - len(address.names), 1)
    return [*address.names, *[""] * room][:most]


def frame(request: MemberRequest, kind: ExploreKind, *, query: str = "") -> dict[str, Any]:
    """The tabs and what the kind of question means."""
    return {
        "kind": kind,
        "meaning": wording.MEANINGS[kind],
        "query": query,
        "tabs": [
            Tab(words, explore_url(request, each), current=each is kind)
            for each, words in wording.EXPLORE_KINDS.items()
        ],
    }


def refused_question(request: MemberRequest, kind: ExploreKind, refused: Refused) -> HttpResponse:
    """The page that says what is odd in the address."""
    context = {**frame(request, kind), "refusal": refused.sentence, "here": request.path}
    return answer(request, TEMPLATE, context, status=refused.status)


def chip_words(asker: Asker, condition: Condition) -> dict[str, str]:
    """A filter in words, and the address without it."""
    field = asker.accounts.fields[condition.field]
    parts = [part.strip() for part in condition.value.split(",")]
    known = names_in_groups(asker, field, []) if field.kind is not Kind.ACCOUNT else {}
    return {
        "field": str(field.label),
        "operator": str(customer_words.OPERATORS[condition.operator]),
        "value": ", ".join(known.get(part, part) for part in parts),
        "off": asker.address.query(without=condition),
    }


def adding(asker: Asker) -> dict[str, Any] | None:
    """The form for one more filter, when a field was chosen for it."""
    field = asker.accounts.fields.get(asker.request.GET.get("add", ""))
    if field is None:
        return None
    choices = {str(value): str(label) for value, label in (field.choices or {}).items()}
    workspace = asker.request.member.workspace
    if field.kind is Kind.MEMBER:
        choices = {str(member.pk): member.name for member in members_of(workspace)}
    if field.kind is Kind.TAG:
        choices = {tag.name: tag.name for tag in tags_in(workspace)}
    single = (Operator.IS, Operator.IS_NOT)
    operators = [each for each in field.operators if not choices or each not in single]
    return {
        "field": field,
        "operators": [(each, customer_words.OPERATORS[each]) for each in operators],
        "choices": choices.items(),
        "type": {Kind.DATE: "date", Kind.NUMBER: "number", Kind.MONEY: "number"}.get(
            field.kind, "text"
        ),
    }


def filter_sent(request: MemberRequest) -> Condition | None:
    """The filter that the form sent."""
    said = request.GET
    operator = said.get("operator", "")
    if not said.get("field") or operator not in set(Operator):
        return None
    values = [
        value.replace(",", " ") if len(said.getlist("value")) > 1 else value
        for value in said.getlist("value")
    ]
    return Condition(said["field"][:100], Operator(operator), ",".join(values))


def explore_url(request: MemberRequest, kind: ExploreKind, part: str = "") -> str:
    """The address of a kind of question, or of a part of its page."""
    name = f"explore_{kind}_{part}" if part else f"explore_{kind}"
    return reverse(name, kwargs={"workspace": request.member.workspace.slug})

"""The question of Explore as its form shows it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.http import (
    QueryDict,
)

from vereda.customers import wording as customer_words
from vereda.customers.contracts import Condition, Operator
from vereda.customers.queries.accounts import tags_in
from vereda.customers.queries.groups import grouping_fields
from vereda.customers.queries.lists import (
    Kind,
)
from vereda.events import exploring_wording as wording
from vereda.events.contracts.exploring import (
    MOST_METRICS,
    MOST_SERIES,
    MOST_STEPS,
    Beginning,
)
from vereda.events.contracts.measuring import Per
from vereda.events.exploring import (
    SPANS,
    ExploreAddress,
    ExploreKind,
)
from vereda.events.pages.explore_asking import Asker, explore_url, names_in_groups
from vereda.events.queries.metrics import metrics_in
from vereda.events.queries.single_events import names_of_events
from vereda.foundation.access import MemberRequest
from vereda.foundation.templatetags.ui import Tab
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

MOST_NAMES: Final = 500


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
        "metrics": metric_choices(workspace) if address.kind is ExploreKind.TREND else [],
        "asked_for_metrics": bool(address.metrics),
        "asked_metrics": [*address.metrics, ""][:MOST_METRICS],
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


def metric_choices(workspace: Workspace) -> list[tuple[str, str]]:
    """The metrics about accounts: short name and name."""
    return list(metrics_in(workspace, per=Per.ACCOUNT).values_list("slug", "name"))


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

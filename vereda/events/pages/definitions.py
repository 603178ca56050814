"""Pages: every event name, what it means and carries, and what is not as it used to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.customers.queries.accounts import accounts_with_keys
from vereda.events.actions.definitions import (
    accept_drift,
    describe_event,
    expect_event_again,
    retire_event,
)
from vereda.events.contracts.drifting import DriftKind, PropertyType
from vereda.events.metric_wording import DRIFTS, PROPERTY_TYPES
from vereda.events.queries.definitions import (
    DefinedEvent,
    defined_event,
    defined_events,
    drift_with_id,
    open_drifts,
    properties_of_event,
)
from vereda.events.rules.drifting import key_of_event
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.charts import sparkline
from vereda.foundation.clock import now
from vereda.foundation.forms import AnsweringForm
from vereda.foundation.pages import answer, answer_after, notice
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.events.models.definitions import Drift
    from vereda.workspaces.models import Workspace

VERB = ("POST",)
ACCEPTABLE = frozenset({DriftKind.EVENT_STOPPED, DriftKind.PROPERTY_CHANGED})


class DefinitionForm(AnsweringForm):
    """What the workspace says about an event."""

    description = forms.CharField(
        label=gettext_lazy("What it means"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    expected_days = forms.IntegerField(
        label=gettext_lazy("Expected at least every so many days"),
        min_value=1,
        max_value=365,
        required=False,
        help_text=gettext_lazy("Left empty, it is missed when it stops against its own habit."),
    )

    def __init__(self, *args: Any, members: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"] = forms.ChoiceField(
            label=_("Owner"), required=False, choices=[("", _("nobody")), *members]
        )


@page(may="events.see", methods=READING)
def definitions(request: MemberRequest) -> HttpResponse:
    """Every event name with its volume; above it what drifted."""
    workspace = request.member.workspace
    events = defined_events(workspace, on=now().date())
    context = {
        "events": [(one, spark_of(one), definition_url(workspace, one)) for one in events],
        "drifts": shown_drifts(workspace),
        "may_describe": request.member.may("events.describe"),
    }
    return answer(request, "events/definitions.html", context)


@page(may="events.see", methods=READING)
def definition(request: MemberRequest, event: str) -> HttpResponse:
    """One event: what it means and carries."""
    row = event_with_key(request, event)
    form = form_for(request, row) if request.member.may("events.describe") else None
    return shown(request, row, form)


@page(may="events.describe", methods=VERB)
def describe(request: MemberRequest, event: str) -> HttpResponse:
    """What an event means, who owns it, and when it is missed."""
    workspace = request.member.workspace
    row = event_with_key(request, event)
    form = form_for(request, row)

    def act() -> None:
        cleaned = form.cleaned_data
        owners = {str(each.pk): each for each in members_of(workspace)}
        describe_event(
            workspace,
            name=row.seen.name,
            description=cleaned["description"],
            owner=owners.get(cleaned["owner"]),
            expected_days=cleaned["expected_days"],
            by=request.member,
        )

    if form.accepts(act):
        return done(request, _("Saved."), definition_url(workspace, row))
    return shown(request, row, form)


def event_with_key(request: MemberRequest, key: str) -> DefinedEvent:
    """The event an address names."""
    return defined_event(request.member.workspace, key, on=now().date())


def form_for(request: MemberRequest, event: DefinedEvent) -> DefinitionForm:
    """The form with what is known about the event."""
    known = event.definition
    initial = {
        "description": known.description if known else "",
        "owner": str(known.owner_id) if known and known.owner_id else "",
        "expected_days": known.expected_days if known else None,
    }
    members = [(str(each.pk), each.name) for each in members_of(request.member.workspace)]
    return DefinitionForm(request.POST or None, initial=initial, members=members)


def shown(request: MemberRequest, event: DefinedEvent, form: DefinitionForm | None) -> HttpResponse:
    """The page of one event."""
    workspace = request.member.workspace
    names = {"workspace": workspace.slug, "event": key_of_event(event.seen.name)}
    context = {
        "event": event,
        "spark": spark_of(event),
        "properties": [
            (one, PROPERTY_TYPES[one.type])
            for one in properties_of_event(workspace, event.seen.name)
        ],
        "form": form,
        "action": reverse("describe_event", kwargs=names),
        "key": names["event"],
    }
    status = form.answer_status if form else 200
    return answer(request, "events/definition.html", context, status=status)


@page(may="events.describe", methods=VERB)
def retire(request: MemberRequest, event: str) -> HttpResponse:
    """It is no longer sent, and that is meant."""
    workspace = request.member.workspace
    row = event_with_key(request, event)
    retire_event(workspace, name=row.seen.name, by=request.member, now=now())
    said = _("%s is retired: nobody is warned that it stopped.") % row.seen.name
    return done(request, said, definition_url(workspace, row))


@page(may="events.describe", methods=VERB)
def expect_again(request: MemberRequest, event: str) -> HttpResponse:
    """It is sent again."""
    workspace = request.member.workspace
    row = event_with_key(request, event)
    expect_event_again(workspace, name=row.seen.name, by=request.member)
    said = _("%s is expected again.") % row.seen.name
    return done(request, said, definition_url(workspace, row))


@page(may="events.describe", methods=VERB)
def accept(request: MemberRequest, drift: UUID) -> HttpResponse:
    """What drifted is meant so."""
    workspace = request.member.workspace
    accept_drift(drift_with_id(workspace, drift), by=request.member, now=now())
    url = reverse("event_definitions", kwargs={"workspace": workspace.slug})
    return done(request, _("Noted: it is meant so."), url)


@dataclass(frozen=True, slots=True)
class ShownDrift:
    """A drift in words."""

    row: Drift
    title: str
    sentence: str
    acceptable: bool


def shown_drifts(workspace: Workspace) -> list[ShownDrift]:
    """What is not as it used to be, in words."""
    rows = open_drifts(workspace)
    silent = [row.subject for row in rows if row.kind == DriftKind.ACCOUNT_SILENT]
    accounts = accounts_with_keys(workspace, silent)
    return [
        ShownDrift(
            row,
            str(DRIFTS[DriftKind(row.kind)]),
            sentence_of(row, accounts),
            DriftKind(row.kind) in ACCEPTABLE,
        )
        for row in rows
    ]


def sentence_of(row: Drift, accounts: Mapping[str, Account]) -> str:
    """Which event, property, account or key, and what about it; accounts by their names."""
    if row.subject in accounts:
        return accounts[row.subject].name
    first, _separator, second = row.subject.partition("\n")
    if row.kind == DriftKind.PROPERTY_CHANGED:
        said = {
            "property": second,
            "event": first,
            "was": PROPERTY_TYPES[PropertyType(row.was)],
            "now": PROPERTY_TYPES[PropertyType(row.now)],
        }
        return _("“%(property)s” of “%(event)s” was %(was)s and is %(now)s.") % said
    return f"{first} ({second}…)" if second else first


def spark_of(event: DefinedEvent) -> str:
    """Thirteen weeks as a line."""
    words = ", ".join(map(str, event.weeks))
    return sparkline(event.weeks, label=_("Uses by week: %s") % words)


def definition_url(workspace: Workspace, event: DefinedEvent) -> str:
    """Where one event is described."""
    names = {"workspace": workspace.slug, "event": key_of_event(event.seen.name)}
    return reverse("event_definition", kwargs=names)


def done(request: MemberRequest, said: str, url: str) -> HttpResponse:
    """After a change: say so and go on."""
    notice(request, said)
    return answer_after(request, to=url)

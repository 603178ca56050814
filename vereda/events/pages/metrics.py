"""Pages: the workspace's metrics, what each says, and the builder that tries one first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.customers.queries.accounts import account_with_key, accounts_with_ids, listed_accounts
from vereda.customers.queries.people import people_with_ids, person_with_key
from vereda.events.actions.metrics import (
    add_ready_metrics,
    archive_metric,
    change_metric,
    check_metric,
    define_metric,
    remove_metric,
    restore_metric,
)
from vereda.events.contracts.measuring import Measure, MetricDefinition, Per
from vereda.events.jobs import measure_metrics
from vereda.events.metric_files import bring_in_metrics, metrics_as_file
from vereda.events.metric_forms import Choices, MetricFileForm, MetricForm, initial_of
from vereda.events.metric_wording import FIELDS, MEASURES, definition_words, measured_words
from vereda.events.models.metrics import Metric
from vereda.events.pages.shown import SHOWN
from vereda.events.queries.metrics import (
    MetricTrial,
    archived_metrics,
    count_measured,
    feature_slugs,
    measurable_fields,
    measuring_state,
    metric_with_slug,
    metrics_in,
    ranked_accounts,
    ranked_people,
    tried_metric,
)
from vereda.events.queries.single_events import names_of_events
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer, answer_after, notice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace

VERB = ("POST",)
MOST_NAMES: Final = 60


@page(may="events.see", methods=READING)
def metrics(request: MemberRequest) -> HttpResponse:
    """Every metric, how fresh their values are, and metrics to begin with."""
    workspace = request.member.workspace
    rows = list(metrics_in(workspace))
    names = {row.slug: row.name for row in rows}
    context = {
        "metrics": [(row, definition_words(row.defined, names=names)) for row in rows],
        "archived": archived_metrics(workspace),
        "state": measuring_state(workspace),
        "may_define": request.member.may("events.define_metric"),
    }
    return answer(request, "events/metrics.html#state", context)


@page(may="events.see", methods=READING)
def metric(request: MemberRequest, slug: str) -> HttpResponse:
    """What one metric says: the accounts, or people, by value."""
    row = metric_with_slug(request.member.workspace, slug)
    descending = request.GET.get("order") != "least"
    definition = row.defined
    of_people = definition.per is Per.PERSON
    rank, held = (
        (ranked_people, people_with_ids) if of_people else (ranked_accounts, accounts_with_ids)
    )
    ranked = rank(row, descending=descending, limit=SHOWN)
    shown: Mapping[UUID, Any] = held(row.workspace_id, [pk for pk, _value, _before in ranked])
    context = {
        "metric": row,
        "words": definition_words(
            definition, names={one.slug: one.name for one in metrics_in(row.workspace_id)}
        ),
        "rows": [
            (shown[pk], measured_words(definition, value), measured_words(definition, before))
            for pk, value, before in ranked
            if pk in shown
        ],
        "descending": descending,
        "measured": count_measured(row),
        "state": measuring_state(row.workspace_id),
        "of_people": of_people,
        "may_define": request.member.may("events.define_metric"),
    }
    return answer(request, "events/metric.html", context)


# --- The builder ------------------------------------------------------------------------


@page(may="events.define_metric")
def new_metric(request: MemberRequest) -> HttpResponse:
    """First what to know, then how; tried before it is kept."""
    workspace = request.member.workspace
    like = request.GET.get("like")
    model = metric_with_slug(workspace, like) if like else None
    measure = model.defined.measure if model else measure_named(request.GET.get("measure"))
    if measure is None:
        context = {"measures": [(one.value, words) for one, words in MEASURES.items()]}
        return answer(request, "events/metric_measures.html", context)
    choices = choices_of(workspace)
    initial = initial_of(model.defined, known=choices.events) if model else {}
    initial = {**initial, "trial": busiest_key(workspace)}
    form = MetricForm(request.POST or None, measure=measure, choices=choices, initial=initial)
    building = Building(request, form, title=_("New metric"))
    if building.is_trial:
        return building.tried()
    kept: list[Metric] = []

    def act() -> None:
        cleaned = form.cleaned_data
        kept.append(
            define_metric(
                workspace,
                name=cleaned["name"],
                description=cleaned["description"],
                definition=form.said(),
                by=request.member,
            )
        )

    if form.accepts(act):
        measure_metrics.enqueue(str(workspace.pk), [kept[0].slug])
        return done(request, _("The metric is there. Its values are being computed."), kept[0])
    return building.shown()


@page(may="events.define_metric")
def edit_metric(request: MemberRequest, slug: str) -> HttpResponse:
    """Other words or another definition."""
    workspace = request.member.workspace
    row = metric_with_slug(workspace, slug)
    choices = choices_of(workspace)
    initial = {
        **initial_of(row.defined, known=choices.events),
        "name": row.name,
        "description": row.description,
        "trial": busiest_key(workspace),
    }
    form = MetricForm(
        request.POST or None,
        measure=row.defined.measure,
        choices=choices,
        slug=row.slug,
        initial=initial,
    )
    building = Building(request, form, title=_("Edit %s") % row.name, slug=row.slug)
    if building.is_trial:
        return building.tried()
    changed: list[bool] = []

    def act() -> None:
        cleaned = form.cleaned_data
        changed.append(
            change_metric(
                row,
                name=cleaned["name"],
                description=cleaned["description"],
                definition=form.said(),
                by=request.member,
            )
        )

    if form.accepts(act):
        if changed[0]:
            measure_metrics.enqueue(str(workspace.pk), None)
        return done(request, _("Saved."), row)
    return building.shown()


@dataclass(frozen=True, slots=True)
class Building:
    """A metric being built: its form, and what it would say."""

    request: MemberRequest
    form: MetricForm
    title: str
    slug: str = ""

    @property
    def is_trial(self) -> bool:
        """Was "try it" pressed?"""
        return self.request.method == "POST" and self.request.POST.get("do") == "try"

    def tried(self) -> HttpResponse:
        """The form again, with what the definition says about the chosen account or person."""
        workspace = self.request.member.workspace
        said: dict[str, Any] = {}

        def act() -> None:
            definition = self.form.said()
            check_metric(workspace, definition, slug=self.slug)
            said.update(trial_of(workspace, definition, self.form.cleaned_data["trial"]))

        self.form.fields["name"].required = False
        if self.form.accepts(act):
            self.form.answer_status = 200
        self.form.fields["name"].required = True
        return self.shown(**said)

    def shown(self, **said: Any) -> HttpResponse:
        """The page of the builder."""
        context = {
            "form": self.form,
            "title": self.title,
            "measure": MEASURES[self.form.measure],
            "slug": self.slug,
            **said,
        }
        return answer(
            self.request,
            "events/metric_builder.html#builder",
            context,
            status=self.form.answer_status,
        )


def trial_of(workspace: Workspace, definition: MetricDefinition, key: str) -> dict[str, Any]:
    """What the page shows of a trial."""
    account: Account | None = None
    person: Person | None = None
    try:
        if definition.per is Per.PERSON:
            person = person_with_key(workspace, key.strip().upper())
        else:
            account = account_with_key(workspace, key.strip().upper())
    except Missing:
        return {"nobody": key or "?"}
    trial: MetricTrial = tried_metric(
        workspace, definition, account=account, person=person, on=now().date()
    )
    return {
        "trial": trial,
        "whose": account.name if account else person.called if person else "",
        "value": measured_words(definition, trial.value),
        "before": measured_words(definition, trial.before),
        "days": trial.days[::-1][:SHOWN],
    }


def measure_named(word: str | None) -> Measure | None:
    """The measure an address names; None for another word."""
    return Measure(word) if word in set(Measure) else None


def choices_of(workspace: Workspace) -> Choices:
    """What the builder offers in this workspace."""
    fields = measurable_fields(workspace)
    return Choices(
        events=list(dict.fromkeys(one.name for one in names_of_events(workspace)))[:MOST_NAMES],
        features=feature_slugs(workspace),
        metrics=[(row.slug, row.name) for row in metrics_in(workspace) if not row.defined.is_ratio],
        fields=[(name, str(FIELDS.get(name, label))) for name, label in fields.items()],
    )


def busiest_key(workspace: Workspace) -> str:
    """The key of an account that did something lately, to try with."""
    rows = listed_accounts(workspace).filter(last_active_on__isnull=False)
    row = rows.order_by("-last_active_on", "pk").first()
    return row.key if row else ""


# --- Verbs ------------------------------------------------------------------------------


@page(may="events.define_metric", methods=VERB)
def archive_one(request: MemberRequest, slug: str) -> HttpResponse:
    """Put it away."""
    row = metric_with_slug(request.member.workspace, slug)
    archive_metric(row, by=request.member, now=now())
    return done(request, _("%s is no longer computed.") % row.name)


@page(may="events.define_metric", methods=VERB)
def restore_one(request: MemberRequest, slug: str) -> HttpResponse:
    """Take it into use again."""
    row = metric_with_slug(request.member.workspace, slug)
    restore_metric(row, by=request.member)
    measure_metrics.enqueue(str(row.workspace_id), [row.slug])
    return done(request, _("%s is in use again.") % row.name, row)


@page(may="events.define_metric", methods=VERB)
def remove_one(request: MemberRequest, slug: str) -> HttpResponse:
    """Gone for good."""
    row = metric_with_slug(request.member.workspace, slug)
    remove_metric(row, by=request.member)
    return done(request, _("%s is gone.") % row.name)


@page(may="events.define_metric", methods=VERB)
def add_ready(request: MemberRequest) -> HttpResponse:
    """The metrics to begin with."""
    workspace = request.member.workspace
    added = add_ready_metrics(workspace, by=request.member)
    if added:
        measure_metrics.enqueue(str(workspace.pk), None)
    said = ngettext("%d metric was added.", "%d metrics were added.", added) % added
    return done(request, said)


@page(may="events.define_metric", methods=VERB)
def compute_again(request: MemberRequest) -> HttpResponse:
    """Every value now, rather than tonight."""
    measure_metrics.enqueue(str(request.member.workspace.pk), None)
    return done(request, _("All metrics are being computed."))


@page(may="events.see", methods=READING)
def metrics_file(request: MemberRequest) -> HttpResponse:
    """The metrics as a file."""
    return HttpResponse(
        metrics_as_file(request.member.workspace),
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="metrics.toml"'},
    )


@page(may="events.define_metric")
def metrics_from_file(request: MemberRequest) -> HttpResponse:
    """Add or change what a file names."""
    form = MetricFileForm(request.POST or None, request.FILES or None)
    workspace = request.member.workspace
    named: list[str] = []

    def act() -> None:
        named.extend(bring_in_metrics(workspace, text=form.text(), by=request.member))

    if form.accepts(act):
        measure_metrics.enqueue(str(workspace.pk), None)
        words = ngettext(
            "%d metric is as the file says.", "%d metrics are as the file says.", len(named)
        )
        return done(request, words % len(named))
    context = {"form": form}
    return answer(request, "events/metrics_from_file.html", context, status=form.answer_status)


def done(request: MemberRequest, said: str, row: Metric | None = None) -> HttpResponse:
    """After a change: say so, and show the metric or all of them."""
    notice(request, said)
    names = {"workspace": request.member.workspace.slug}
    if row is None:
        return answer_after(request, to=reverse("metrics", kwargs=names))
    return answer_after(request, to=reverse("metric", kwargs={**names, "slug": row.slug}))

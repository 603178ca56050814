"""Telling about metrics: define, change, put away, take out again, remove."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from vereda.events.contracts.facts import MetricsMeasured
from vereda.events.contracts.measuring import (
    MetricDefinition,
    MetricInUse,
    MetricTaken,
    WrongMetric,
)
from vereda.events.metric_wording import METRIC_PROBLEMS
from vereda.events.models.metrics import Metric
from vereda.events.queries.metrics import feature_slugs, measurable_fields, metric_definitions
from vereda.events.rules.defaults import READY
from vereda.events.rules.metrics import parts_of, problem_in_metric
from vereda.foundation.facts import announce
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


def check_metric(workspace: Workspace, definition: MetricDefinition, *, slug: str = "") -> None:
    """Refuse a definition that is no metric here, with what is wrong in it.

    `slug` is the metric's own, which it cannot be made of.
    """
    metrics = metric_definitions(workspace)
    metrics.pop(slug, None)
    problem = problem_in_metric(
        definition,
        metrics=metrics,
        features=[feature for feature, _name in feature_slugs(workspace)],
        fields=measurable_fields(workspace),
    )
    if problem is not None:
        raise WrongMetric(METRIC_PROBLEMS[problem])


@transaction.atomic
def define_metric(
    workspace: Workspace,
    *,
    name: str,
    definition: MetricDefinition,
    slug: str = "",
    description: str = "",
    by: Member | None,
) -> Metric:
    """A new metric; its short name comes from its name unless given. It has no values yet."""
    check_metric(workspace, definition)
    metric = Metric(
        workspace=workspace,
        name=name.strip(),
        slug=slugify(slug or name)[:60] or "metric",
        description=description.strip(),
        definition=msgspec.to_builtins(definition),
        per=definition.per.value,
    )
    try:
        with transaction.atomic():
            metric.save(force_insert=True)
    except IntegrityError as error:
        sentence = _("There is a metric with the short name “%s” already.") % metric.slug
        raise MetricTaken(sentence) from error
    record(by, "defined", metric)
    return metric


@transaction.atomic
def change_metric(
    metric: Metric, *, name: str, definition: MetricDefinition, description: str, by: Member | None
) -> bool:
    """Other words or another definition; True when its values must be computed again."""
    check_metric(metric.workspace, definition, slug=metric.slug)
    told = msgspec.to_builtins(definition)
    _keep_parts_whole(metric, definition)
    changed = bool(told != metric.definition)
    if changed and definition.per.value != metric.per:
        _let_values_go(metric)
    metric.name, metric.description = name.strip(), description.strip()
    metric.definition, metric.per = told, definition.per.value
    metric.save()
    record(by, "edited", metric)
    return changed


def _keep_parts_whole(metric: Metric, definition: MetricDefinition) -> None:
    """What others are made of stays a number of its own, about the same thing."""
    made = [
        slug
        for slug, other in metric_definitions(metric.workspace_id).items()
        if metric.slug in parts_of(other)
    ]
    if made and (definition.is_ratio or definition.per.value != metric.per):
        raise MetricInUse(_("Other metrics are made of this one: %s.") % ", ".join(made))


@transaction.atomic
def archive_metric(metric: Metric, *, by: Member, now: datetime) -> None:
    """Put it away: it is no longer shown or computed; what is made of it goes on."""
    if metric.archived_at is None:
        metric.archived_at = now
        metric.save(update_fields=["archived_at", "updated_at"])
        _let_values_go(metric)
        record(by, "archived", metric)


@transaction.atomic
def restore_metric(metric: Metric, *, by: Member) -> None:
    """Take it into use again; its values are computed anew."""
    if metric.archived_at is not None:
        metric.archived_at = None
        metric.save(update_fields=["archived_at", "updated_at"])
        record(by, "restored", metric)


@transaction.atomic
def remove_metric(metric: Metric, *, by: Member) -> None:
    """It is gone, with its values; refused while another metric is made of it."""
    made = [
        slug
        for slug, other in metric_definitions(metric.workspace_id).items()
        if metric.slug in parts_of(other)
    ]
    if made:
        raise MetricInUse(_("Other metrics are made of this one: %s.") % ", ".join(made))
    record(by, "removed", metric)
    _let_values_go(metric)
    metric.delete()


def _let_values_go(metric: Metric) -> None:
    """Nobody has a value of it any more, and those who look at values hear of it."""
    removed, _rows = metric.values.all().delete()
    if removed:
        announce(MetricsMeasured(workspace_id=metric.workspace_id, everything=True))


@transaction.atomic
def add_ready_metrics(
    workspace: Workspace, *, by: Member | None, slugs: Iterable[str] | None = None
) -> int:
    """Define the metrics to begin with that are not there yet; answers how many were added."""
    known = set(metric_definitions(workspace))
    wanted = None if slugs is None else set(slugs)
    added = 0
    for slug, name, description, definition in READY:
        if slug in known or (wanted is not None and slug not in wanted):
            continue
        define_metric(
            workspace,
            name=_(name),
            definition=definition,
            slug=slug,
            description=_(description),
            by=by,
        )
        added += 1
    return added

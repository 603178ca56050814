"""Metrics as a file, in TOML.

    [[metric]]
    name = "Reports exported"
    slug = "reports-exported"
    measure = "count"
    window = 28
    unit = "days"
    events = ["Report exported"]
    filters = [{ property = "format", comparison = "equals", value = "pdf" }]

What the file names is added or changed; what it does not name stays. A metric that is made of
others may stand before them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
import tomli_w
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from vereda.events.actions.metrics import change_metric, define_metric
from vereda.events.contracts.measuring import MetricDefinition, WrongMetric, WrongMetricFile
from vereda.events.models.metrics import Metric
from vereda.events.queries.metrics import metrics_in

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

LARGEST: Final = 1_000_000
MOST_METRICS: Final = 500
WORDS: Final = {"name": 100, "slug": 60, "description": 500}


def metrics_as_file(workspace: Workspace) -> str:
    """Every metric in use, as the text of a TOML file; those that ratios are made of first."""
    rows = sorted(metrics_in(workspace), key=lambda row: row.defined.is_ratio)
    return tomli_w.dumps({"metric": [_metric_table(row) for row in rows]}, multiline_strings=False)


def _metric_table(metric: Metric) -> dict[str, Any]:
    words = {word: getattr(metric, word) for word in WORDS}
    return {**words, **msgspec.to_builtins(metric.defined)}


@transaction.atomic
def bring_in_metrics(workspace: Workspace, *, text: str, by: Member | None) -> list[str]:
    """Add or change what the file names; answers the short names. All of it or nothing."""
    told = [_read_table(table, place) for place, table in enumerate(_tables_in(text), 1)]
    known = {metric.slug: metric for metric in Metric.objects.of(workspace)}
    for words, definition in sorted(told, key=lambda one: one[1].is_ratio):
        try:
            _bring_in(workspace, words, definition, known=known, by=by)
        except WrongMetric as wrong:
            raise WrongMetricFile(
                _("%(name)s: %(why)s") % {"name": words["name"], "why": wrong.sentence}
            ) from wrong
    return [words["slug"] for words, _definition in told]


def _tables_in(text: str) -> list[Mapping[str, Any]]:
    if len(text) > LARGEST:
        raise WrongMetricFile(_("The file is larger than a megabyte."))
    try:
        tables = tomllib.loads(text).get("metric", [])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise WrongMetricFile(_("This is no TOML: %s.") % error) from error
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise WrongMetricFile(_("Write each metric as [[metric]]."))
    if not 1 <= len(tables) <= MOST_METRICS:
        raise WrongMetricFile(_("The file names between 1 and %d metrics.") % MOST_METRICS)
    return tables


def _read_table(table: Mapping[str, Any], place: int) -> tuple[dict[str, str], MetricDefinition]:
    words = {word: table.get(word, "") for word in WORDS}
    for word, longest in WORDS.items():
        if not isinstance(words[word], str) or len(words[word]) > longest:
            raise WrongMetricFile(
                _("Metric %(place)d: “%(word)s” is a text of at most %(longest)d characters.")
                % {"place": place, "word": word, "longest": longest}
            )
    if not words["name"].strip():
        raise WrongMetricFile(_("Metric %d has no name.") % place)
    words["slug"] = slugify(words["slug"] or words["name"])[:60] or "metric"
    rest = {name: value for name, value in table.items() if name not in WORDS}
    try:
        return words, msgspec.convert(rest, MetricDefinition)
    except msgspec.ValidationError as error:
        raise WrongMetricFile(
            _("%(name)s: %(why)s") % {"name": words["name"], "why": error}
        ) from error


def _bring_in(
    workspace: Workspace,
    words: Mapping[str, str],
    definition: MetricDefinition,
    *,
    known: dict[str, Metric],
    by: Member | None,
) -> None:
    metric = known.get(words["slug"])
    if metric is None:
        known[words["slug"]] = define_metric(workspace, definition=definition, by=by, **words)
        return
    change_metric(
        metric,
        name=words["name"],
        definition=definition,
        description=words["description"],
        by=by,
    )

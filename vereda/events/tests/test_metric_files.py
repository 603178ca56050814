"""Metrics go out to a file and come back as they were."""

import pytest

from vereda.events.actions.metrics import add_ready_metrics, define_metric
from vereda.events.contracts.measuring import (
    Comparison,
    Measure,
    MetricDefinition,
    PropertyFilter,
    Unit,
    WrongMetricFile,
)
from vereda.events.metric_files import bring_in_metrics, metrics_as_file
from vereda.events.models.metrics import Metric
from vereda.events.queries.metrics import metrics_in

pytestmark = pytest.mark.django_db


def told(workspace):
    return {
        metric.slug: (metric.name, metric.description, metric.defined)
        for metric in metrics_in(workspace)
    }


def test_another_workspace_gets_the_same_metrics(acme, globex):
    add_ready_metrics(acme.workspace, by=acme.member)
    exports = MetricDefinition(
        measure=Measure.AVERAGE,
        window=3,
        unit=Unit.MONTHS,
        events=("Report exported",),
        property="pages",
        filters=(
            PropertyFilter(property='a "b"', comparison=Comparison.EQUALS, value="línea\nnueva"),
        ),
    )
    define_metric(acme.workspace, name="Pages", definition=exports, by=acme.member)

    slugs = bring_in_metrics(
        globex.workspace, text=metrics_as_file(acme.workspace), by=globex.member
    )

    assert len(slugs) == 16
    assert told(globex.workspace) == told(acme.workspace)


def test_what_a_file_names_again_is_changed(acme):
    text = '[[metric]]\nname = "Uses"\nmeasure = "count"\nwindow = {}\n'
    bring_in_metrics(acme.workspace, text=text.format(7), by=acme.member)

    bring_in_metrics(acme.workspace, text=text.format(9), by=acme.member)

    assert [row.defined.window for row in metrics_in(acme.workspace)] == [9]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "metric = 3",
        "[[metric]]\nname = 3\nmeasure = 'count'",
        "[[metric]]\nmeasure = 'count'",
        "[[metric]]\nname = 'x'",
        "[[metric]]\nname = 'x'\nmeasure = 'nonsense'",
        "[[metric]]\nname = 'x'\nmeasure = 'count'\nnonsense = 1",
        "[[metric]]\nname = 'x'\nmeasure = 'count'\nwindow = 9999",
        "[[metric]]\nname = 'good'\nmeasure = 'count'\n[[metric]]\nname = 'x'\nmeasure = 'sum'",
        "[[metric",
    ],
)
def test_a_wrong_file_is_refused_as_a_whole(acme, text):
    with pytest.raises(WrongMetricFile) as refused:
        bring_in_metrics(acme.workspace, text=text, by=acme.member)

    assert str(refused.value)
    assert not Metric.objects.of(acme.workspace).exists()


def test_a_file_may_say_ten_conditions_and_no_more(acme):
    one = '{ property = "plan", comparison = "is_set", value = "" }'
    text = '[[metric]]\nname = "Strict"\nmeasure = "count"\nfilters = [{}]\n'

    with pytest.raises(WrongMetricFile) as refused:
        bring_in_metrics(acme.workspace, text=text.format(", ".join([one] * 11)), by=acme.member)
    bring_in_metrics(acme.workspace, text=text.format(", ".join([one] * 10)), by=acme.member)

    assert "A metric has at most 10 conditions." in str(refused.value)
    assert [len(row.defined.filters) for row in metrics_in(acme.workspace)] == [10]

"""Measuring at one moment after the other, so that it can be stopped between and within them."""

from collections.abc import Callable, Mapping
from typing import Any

from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.contracts.exploring import MeasuredTrend
from vereda.events.contracts.measuring import Measure, Measured
from vereda.events.store.measuring import Measuring

Select = Callable[[str, Mapping[str, object]], list[tuple[Any, ...]]]


def measured_at_moments(
    asked: MeasuredTrend, workspace: WorkspaceKey, *, dialect: str, select: Select
) -> list[list[Measured]]:
    """What the accounts' events said at each moment, in order."""
    measuring = _measuring_by(select, dialect)
    return [
        measuring.measure(workspace, questions=moment, keys=asked.keys, together=asked.together)
        for moment in asked.moments
    ]


def count_statements(asked: MeasuredTrend) -> int:
    """How many statements that takes."""
    gathered = 2 if asked.together else 1
    statements = 0
    for moment in asked.moments:
        durations = sum(each.measure is Measure.DURATION for each in moment)
        passes = {each.from_roll_up for each in moment if each.measure is not Measure.DURATION}
        statements += gathered * (len(passes) + durations)
    return statements


class _StoppableMeasuring(Measuring):
    """Measuring whose statements another runs."""

    def __init__(self, select: Select) -> None:
        self._run = select

    def _select(self, statement: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        return self._run(statement, values)


def _measuring_by(select: Select, spoken: str) -> Measuring:
    """Measuring in a dialect, which belongs to a class."""

    class Spoken(_StoppableMeasuring):
        dialect = spoken

    return Spoken(select)

"""Exploring: the questions of the page Explore, each with a time limit and a way to stop it.

A question is asked under a token that its asker made up. Under the token anybody who asks the same
store sees how far it is and can end it; another process does so through the store's socket.
"""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, Final

from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.contracts.exploring import (
    MOST_BRANCHES,
    MOST_COHORTS,
    MOST_GROUPS,
    Amount,
    Asked,
    Beginning,
    Behind,
    BehindFunnel,
    BehindPaths,
    BehindRetention,
    BehindTrend,
    Branch,
    CameBack,
    Explored,
    ExploringProgress,
    Funnel,
    MeasuredTrend,
    OneBehind,
    Paths,
    Population,
    Question,
    Retention,
    Span,
    StepReached,
    Trend,
    TrendPoint,
    Unanswered,
    Unit,
)
from vereda.events.rules.exploring import (
    begins_at,
    bucket_of,
    buckets_in,
    offsets_in,
    whole_microseconds,
)
from vereda.events.store.exploring_statements import Shape, exploring_statement
from vereda.events.store.measured_trends import count_statements, measured_at_moments

SECOND_US: Final = 1_000_000
MARK: Final = "\x1f"
AT_ONCE_OF_WORKSPACE: Final = 3
AT_ONCE: Final = 6
PATIENCE: Final = 5.0
AGAIN: Final = 0.02

Values = dict[str, object]
Rows = list[tuple[Any, ...]]


class Stopped(Exception):
    """The question was ended before its answer."""


@dataclass(slots=True)
class RunningQuestion:
    """A question that is being answered.

    The engine fills `interrupt` while a statement runs, and `share_done` where it can tell.
    """

    workspace: WorkspaceKey
    token: str
    began: float = field(default_factory=time.monotonic)
    statements: int = 1
    done: int = 0
    stopped: Unanswered | None = None
    interrupt: Callable[[], None] | None = None
    share_done: Callable[[], float | None] = lambda: None
    guard: threading.Lock = field(default_factory=threading.Lock)

    def stop(self, why: Unanswered) -> None:
        """End it, and come back when its statement has ended; what comes first is why.

        An interruption just before the engine begins is lost, so it is said again.
        """
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self.guard:
                self.stopped = self.stopped or why
                if self.interrupt is None:
                    return
                self.interrupt()
            time.sleep(AGAIN)

    def starts(self, interrupt: Callable[[], None], share_done: Callable[[], float | None]) -> None:
        """A statement begins that can be ended so."""
        with self.guard:
            if self.stopped is not None:
                raise Stopped
            self.interrupt, self.share_done = interrupt, share_done

    def ends(self) -> None:
        """The statement ended, so that nothing later is hit by its interruption."""
        with self.guard:
            self.interrupt, self.share_done = None, lambda: None
            self.done += 1

    def progress(self) -> ExploringProgress:
        """How far it is."""
        with self.guard:
            share = self.share_done()
            done = (self.done + (share or 0)) / self.statements
            known = share is not None or self.done > 0
        return ExploringProgress(
            seconds=time.monotonic() - self.began, share=min(done, 1.0) if known else None
        )


class RunningQuestions:
    """What is being answered now; only so many at once."""

    def __init__(self) -> None:
        self._running: dict[tuple[WorkspaceKey, str], RunningQuestion] = {}
        self._guard = threading.Lock()

    def add(self, question: RunningQuestion) -> bool:
        """Begin with it, unless too many run."""
        with self._guard:
            of_workspace = sum(key[0] == question.workspace for key in self._running)
            full = of_workspace >= AT_ONCE_OF_WORKSPACE or len(self._running) >= AT_ONCE
            if full or (question.workspace, question.token) in self._running:
                return False
            self._running[question.workspace, question.token] = question
            return True

    def remove(self, question: RunningQuestion) -> None:
        """It is answered, or not any more."""
        with self._guard:
            del self._running[question.workspace, question.token]

    def get(self, workspace: WorkspaceKey, token: str) -> RunningQuestion | None:
        """The workspace's question under that token."""
        with self._guard:
            return self._running.get((workspace, token))


class Exploring(ABC):
    """The exploring part of an `EventStore`."""

    dialect: ClassVar[str]
    _explored_now: ClassVar[RunningQuestions] = RunningQuestions()

    @abstractmethod
    def _select_stoppable(
        self, statement: str, values: Mapping[str, object], *, running: RunningQuestion
    ) -> Rows:
        """The rows of a statement that `running` can end: it then raises `Stopped`."""

    def explore(
        self,
        workspace: WorkspaceKey,
        *,
        asked: Asked,
        population: Population,
        token: str,
        seconds: float,
    ) -> Explored:
        """The answer, if it can be had in so many seconds."""
        running = RunningQuestion(workspace, token)
        if not self._explored_now.add(running):
            return Explored(unanswered=Unanswered.TOO_MANY)
        timer = threading.Timer(seconds, running.stop, [Unanswered.TOO_LONG])
        timer.daemon = True
        timer.start()
        try:
            return _Asking(self, running, population).answer(asked)
        except Stopped:
            return Explored(unanswered=running.stopped or Unanswered.CANCELLED)
        finally:
            timer.cancel()
            self._explored_now.remove(running)

    def exploring_progress(
        self, workspace: WorkspaceKey, *, token: str
    ) -> ExploringProgress | None:
        """How far the question under that token is; None when it is not being answered."""
        running = self._explored_now.get(workspace, token)
        return self._progress_elsewhere(workspace, token) if running is None else running.progress()

    def cancel_exploring(self, workspace: WorkspaceKey, *, token: str) -> bool:
        """End the question under that token; was it being answered?"""
        running = self._explored_now.get(workspace, token)
        if running is None:
            return self._end_elsewhere(workspace, token)
        running.stop(Unanswered.CANCELLED)
        return True

    def _progress_elsewhere(
        self,
        workspace: WorkspaceKey,  # noqa: ARG002 - for engines that several processes ask
        token: str,  # noqa: ARG002
    ) -> ExploringProgress | None:
        """How far a question is that another process asks of the same engine."""
        return None

    def _end_elsewhere(
        self,
        workspace: WorkspaceKey,  # noqa: ARG002 - for engines that several processes ask
        token: str,  # noqa: ARG002
    ) -> bool:
        """End a question that another process asks of the same engine."""
        return False


class _Asking:
    """One question with whom it is about: its statements, one after the other."""

    def __init__(self, store: Exploring, running: RunningQuestion, population: Population) -> None:
        self._store = store
        self._running = running
        self._population = population
        self._chosen_groups: list[str] | None = None
        if population.within is not None:
            self._chosen_groups = [population.within]

    def answer(self, asked: Asked) -> Explored:
        """The answer of everybody together, and then of each group."""
        if isinstance(asked, MeasuredTrend):
            return self._measured(asked)
        if self._population.only and not self._population.keys:
            return Explored()
        if not self._population.grouped or not isinstance(asked, Question):
            return self._once(asked, grouped=False)
        statements = len(asked.amounts) if isinstance(asked, Trend) else 1
        self._running.statements = 2 * statements + 1
        together = self._once(asked, grouped=False)
        self._chosen_groups = self._largest_groups(asked)
        return _joined(together, self._once(asked, grouped=True))

    def _once(self, asked: Question | Behind, *, grouped: bool) -> Explored:
        match asked:
            case Trend():
                if not grouped and not self._population.grouped:
                    self._running.statements = len(asked.amounts)
                return Explored(points=self._trend(asked, grouped=grouped))
            case Funnel():
                return Explored(steps=self._funnel(asked, grouped=grouped))
            case Retention():
                return Explored(returned=self._retention(asked, grouped=grouped))
            case Paths():
                return Explored(branches=self._paths(asked, grouped=grouped))
            case _:
                return Explored(behind=self._behind(asked))

    def _largest_groups(self, asked: Question) -> list[str]:
        names = _names_of(asked)
        unit = Unit.ACCOUNT if isinstance(asked, Trend) else asked.unit
        found = self._select(
            "largest_groups",
            self._shape(asked.span, unit=unit, grouped=True, named=bool(names)),
            {"names": names, "most": MOST_GROUPS, **_days(asked.span)},
        )
        return [group for group, _ in found]

    def _measured(self, asked: MeasuredTrend) -> Explored:
        self._running.statements = max(count_statements(asked), 1)
        measured = measured_at_moments(
            asked,
            self._running.workspace,
            dialect=self._store.dialect,
            select=partial(self._store._select_stoppable, running=self._running),
        )
        return Explored(measured=measured)

    # --- Each kind -------------------------------------------------------------------------

    def _trend(self, asked: Trend, *, grouped: bool) -> list[TrendPoint]:
        return [
            TrendPoint(group=group, amount=amount, name=name, bucket=bucket, value=value)
            for amount in asked.amounts
            for group, name, bucket, value in self._select(
                "trend_of_uses" if amount is Amount.USES else "trend_of_units",
                self._shape(
                    asked.span,
                    unit=Unit.ACCOUNT if amount is Amount.ACCOUNTS else Unit.PERSON,
                    grouped=grouped,
                    named=bool(asked.names),
                    period=asked.period,
                ),
                {"names": list(asked.names), **_days(asked.span), **_instants(asked.span)},
            )
        ]

    def _funnel(self, asked: Funnel, *, grouped: bool) -> list[StepReached]:
        shape = self._shape(asked.span, unit=asked.unit, grouped=grouped, steps=len(asked.steps))
        found = self._select("funnel", shape, _funnel_values(asked))
        return [
            StepReached(
                group=group,
                step=step,
                count=count,
                since_before=took / SECOND_US if count else None,
                since_first=whole / SECOND_US if count else None,
            )
            for group, step, count, took, whole in found
        ]

    def _retention(self, asked: Retention, *, grouped: bool) -> list[CameBack]:
        found = self._select(
            "retention",
            self._retention_shape(asked, grouped=grouped),
            self._retention_values(asked),
        )
        return [
            CameBack(group=group, cohort=cohort, bucket=None if bucket < 0 else bucket, count=count)
            for group, cohort, bucket, count in found
        ]

    def _retention_shape(self, asked: Retention, **said: Any) -> Shape:
        return self._shape(
            asked.span,
            unit=asked.unit,
            period=asked.period,
            named=bool(asked.starts),
            returns_named=bool(asked.returns),
            account_start=asked.beginning is Beginning.ACCOUNT_START,
            **said,
        )

    def _retention_values(self, asked: Retention) -> Values:
        buckets = buckets_in(asked.span, asked.period)
        if len(buckets) > MOST_COHORTS:
            raise ValueError(f"{len(buckets)} periods do not fit the bits of one number")
        started = [
            -1 if day is None else bucket_of(day, asked.period) for day in self._population.started
        ]
        return {
            "names": list(asked.starts),
            "returns": list(asked.returns),
            "started": started,
            "first_bucket": buckets[0],
            "last_bucket": buckets[-1],
            "buckets": [-1, *buckets],
            "bits": [0, *(1 << place for place in range(len(buckets)))],
            **_days(asked.span),
            **_instants(asked.span),
        }

    def _paths(self, asked: Paths, *, grouped: bool) -> list[Branch]:
        shape = self._paths_shape(asked, grouped=grouped)
        found = self._select("paths", shape, {**_paths_values(asked), "most": MOST_BRANCHES})
        return [
            Branch(group=group, names=tuple(path.split(MARK)) if path else (), count=count)
            for group, path, count in found
        ]

    def _paths_shape(self, asked: Paths, **said: Any) -> Shape:
        return self._shape(
            asked.span, unit=asked.unit, depth=asked.depth, direction=asked.direction, **said
        )

    def _behind(self, asked: Behind) -> list[OneBehind]:
        name, shape, values = self._behind_statement(asked)
        found = self._select(name, shape, {**values, "limit": asked.limit, "offset": asked.offset})
        scale = SECOND_US if isinstance(asked, BehindFunnel) else 1
        return [
            OneBehind(key=key, value=None if value is None else value / scale)
            for key, value in found
        ]

    def _behind_statement(self, asked: Behind) -> tuple[str, Shape, Values]:
        match asked:
            case BehindTrend():
                shape = self._shape(asked.span, unit=asked.unit, named=bool(asked.names))
                return (
                    "behind_trend",
                    shape,
                    {
                        "names": list(asked.names),
                        **_instants(asked.span),
                    },
                )
            case BehindFunnel():
                steps = asked.step + 1 if asked.lost else asked.step
                shape = self._shape(asked.of.span, unit=asked.of.unit, steps=steps, lost=asked.lost)
                return "behind_funnel", shape, _funnel_values(asked.of)
            case BehindRetention():
                shape = self._retention_shape(asked.of, in_bucket=asked.bucket is not None)
                values = self._retention_values(asked.of)
                values |= {"cohort": asked.cohort}
                if asked.bucket is not None:
                    values["bit"] = 1 << asked.bucket - int(str(values["first_bucket"]))
                return "behind_retention", shape, values
            case BehindPaths():
                shape = self._paths_shape(asked.of, on_path=bool(asked.names))
                values = {**_paths_values(asked.of), "path": MARK.join(asked.names)}
                return "behind_paths", shape, values

    # --- How -------------------------------------------------------------------------------

    def _shape(self, span: Span, *, unit: Unit, grouped: bool = False, **said: Any) -> Shape:
        population = self._population
        offsets = offsets_in(span)
        return Shape(
            unit=unit,
            grouped=grouped,
            chosen_groups=self._chosen_groups is not None,
            listed=bool(population.keys),
            only=population.only,
            aliased=bool(population.aliases) and unit is Unit.PERSON,
            turns=len(offsets.turns),
            utc=offsets.utc,
            **said,
        )

    def _select(self, name: str, shape: Shape, values: Values) -> Rows:
        statement = exploring_statement(name, shape, self._store.dialect)
        population = self._population
        offered: Values = {
            "workspace": self._running.workspace,
            "keys": population.keys,
            "accounts": population.accounts,
            "groups": population.groups,
            "aliases": population.aliases,
            "people": population.people,
            "chosen_groups": self._chosen_groups,
            **values,
        }
        used = {name: _plain(offered[name]) for name in statement.parameters}
        return self._store._select_stoppable(statement.text, used, running=self._running)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _names_of(asked: Question) -> list[str]:
    match asked:
        case Trend():
            return list(asked.names)
        case Funnel():
            return [asked.steps[0]]
        case Retention():
            return list(asked.starts)
        case Paths():
            return [asked.anchor]


def _days(span: Span) -> Values:
    """The UTC days that a span touches."""
    begin, end = begins_at(span.since, span.zone), begins_at(span.until, span.zone)
    last = end - timedelta(microseconds=1)
    return {"first_day": begin.date(), "last_day": last.date() + timedelta(days=1)}


def _instants(span: Span) -> Values:
    """A span's begin and end, and its zone's offsets; instants without a zone are UTC."""
    begin, end = begins_at(span.since, span.zone), begins_at(span.until, span.zone)
    offsets = offsets_in(span)
    return {
        "begin": begin.replace(tzinfo=None),
        "end": end.replace(tzinfo=None),
        "begin_us": whole_microseconds(begin),
        "end_us": whole_microseconds(end),
        **{f"turn_{number}": turn for number, turn in enumerate(offsets.turns, 1)},
        **{f"offset_{number}": offset for number, offset in enumerate(offsets.offsets)},
    }


def _funnel_values(asked: Funnel) -> Values:
    return {
        **_instants(asked.span),
        **{f"step_{number}": name for number, name in enumerate(asked.steps, 1)},
        "window": asked.within_seconds * SECOND_US,
    }


def _paths_values(asked: Paths) -> Values:
    values = _instants(asked.span)
    window = timedelta(seconds=asked.within_seconds)
    begin, end = (
        begins_at(asked.span.since, asked.span.zone),
        begins_at(asked.span.until, asked.span.zone),
    )
    return {
        **values,
        "anchor": asked.anchor,
        "window": asked.within_seconds * SECOND_US,
        "far_begin": (begin - window).replace(tzinfo=None),
        "far_end": (end + window).replace(tzinfo=None),
        "mark": MARK,
    }


def _joined(together: Explored, grouped: Explored) -> Explored:
    return Explored(
        points=[*together.points, *grouped.points],
        steps=[*together.steps, *grouped.steps],
        returned=[*together.returned, *grouped.returned],
        branches=[*together.branches, *grouped.branches],
    )

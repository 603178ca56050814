"""Explore: trends, funnels, retention and paths, beside the same counted by plain Python."""

import threading
import time
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import count
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vereda.events.contracts.arriving import Kind, WorkspaceKey
from vereda.events.contracts.exploring import (
    Amount,
    Beginning,
    BehindFunnel,
    BehindPaths,
    BehindRetention,
    BehindTrend,
    Branch,
    CameBack,
    Direction,
    Explored,
    Funnel,
    OneBehind,
    Paths,
    Period,
    Population,
    Retention,
    Span,
    StepReached,
    Trend,
    Unanswered,
    Unit,
)
from vereda.events.rules.exploring import bucket_of, bucket_start
from vereda.events.store.duckdb import IN_MEMORY, DuckStore
from vereda.events.testing import ACME, GLOBEX, a_submission, an_event
from vereda.events.tests.contract.engines import ENGINES

START = datetime(2026, 3, 2, tzinfo=UTC)
MARCH = Span(since=date(2026, 3, 1), until=date(2026, 4, 1), zone="UTC")
EVERYBODY = Population()
HOUR = 3_600
NAMES = ("A", "B", "C")
LONG = 60.0
"""Seconds after which what is waited for does not come any more, on however slow a machine."""


def at(hours, name, who="u1", account="acme", **said):
    """What somebody did so many hours after the first of the days."""
    occurred_at = START + timedelta(hours=hours)
    person = {"anonymous_id": who[1:]} if who.startswith("~") else {"person_key": who}
    return an_event(name, account_key=account, occurred_at=occurred_at, **person, **said)


def told(store, *events, workspace=ACME):
    store.add(a_submission(*events, workspace=workspace))


def asked(store, question, population=EVERYBODY, workspace=ACME):
    answer = store.explore(workspace, asked=question, population=population, token="t", seconds=60)
    assert answer.unanswered is None
    return answer


def a_funnel(*steps, within=10 * HOUR, unit=Unit.PERSON):
    return Funnel(span=MARCH, unit=unit, steps=steps, within_seconds=within)


def reached(store, question, population=EVERYBODY):
    return [step.count for step in asked(store, question, population).steps]


# --- Trend --------------------------------------------------------------------------------


def test_a_trend_counts_uses_people_and_accounts_day_by_day(store):
    told(store, at(1, "A"), at(2, "A", "u2"), at(3, "A", "u2", "other"), at(30, "A"), at(31, "B"))
    amounts = (Amount.USES, Amount.PEOPLE, Amount.ACCOUNTS)
    trend = Trend(span=MARCH, period=Period.DAY, names=("A",), amounts=amounts)

    found = asked(store, trend).points

    first, second = (bucket_of(date(2026, 3, day), Period.DAY) for day in (2, 3))
    assert {(one.amount, one.bucket): one.value for one in found} == {
        (Amount.USES, first): 3,
        (Amount.USES, second): 1,
        (Amount.PEOPLE, first): 2,
        (Amount.PEOPLE, second): 1,
        (Amount.ACCOUNTS, first): 2,
        (Amount.ACCOUNTS, second): 1,
    }


def test_a_day_is_the_workspaces_own(store):
    told(store, at(22.5, "A"), at(23.5, "A"), at(23.75, "A", "u2"))
    madrid = Span(since=MARCH.since, until=MARCH.until, zone="Europe/Madrid")
    trend = Trend(span=madrid, period=Period.DAY, amounts=(Amount.USES, Amount.PEOPLE))

    found = {(one.amount, one.bucket): one.value for one in asked(store, trend).points}

    first, second = (bucket_of(date(2026, 3, day), Period.DAY) for day in (2, 3))
    assert found == {
        (Amount.USES, first): 1,
        (Amount.USES, second): 2,
        (Amount.PEOPLE, first): 1,
        (Amount.PEOPLE, second): 2,
    }


def test_a_trend_of_everything_has_one_series(store):
    told(store, at(1, "A"), at(2, "B"), at(3, "identify", kind=Kind.IDENTIFY))

    (point,) = asked(store, Trend(span=MARCH, period=Period.MONTH)).points

    assert (point.name, point.value) == ("", 2)
    assert bucket_start(point.bucket, Period.MONTH) == date(2026, 3, 1)


# --- Funnel -------------------------------------------------------------------------------


def test_steps_are_done_in_order(store):
    told(store, at(1, "A"), at(2, "B"), at(3, "C"))
    told(store, at(1, "B", "u2"), at(2, "A", "u2"), at(3, "C", "u2"))

    assert reached(store, a_funnel("A", "B", "C")) == [2, 1, 1]


def test_at_the_same_instant_is_not_after(store):
    told(store, at(1, "A"), at(1, "B"))

    assert reached(store, a_funnel("A", "B")) == [1, 0]


def test_the_last_step_is_at_most_the_window_after_the_first(store):
    told(store, at(1, "A"), at(11, "B"), at(1, "A", "u2"), at(11.01, "B", "u2"))

    assert reached(store, a_funnel("A", "B")) == [2, 1]


def test_a_later_try_counts_too(store):
    told(store, at(1, "A"), at(20, "A"), at(21, "B"))

    (_, second) = asked(store, a_funnel("A", "B")).steps

    assert second == StepReached(group=None, step=2, count=1, since_before=HOUR, since_first=HOUR)


def test_the_time_between_steps_is_the_median_of_everybodys_first(store):
    told(store, at(0, "A"), at(1, "B"), at(4, "C"))
    told(store, at(0, "A", "u2"), at(3, "B", "u2"), at(4, "C", "u2"), at(5, "C", "u2"))

    _, second, third = asked(store, a_funnel("A", "B", "C")).steps

    assert (second.since_before, third.since_before, third.since_first) == (
        2 * HOUR,
        2 * HOUR,
        4 * HOUR,
    )


def test_the_same_step_twice_needs_doing_twice(store):
    told(store, at(1, "A"), at(2, "A", "u2"), at(3, "A", "u2"))

    assert reached(store, a_funnel("A", "A")) == [2, 1]


def test_an_account_goes_on_where_a_colleague_stopped(store):
    told(store, at(1, "A"), at(2, "B", "u2"))

    assert reached(store, a_funnel("A", "B")) == [1, 0]
    assert reached(store, a_funnel("A", "B", unit=Unit.ACCOUNT)) == [1, 1]


def test_what_somebody_did_anonymously_is_theirs(store):
    told(store, at(1, "A", "~visitor"))
    told(store, an_event("identify", kind=Kind.IDENTIFY, person_key="u1", anonymous_id="visitor"))
    told(store, at(2, "B"))

    assert reached(store, a_funnel("A", "B")) == [1, 1]


def test_several_ids_are_one_person_and_one_account(store):
    told(store, at(1, "A", "u1", "acme"), at(2, "B", "u1-old", "acme-old"))
    merged = Population(
        keys=("acme", "acme-old"),
        accounts=("acme", "acme"),
        groups=("", ""),
        started=(None, None),
        aliases=("u1", "u1-old"),
        people=("u1", "u1"),
    )

    assert reached(store, a_funnel("A", "B"), merged) == [1, 1]
    assert reached(store, a_funnel("A", "B", unit=Unit.ACCOUNT), merged) == [1, 1]


def test_groups_are_asked_one_by_one_and_everybody_together(store):
    told(store, at(1, "A"), at(2, "B"), at(1, "A", "u2", "pro"), at(1, "A", "u3", "nobodys"))
    plans = Population(
        keys=("acme", "pro"),
        accounts=("acme", "pro"),
        groups=("Basic", "Pro"),
        started=(None, None),
        grouped=True,
    )

    found = asked(store, a_funnel("A", "B"), plans).steps

    assert {(one.group, one.step): one.count for one in found if one.count} == {
        (None, 1): 3,
        (None, 2): 1,
        ("", 1): 1,
        ("Basic", 1): 1,
        ("Basic", 2): 1,
        ("Pro", 1): 1,
    }


def test_only_the_accounts_asked_about_count(store):
    told(store, at(1, "A"), at(1, "A", "u2", "other"))
    acme = Population(keys=("acme",), accounts=("acme",), groups=("",), started=(None,), only=True)

    assert reached(store, a_funnel("A", "B"), acme) == [1, 0]
    assert asked(store, a_funnel("A", "B"), Population(only=True)) == Explored()


def test_who_is_behind_a_step(store):
    told(store, at(1, "A"), at(2, "B"), at(1, "A", "u2"), at(1, "A", "~x"))
    funnel = a_funnel("A", "B")

    reached_it = asked(store, BehindFunnel(of=funnel, step=2)).behind
    lost = asked(store, BehindFunnel(of=funnel, step=1, lost=True)).behind

    assert reached_it == [OneBehind(key="u1", value=HOUR)]
    assert [one.key for one in lost] == ["u2", "~x"]


# --- Retention ----------------------------------------------------------------------------


def a_retention(unit=Unit.PERSON, **said):
    return Retention(span=MARCH, unit=unit, period=Period.WEEK, **said)


def test_who_came_back_in_which_week(store):
    told(store, at(0, "A"), at(24 * 8, "B"), at(24 * 9, "A", "u2"))

    found = asked(store, a_retention()).returned

    week = bucket_of(START.date(), Period.WEEK)
    assert found == [
        CameBack(group=None, cohort=week, bucket=None, count=1),
        CameBack(group=None, cohort=week, bucket=week, count=1),
        CameBack(group=None, cohort=week, bucket=week + 1, count=1),
        CameBack(group=None, cohort=week + 1, bucket=None, count=1),
        CameBack(group=None, cohort=week + 1, bucket=week + 1, count=1),
    ]


def test_who_was_there_before_is_in_no_cohort(store):
    told(store, at(-24 * 40, "A"), at(0, "A"))

    assert asked(store, a_retention()).returned == []


def test_an_accounts_cohort_can_be_its_start_and_counts_the_silent(store):
    told(store, at(24 * 8, "A"))
    population = Population(
        keys=("acme", "silent"),
        accounts=("acme", "silent"),
        groups=("", ""),
        started=(date(2026, 3, 3), date(2026, 3, 4)),
    )
    question = a_retention(Unit.ACCOUNT, beginning=Beginning.ACCOUNT_START)

    found = asked(store, question, population).returned

    week = bucket_of(date(2026, 3, 2), Period.WEEK)
    assert found == [
        CameBack(group=None, cohort=week, bucket=None, count=2),
        CameBack(group=None, cohort=week, bucket=week + 1, count=1),
    ]


@pytest.mark.parametrize("beginning", Beginning)
def test_each_group_has_its_own_cohorts(store, beginning):
    told(store, at(0, "A"), at(24 * 8, "A"), at(0, "A", "u2", "pro"), at(0, "A", "u3", "nobodys"))
    plans = Population(
        keys=("acme", "pro", "silent"),
        accounts=("acme", "pro", "silent"),
        groups=("Basic", "Pro", "Pro"),
        started=(date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 4)),
        grouped=True,
    )

    found = asked(store, a_retention(Unit.ACCOUNT, beginning=beginning), plans).returned

    week = bucket_of(START.date(), Period.WEEK)
    listed = beginning is Beginning.ACCOUNT_START
    expected = {
        (None, None): 3,
        (None, week): 2 if listed else 3,
        (None, week + 1): 1,
        ("Basic", None): 1,
        ("Basic", week): 1,
        ("Basic", week + 1): 1,
        ("Pro", None): 2 if listed else 1,
        ("Pro", week): 1,
    }
    if not listed:
        expected |= {("", None): 1, ("", week): 1}
    assert {(one.group, one.bucket): one.count for one in found} == expected


def test_more_periods_than_a_number_has_bits_are_refused_loudly(store):
    year = Span(since=date(2026, 1, 1), until=date(2027, 1, 1), zone="UTC")

    with pytest.raises(ValueError, match="periods"):
        asked(store, Retention(span=year, unit=Unit.PERSON, period=Period.DAY))


def test_who_is_behind_a_cell(store):
    told(store, at(0, "A"), at(1, "A", "u2"), at(24 * 8, "B"))
    week = bucket_of(START.date(), Period.WEEK)

    everybody = asked(store, BehindRetention(of=a_retention(), cohort=week)).behind
    back = asked(store, BehindRetention(of=a_retention(), cohort=week, bucket=week + 1)).behind

    assert [one.key for one in everybody] == ["u1", "u2"]
    assert [one.key for one in back] == ["u1"]


# --- Paths --------------------------------------------------------------------------------


def test_what_comes_next(store):
    told(store, at(0, "A"), at(1, "B"), at(1.5, "B"), at(2, "C"), at(40, "B"))
    told(store, at(0, "A", "u2"), at(1, "C", "u2"), at(0, "A", "u3"))
    question = Paths(span=MARCH, unit=Unit.PERSON, anchor="A", depth=2)

    found = asked(store, question).branches

    assert found == [
        Branch(group=None, names=(), count=3),
        Branch(group=None, names=("B",), count=1),
        Branch(group=None, names=("B", "C"), count=1),
        Branch(group=None, names=("C",), count=1),
    ]
    behind = asked(store, BehindPaths(of=question, names=("B", "C"))).behind
    assert [one.key for one in behind] == ["u1"]


def test_what_came_before(store):
    told(store, at(0, "A"), at(1, "B"), at(2, "C"))
    question = Paths(span=MARCH, unit=Unit.PERSON, anchor="C", direction=Direction.BEFORE, depth=2)

    assert [one.names for one in asked(store, question).branches] == [(), ("B",), ("B", "A")]


def test_who_is_behind_a_trend_the_most_active_first(store):
    told(store, at(0, "A"), at(1, "A", "u2"), at(2, "A", "u2"), at(3, "B", "u3"))

    found = asked(store, BehindTrend(span=MARCH, unit=Unit.PERSON, names=("A",))).behind
    accounts = asked(store, BehindTrend(span=MARCH, unit=Unit.ACCOUNT)).behind

    assert found == [OneBehind(key="u2", value=2), OneBehind(key="u1", value=1)]
    assert accounts == [OneBehind(key="acme", value=4)]


def test_another_workspace_sees_nothing(store):
    told(store, at(0, "A"), at(1, "B"))

    answer = asked(store, a_funnel("A", "B"), workspace=GLOBEX)

    assert [one.count for one in answer.steps] == [0, 0]
    assert asked(store, Trend(span=MARCH, period=Period.DAY), workspace=GLOBEX).points == []


# --- Limits -------------------------------------------------------------------------------


def much(store):
    store._opened.connection.execute(
        "INSERT INTO events SELECT i, ?, 'm' || i, 'track', 'A', 'u' || (i % 100000), '', 'a', 1,"
        " TIMESTAMP '2026-03-02' + TO_MICROSECONDS(i), TIMESTAMP '2026-03-02', '{}', '', '', ''"
        " FROM RANGE(3000000) t(i)",
        [ACME],
    )


@pytest.fixture
def large():
    made = DuckStore(IN_MEMORY)
    much(made)
    yield made
    made.close()


def wait_until_asked(store, *tokens):
    """Each of these questions is being answered."""
    until = time.monotonic() + LONG
    while any(store.exploring_progress(ACME, token=token) is None for token in tokens):
        assert time.monotonic() < until, "a question ended by itself, or never began"
        time.sleep(0.01)


def test_a_question_that_takes_too_long_ends_at_its_limit(large):
    began = time.monotonic()

    answer = large.explore(
        ACME, asked=a_funnel("A", "A", "A", "A"), population=EVERYBODY, token="t", seconds=0.1
    )

    assert answer == Explored(unanswered=Unanswered.TOO_LONG)
    assert time.monotonic() - began < 5
    assert large.exploring_progress(ACME, token="t") is None


def test_a_question_is_cancelled_by_its_token_and_only_in_its_workspace(large):
    answers = []

    def ask():
        answers.append(
            large.explore(
                ACME,
                asked=a_funnel("A", "A", "A", "A"),
                population=EVERYBODY,
                token="t",
                seconds=60,
            )
        )

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until_asked(large, "t")
    strange = large.cancel_exploring(GLOBEX, token="t")
    mine = large.cancel_exploring(ACME, token="t")
    asking.join(timeout=LONG)

    assert (strange, mine) == (False, True)
    assert answers == [Explored(unanswered=Unanswered.CANCELLED)]
    assert large.cancel_exploring(ACME, token="t") is False


def test_only_so_many_questions_of_a_workspace_run_at_once(large):
    answers = {}

    def ask(token):
        answers[token] = large.explore(
            ACME, asked=a_funnel("A", "A", "A", "A"), population=EVERYBODY, token=token, seconds=60
        ).unanswered

    asking = [threading.Thread(target=ask, args=[str(number)]) for number in range(3)]
    for one in asking:
        one.start()
    wait_until_asked(large, "0", "1", "2")
    ask("fourth")
    for number in range(3):
        large.cancel_exploring(ACME, token=str(number))
    for one in asking:
        one.join(timeout=LONG)

    assert answers.pop("fourth") is Unanswered.TOO_MANY
    assert set(answers.values()) == {Unanswered.CANCELLED}


# --- Random histories, counted by plain Python ----------------------------------------------

workspaces = count(10)

when = st.integers(min_value=-30, max_value=24 * 33)
deeds = st.lists(
    st.tuples(
        when,
        st.sampled_from(NAMES),
        st.sampled_from(["u1", "u2", "u3", "~v"]),
        st.sampled_from(["x", "y"]),
    ),
    max_size=40,
)
zones = st.sampled_from(["UTC", "Europe/Madrid", "America/New_York", "Asia/Kathmandu"])
random_histories = settings(max_examples=40, deadline=None)


@pytest.fixture(scope="module", params=["duckdb", "clickhouse"])
def shared(request):
    """One store for all histories: each is in a workspace of its own."""
    with ENGINES[request.param]() as made:
        yield made


def a_history(store, history):
    """A workspace of its own in which that happened."""
    workspace = WorkspaceKey(f"{next(workspaces):032x}")
    told(store, *(at(*deed) for deed in history), workspace=workspace)
    return workspace


def local_day(hours, zone):
    return (START + timedelta(hours=hours)).astimezone(ZoneInfo(zone)).date()


@random_histories
@given(history=deeds, zone=zones, unit=st.sampled_from(Unit), within=st.integers(1, 200))
def test_a_funnel_equals_the_chains_that_can_be_found_one_by_one(
    shared, history, zone, unit, within
):
    workspace = a_history(shared, history)
    span = Span(since=MARCH.since, until=MARCH.until, zone=zone)
    steps = ("A", "B", "C")

    found = asked(
        shared,
        Funnel(span=span, unit=unit, steps=steps, within_seconds=within * HOUR),
        workspace=workspace,
    ).steps

    inside = [one for one in history if span.since <= local_day(one[0], zone) < span.until]
    firsts = [first_times(inside, unit, steps[:step], within) for step in (1, 2, 3)]
    assert [(one.count, one.since_before, one.since_first) for one in found] == [
        (
            len(each),
            median(took for took, _ in each) * HOUR if each else None,
            median(whole for _, whole in each) * HOUR if each else None,
        )
        for each in firsts
    ]


def first_times(history, unit, steps, within):
    """Of each unit that reaches the last step: hours since the step before and the first."""
    found = []
    for who in {unit_of(one, unit) for one in history}:
        mine = [one for one in history if unit_of(one, unit) == who]
        chains = [[one[0]] for one in mine if one[1] == steps[0]]
        for name in steps[1:]:
            chains = [
                [*chain, one[0]]
                for chain in chains
                for one in mine
                if one[1] == name and chain[-1] < one[0] <= chain[0] + within
            ]
        if chains:
            first = min(chain[-1] for chain in chains)
            best = max((chain for chain in chains if chain[-1] == first), key=latest_throughout)
            found.append((best[-1] - best[-2] if len(best) > 1 else 0, best[-1] - best[0]))
    return found


def latest_throughout(chain):
    """Of the chains that end in one event: the last step before it, then the last before that."""
    return chain[::-1]


def unit_of(deed, unit):
    return deed[3] if unit is Unit.ACCOUNT else deed[2]


@random_histories
@given(
    history=deeds,
    zone=zones,
    unit=st.sampled_from(Unit),
    period=st.sampled_from(Period),
    starts=st.sampled_from([(), ("A",)]),
    returns=st.sampled_from([(), ("B", "C")]),
)
def test_retention_equals_a_count_of_each_units_days(
    shared, history, zone, unit, period, starts, returns
):
    workspace = a_history(shared, history)
    span = Span(since=MARCH.since, until=MARCH.until, zone=zone)
    question = Retention(span=span, unit=unit, period=period, starts=starts, returns=returns)

    found = asked(shared, question, workspace=workspace).returned

    began: dict[str, date] = {}
    back = defaultdict(set)
    for deed in sorted(history):
        who, day = unit_of(deed, unit), local_day(deed[0], zone)
        if not starts or deed[1] in starts:
            began.setdefault(who, day)
        if span.since <= day < span.until and (not returns or deed[1] in returns):
            back[who].add(bucket_of(day, period))
    expected: Counter[tuple[int, int | None]] = Counter()
    for who, day in began.items():
        if span.since <= day < span.until:
            cohort = bucket_of(day, period)
            expected[cohort, None] += 1
            expected.update((cohort, bucket) for bucket in back[who] if bucket >= cohort)
    assert {(one.cohort, one.bucket): one.count for one in found} == expected


@random_histories
@given(
    history=deeds,
    unit=st.sampled_from(Unit),
    direction=st.sampled_from(Direction),
    within=st.integers(1, 300),
)
def test_paths_equal_a_walk_through_each_units_history(shared, history, unit, direction, within):
    workspace = a_history(shared, history)
    question = Paths(
        span=MARCH,
        unit=unit,
        anchor="A",
        direction=direction,
        depth=3,
        within_seconds=within * HOUR,
    )

    found = asked(shared, question, workspace=workspace).branches

    expected: Counter[tuple[str, ...]] = Counter()
    since, until = -24, 24 * 30
    sign = 1 if direction is Direction.AFTER else -1
    for who in {unit_of(one, unit) for one in history}:
        mine = [one for one in history if unit_of(one, unit) == who]
        anchors = [one[0] for one in mine if one[1] == "A" and since <= one[0] < until]
        if not anchors:
            continue
        away = sorted((sign * (one[0] - min(anchors)), one[1]) for one in mine)
        path: tuple[str, ...] = ()
        last = "A"
        expected[()] += 1
        for distance, name in away:
            if 0 < distance <= within and name != last and len(path) < 3:
                path = (*path, name)
                expected[path] += 1
            if 0 < distance <= within:
                last = name
    assert {one.names: one.count for one in found} == expected


@random_histories
@given(history=deeds, zone=zones, period=st.sampled_from(Period))
def test_a_trend_equals_a_count_of_local_days(shared, history, zone, period):
    workspace = a_history(shared, history)
    span = Span(since=MARCH.since, until=MARCH.until, zone=zone)
    question = Trend(span=span, period=period, names=NAMES, amounts=tuple(Amount))

    found = asked(shared, question, workspace=workspace).points

    uses: Counter[tuple[Amount, str, int]] = Counter()
    units = defaultdict(set)
    for hours, name, person, account in history:
        day = local_day(hours, zone)
        if span.since <= day < span.until:
            uses[Amount.USES, name, bucket_of(day, period)] += 1
            units[Amount.PEOPLE, name, bucket_of(day, period)].add(person)
            units[Amount.ACCOUNTS, name, bucket_of(day, period)].add(account)
    expected = dict(uses) | {key: len(value) for key, value in units.items()}
    assert {(one.amount, one.name, one.bucket): one.value for one in found} == expected


def test_another_process_ends_a_question_of_the_same_engine():
    with ENGINES["server"]() as asking, ENGINES["server"]() as other:
        told(asking, *(at(hour, "A", f"u{hour}") for hour in range(100)))
        answers = []
        slow = Paths(span=MARCH, unit=Unit.PERSON, anchor="A", depth=5)
        until = time.monotonic() + LONG

        def ask():
            while time.monotonic() < until:
                answer = asking.explore(
                    ACME, asked=slow, population=EVERYBODY, token="t", seconds=60
                )
                answers.append(answer.unanswered)
                if answer.unanswered is not None:
                    return

        thread = threading.Thread(target=ask)
        thread.start()
        ended = False
        # A question may have its answer before its end arrives: ask until one was cut short.
        while thread.is_alive():
            ended = other._end_elsewhere(ACME, "t") or ended
        thread.join()

    assert ended
    assert answers[-1] is Unanswered.CANCELLED

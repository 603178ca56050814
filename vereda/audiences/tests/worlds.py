"""Random questions and accounts, and a slow, obvious answer to compare the database's with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from vereda.audiences.contracts import Combinator, Comparison, Group, Row
from vereda.customers.contracts import CommercialStatus, HealthBand, LifecycleStage
from vereda.customers.models.accounts import Account, AccountTag, Tag
from vereda.foundation.testing import MORNING

TODAY = MORNING.date()
STAGES = ("trial", "adoption", "value")
STATUSES = ("active", "churned")
PLANS = ("", "gold", "gold plus", "100%_plan")
TAGS = ("vip", "risk")
HOSTILE = ("'; DROP TABLE customers_account; --", "%", "_", "\\", '"', "gold' OR '1'='1", "ñ%ó_")

Facts = Mapping[str, Any]
"""What is so of one account: the values of its fields, "" or None where nothing is known."""

Days = st.integers(-60, 60).map(lambda days: TODAY + timedelta(days=days))


def accounts() -> st.SearchStrategy[dict[str, Any]]:
    """What may be so of one account."""
    return st.fixed_dictionaries(
        {
            "stage": st.sampled_from(STAGES),
            "status": st.sampled_from(STATUSES),
            "plan": st.sampled_from(PLANS),
            "arr": st.none() | st.integers(0, 5),
            "seats": st.none() | st.integers(0, 5),
            "renewal_on": st.none() | Days,
            "health_score": st.none() | st.integers(0, 100),
            "health_band": st.sampled_from([band.value for band in HealthBand]),
            "tags": st.sets(st.sampled_from(TAGS)),
        }
    )


def put(account_id: UUID, said: Facts, *, tags: Mapping[str, Tag]) -> None:
    """Let these things be so of the account."""
    row = Account.every_workspace.filter(pk=account_id)
    row.update(
        stage=LifecycleStage(said["stage"]),
        status=CommercialStatus(said["status"]),
        plan=said["plan"],
        arr_minor=None if said["arr"] is None else said["arr"] * 100,
        seats=said["seats"],
        renewal_on=said["renewal_on"],
        health_score=said["health_score"],
        health_band=said["health_band"],
    )
    AccountTag.every_workspace.filter(account=account_id).delete()
    workspace = row.values_list("workspace_id", flat=True)[0]
    for name in said["tags"]:
        AccountTag.objects.of(workspace).create(account_id=account_id, tag=tags[name])


# --- Questions ----------------------------------------------------------------------------


def _row(criterion: str, comparison: Comparison, *values: str) -> Row:
    return Row(criterion=criterion, comparison=comparison, values=values)


def _among(criterion: str, choices: tuple[str, ...]) -> st.SearchStrategy[Row]:
    one = st.sampled_from(choices)
    several = st.lists(one, min_size=1, max_size=3)
    return st.one_of(
        st.builds(
            lambda how, text: _row(criterion, how, text),
            st.sampled_from([Comparison.IS, Comparison.IS_NOT]),
            one,
        ),
        st.builds(
            lambda how, texts: _row(criterion, how, *texts),
            st.sampled_from([Comparison.ANY_OF, Comparison.NONE_OF]),
            several,
        ),
    )


def _emptiness(criterion: str) -> st.SearchStrategy[Row]:
    return st.sampled_from([_row(criterion, Comparison.KNOWN), _row(criterion, Comparison.UNKNOWN)])


def _extent(criterion: str, most: int) -> st.SearchStrategy[Row]:
    return st.builds(
        lambda how, number: _row(criterion, how, str(number)),
        st.sampled_from([Comparison.AT_LEAST, Comparison.AT_MOST]),
        st.integers(0, most),
    )


TEXTS = ("gold", "plus", "100%", "o", *HOSTILE)

ROWS: st.SearchStrategy[Row] = st.one_of(
    _among("customers.stage", STAGES),
    _among("customers.status", STATUSES),
    _among("customers.plan", ("gold", "gold plus", *HOSTILE)),
    _emptiness("customers.plan"),
    st.builds(
        lambda how, text: _row("customers.plan", how, text),
        st.sampled_from([Comparison.CONTAINS, Comparison.STARTS_WITH]),
        st.sampled_from(TEXTS),
    ),
    _extent("customers.arr", 5),
    _emptiness("customers.arr"),
    _extent("customers.seats", 5),
    _emptiness("customers.seats"),
    st.builds(
        lambda how, day: _row("customers.renewal_on", how, day.isoformat()),
        st.sampled_from([Comparison.BEFORE, Comparison.AFTER, Comparison.IS]),
        Days,
    ),
    st.builds(
        lambda how, days: _row("customers.renewal_on", how, str(days)),
        st.sampled_from([Comparison.IN_LAST_DAYS, Comparison.IN_NEXT_DAYS]),
        st.integers(0, 60),
    ),
    _emptiness("customers.renewal_on"),
    _extent("customers.health_score", 100),
    _emptiness("customers.health_score"),
    _among("customers.health_band", tuple(band.value for band in HealthBand)),
    _among("customers.tags", (*TAGS, "no such tag")),
    _emptiness("customers.tags"),
)


def _group(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Group]:
    return st.builds(
        lambda combinator, negated, rules: Group(
            combinator=combinator, negated=negated, rules=tuple(rules)
        ),
        st.sampled_from(Combinator),
        st.booleans(),
        st.lists(inner, min_size=1, max_size=3),
    )


QUESTIONS: st.SearchStrategy[Group] = _group(ROWS | _group(ROWS | _group(ROWS)))


# --- The slow, obvious answer -------------------------------------------------------------


def is_so(rule: Row | Group, said: Facts) -> bool:
    """Is the question, or the row, true of an account of which that is so?"""
    if isinstance(rule, Group):
        answers = [is_so(each, said) for each in rule.rules]
        joined = all(answers) if rule.combinator is Combinator.AND else any(answers)
        return not joined if rule.negated else joined
    return _row_is_so(rule, said[rule.criterion.removeprefix("customers.")])


def _row_is_so(row: Row, held: Any) -> bool:
    nothing = held is None or held == "" or held == set()
    match row.comparison:
        case Comparison.KNOWN:
            return not nothing
        case Comparison.UNKNOWN:
            return nothing
        case Comparison.IS | Comparison.ANY_OF:
            return _is_any(held, row.values)
        case Comparison.IS_NOT | Comparison.NONE_OF:
            return not _is_any(held, row.values)
    if nothing:
        return False
    return _compares(row.comparison, held, row.values[0])


def _is_any(held: Any, values: tuple[str, ...]) -> bool:
    if isinstance(held, set):
        return bool(held & set(values))
    if isinstance(held, date):
        return held.isoformat() in values
    return held in values


def _compares(comparison: Comparison, held: Any, text: str) -> bool:
    days = {Comparison.IN_LAST_DAYS: -1, Comparison.IN_NEXT_DAYS: 1}
    if comparison in days:
        first, last = sorted((TODAY, TODAY + days[comparison] * timedelta(days=int(text))))
        return bool(first <= held <= last)
    readings: dict[Comparison, Callable[[], bool]] = {
        Comparison.CONTAINS: lambda: text.lower() in held.lower(),
        Comparison.STARTS_WITH: lambda: held.lower().startswith(text.lower()),
        Comparison.AT_LEAST: lambda: held >= Decimal(text),
        Comparison.AT_MOST: lambda: held <= Decimal(text),
        Comparison.BEFORE: lambda: held < date.fromisoformat(text),
        Comparison.AFTER: lambda: held > date.fromisoformat(text),
    }
    return readings[comparison]()

"""What an audience can ask about an account's money.

Amounts are compared in the workspace's currency at today's exchange rates; an account that pays in
a currency without a rate matches no question about amounts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Min, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vereda.customers.queries.accounts import accounts_with_ids
from vereda.foundation.criteria import (
    About,
    AskedCriterion,
    Comparison,
    Criterion,
    ValueKind,
    one_of_many,
)
from vereda.foundation.wording import day_words, money_words, number_words
from vereda.revenue.contracts import ArrMovement, DepartureKind
from vereda.revenue.models import Subscription, SubscriptionRows
from vereda.revenue.queries.balances import balances_between
from vereda.revenue.queries.departures import (
    comebacks,
    departures,
    paid_subscriptions,
    paying_account_ids,
    running_on,
)
from vereda.revenue.queries.exchange import rates_of
from vereda.revenue.rules.exchange import decimals_of
from vereda.revenue.rules.movements import AccountMovement, Span, movement_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

GROUP = gettext_lazy("Revenue")
OF_AMOUNTS = (Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.KNOWN, Comparison.UNKNOWN)
OF_DAYS_PAST = (Comparison.IN_LAST_DAYS, Comparison.BEFORE, Comparison.AFTER)
OF_CHOICES = (Comparison.IS, Comparison.IS_NOT, Comparison.ANY_OF, Comparison.NONE_OF)
YES: Mapping[str, str | Promise] = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}

Told = Mapping[UUID, str]


class RevenueCriteria:
    """ARR, renewal, plan, seats, currency, trial, notice, and what became of all that."""

    def criteria(self, workspace: Workspace, *, about: About) -> Sequence[Criterion]:
        """What can be asked about accounts; about people nothing of this. Two queries."""
        if about is not About.ACCOUNTS:
            return ()
        rows = Subscription.objects.of(workspace)
        plans = rows.exclude(plan="").order_by("plan").values_list("plan", flat=True).distinct()
        currencies = rows.order_by("currency").values_list("currency", flat=True).distinct()
        return [
            *_figures_asked(),
            *_terms_asked(plans=list(plans), currencies=list(currencies)),
            *_changes_asked(),
        ]


def _asked(
    name: str,
    label: str | Promise,
    kind: ValueKind,
    comparisons: tuple[Comparison, ...],
    matching: Callable[[AskedCriterion], Q],
    told: Callable[[AskedCriterion, Collection[UUID]], Told],
    **more: Any,
) -> Criterion:
    return Criterion(
        name=f"revenue.{name}",
        label=label,
        group=GROUP,
        about=About.ACCOUNTS,
        kind=kind,
        comparisons=comparisons,
        matching=matching,
        told=told,
        **more,
    )


def _figures_asked() -> list[Criterion]:
    """What stands in the lists of accounts already."""
    renewal = (
        Comparison.IN_NEXT_DAYS,
        Comparison.BEFORE,
        Comparison.AFTER,
        Comparison.KNOWN,
        Comparison.UNKNOWN,
    )
    return [
        _asked("arr", gettext_lazy("ARR"), ValueKind.MONEY, OF_AMOUNTS, has_arr, tell_arr),
        _asked(
            "renewal_on",
            gettext_lazy("Renewal"),
            ValueKind.DATE,
            renewal,
            has_renewal,
            tell_renewal,
            by_time=True,
        ),
        _asked("seats", gettext_lazy("Seats"), ValueKind.NUMBER, OF_AMOUNTS, has_seats, tell_seats),
    ]


def _terms_asked(*, plans: list[str], currencies: list[str]) -> list[Criterion]:
    """What runs today."""
    notice = (Comparison.KNOWN, Comparison.UNKNOWN, Comparison.IN_LAST_DAYS)
    return [
        _asked(
            "plan",
            gettext_lazy("Plan"),
            ValueKind.CHOICE,
            OF_CHOICES,
            has_plan,
            tell_plan,
            choices={plan: plan for plan in plans},
            by_time=True,
        ),
        _asked(
            "currency",
            gettext_lazy("Currency"),
            ValueKind.CHOICE,
            OF_CHOICES,
            has_currency,
            tell_currency,
            choices={currency: currency for currency in currencies},
            by_time=True,
        ),
        _asked(
            "trial",
            gettext_lazy("On trial"),
            ValueKind.CHOICE,
            (Comparison.IS,),
            on_trial,
            tell_trial,
            choices=YES,
            by_time=True,
        ),
        _asked(
            "notice",
            gettext_lazy("Cancelled, still running"),
            ValueKind.DATE,
            notice,
            gave_notice,
            tell_notice,
            by_time=True,
        ),
    ]


def _changes_asked() -> list[Criterion]:
    """What became of their money."""
    changes: tuple[tuple[str, Promise, tuple[Comparison, ...], Any, Any], ...] = (
        ("customer_since", gettext_lazy("Customer since"), OF_DAYS_PAST, began, tell_began),
        ("left", gettext_lazy("Left"), OF_DAYS_PAST, has_left, tell_left),
        ("won_back", gettext_lazy("Came back"), OF_DAYS_PAST, came_back, tell_came_back),
        ("expanded", gettext_lazy("Pays more"), (Comparison.IN_LAST_DAYS,), pays_more, tell_more),
        ("reduced", gettext_lazy("Pays less"), (Comparison.IN_LAST_DAYS,), pays_less, tell_less),
    )
    return [
        _asked(name, label, ValueKind.DATE, comparisons, matching, told, by_time=True)
        for name, label, comparisons, matching, told in changes
    ]


# --- Figures of accounts ----------------------------------------------------


def has_arr(asked: AskedCriterion) -> Q:
    """Accounts by their ARR in the workspace's currency at today's rates."""
    if asked.comparison is Comparison.KNOWN:
        return Q(arr_minor__isnull=False)
    if asked.comparison is Comparison.UNKNOWN:
        return Q(arr_minor=None)
    book, wanted = rates_of(asked.workspace), _number(asked)
    lookup = "arr_minor__gte" if asked.comparison is Comparison.AT_LEAST else "arr_minor__lte"
    matching = Q(pk__in=())
    for currency in (book.home, *book.rates):
        rate = book.rate_on(currency, day=asked.today)
        if rate:
            limit = (wanted / rate).scaleb(decimals_of(currency))
            matching |= Q(currency=currency, **{lookup: _whole(limit, asked.comparison)})
    return matching


def tell_arr(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """The ARR of each."""
    return {
        pk: _("ARR %s") % money_words(account.arr_minor, account.currency)
        for pk, account in accounts_with_ids(asked.workspace, ids).items()
        if account.arr_minor is not None
    }


def has_renewal(asked: AskedCriterion) -> Q:
    """Accounts by the day on which they renew next."""
    if asked.comparison is Comparison.KNOWN:
        return Q(renewal_on__isnull=False)
    if asked.comparison is Comparison.UNKNOWN:
        return Q(renewal_on=None)
    if asked.comparison is Comparison.IN_NEXT_DAYS:
        return Q(renewal_on__gte=asked.today, renewal_on__lte=asked.today + asked.span)
    lookup = "lt" if asked.comparison is Comparison.BEFORE else "gt"
    return Q(**{f"renewal_on__{lookup}": _day(asked)})


def tell_renewal(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """The day on which each renews."""
    return {
        pk: _("renews on %s") % day_words(account.renewal_on)
        for pk, account in accounts_with_ids(asked.workspace, ids).items()
        if account.renewal_on is not None
    }


def has_seats(asked: AskedCriterion) -> Q:
    """Accounts by the seats they pay for."""
    if asked.comparison is Comparison.KNOWN:
        return Q(seats__isnull=False)
    if asked.comparison is Comparison.UNKNOWN:
        return Q(seats=None)
    lookup = "gte" if asked.comparison is Comparison.AT_LEAST else "lte"
    return Q(**{f"seats__{lookup}": _whole(_number(asked), asked.comparison)})


def tell_seats(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """The seats of each."""
    return {
        pk: ngettext("%s seat", "%s seats", account.seats) % number_words(account.seats)
        for pk, account in accounts_with_ids(asked.workspace, ids).items()
        if account.seats is not None
    }


# --- Terms that run today ---------------------------------------------------


def _running(asked: AskedCriterion) -> SubscriptionRows:
    return running_on(Subscription.objects.of(asked.workspace), asked.today)


def _chosen(asked: AskedCriterion, column: str) -> Q:
    """Accounts with something running whose column is, or is not, among the wanted."""
    having = Q(pk__in=_running(asked).filter(**{f"{column}__in": asked.chosen}).values("account"))
    negated = asked.comparison in {Comparison.IS_NOT, Comparison.NONE_OF}
    return ~having if negated else having


def _listed(asked: AskedCriterion, ids: Collection[UUID], column: str) -> dict[UUID, list[str]]:
    rows = _running(asked).filter(one_of_many(ids, column="account")).order_by(column)
    held: dict[UUID, list[str]] = {}
    for account_id, value in rows.values_list("account_id", column):
        values = held.setdefault(account_id, [])
        if value and value not in values:
            values.append(value)
    return held


def has_plan(asked: AskedCriterion) -> Q:
    """Accounts by the plans that run today."""
    return _chosen(asked, "plan")


def tell_plan(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """The plans of each."""
    held = _listed(asked, ids, "plan")
    return {
        pk: _("plan %s") % ", ".join(plans) if (plans := held.get(pk)) else _("no plan")
        for pk in ids
    }


def has_currency(asked: AskedCriterion) -> Q:
    """Accounts by the currencies they pay in today."""
    return _chosen(asked, "currency")


def tell_currency(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """The currencies of each."""
    held = _listed(asked, ids, "currency")
    return {pk: _("pays in %s") % ", ".join(held[pk]) for pk in ids if held.get(pk)}


def on_trial(asked: AskedCriterion) -> Q:
    """Accounts with a trial that runs today, or without one."""
    trying = Q(pk__in=_running(asked).filter(trial=True).values("account"))
    return trying if asked.value == "yes" else ~trying


def tell_trial(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """That each is on trial or is not."""
    words = _("on trial") if asked.value == "yes" else _("not on trial")
    return dict.fromkeys(ids, words)


def gave_notice(asked: AskedCriterion) -> Q:
    """Accounts that cancelled something that still runs."""
    rows = _running(asked).filter(trial=False, cancelled_on__lte=asked.today)
    if asked.comparison is Comparison.IN_LAST_DAYS:
        rows = rows.filter(cancelled_on__gte=asked.today - asked.span)
    having = Q(pk__in=rows.values("account"))
    return ~having if asked.comparison is Comparison.UNKNOWN else having


def tell_notice(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """The last day on which each cancelled."""
    rows = _running(asked).filter(one_of_many(ids, column="account"), trial=False)
    rows = rows.filter(cancelled_on__lte=asked.today).order_by("cancelled_on")
    return {
        account_id: _("cancelled on %s") % day_words(day)
        for account_id, day in rows.values_list("account_id", "cancelled_on")
        if day is not None
    }


# --- What became of it ------------------------------------------------------


def began(asked: AskedCriterion) -> Q:
    """Accounts by the first day on which they ever paid."""
    rows = paid_subscriptions(asked.workspace).order_by().values("account")
    since, until = _time_asked(asked)
    first = rows.annotate(first=Min("started_on")).filter(first__gte=since, first__lt=until)
    return Q(pk__in=first.values("account"))


def tell_began(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """The first paid day of each."""
    rows = paid_subscriptions(asked.workspace).filter(one_of_many(ids, column="account"))
    firsts = rows.order_by().values_list("account_id").annotate(Min("started_on"))
    return {pk: _("customer since %s") % day_words(day) for pk, day in firsts}


def _left_days(asked: AskedCriterion) -> dict[UUID, date]:
    """When each account that has left and does not pay now departed last, within that time."""
    since, until = _time_asked(asked)
    paying = paying_account_ids(asked.workspace, on=asked.today)
    return {
        each.account_id: each.day
        for each in departures(asked.workspace, since=since, until=until)
        if each.kind is DepartureKind.SAID or each.account_id not in paying
    }


def has_left(asked: AskedCriterion) -> Q:
    """Accounts that departed in that time and have not come back."""
    return one_of_many(_left_days(asked))


def tell_left(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """The day on which each departed."""
    days = _left_days(asked)
    return {pk: _("left on %s") % day_words(days[pk]) for pk in ids if pk in days}


def _comeback_days(asked: AskedCriterion) -> dict[UUID, date]:
    since, until = _time_asked(asked)
    told = comebacks(asked.workspace, since=since, until=until)
    return {each.account_id: each.day for each in told}


def came_back(asked: AskedCriterion) -> Q:
    """Accounts that began to pay again in that time."""
    return one_of_many(_comeback_days(asked))


def tell_came_back(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """The day on which each came back."""
    days = _comeback_days(asked)
    return {pk: _("came back on %s") % day_words(days[pk]) for pk in ids if pk in days}


def _movements(
    asked: AskedCriterion, kind: ArrMovement, *, among: Collection[UUID] | None = None
) -> list[AccountMovement]:
    """The accounts whose ARR moved so since that many days ago, at today's rates."""
    span = Span(asked.today - asked.span, asked.today)
    book = rates_of(asked.workspace)
    only = None if among is None else one_of_many(among, column="account")
    lines = (
        movement_of(balance, span=span, book=book)
        for balance in balances_between(asked.workspace, span=span, accounts=only)
    )
    return [line for line in lines if line.kind is kind]


def pays_more(asked: AskedCriterion) -> Q:
    """Accounts that paid then and pay more now."""
    return one_of_many([line.account_id for line in _movements(asked, ArrMovement.EXPANSION)])


def pays_less(asked: AskedCriterion) -> Q:
    """Accounts that paid then and pay less now, but do pay."""
    return one_of_many([line.account_id for line in _movements(asked, ArrMovement.CONTRACTION)])


def tell_more(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """How much more each pays."""
    return _tell_moved(asked, _movements(asked, ArrMovement.EXPANSION, among=ids))


def tell_less(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """How much less each pays."""
    return _tell_moved(asked, _movements(asked, ArrMovement.CONTRACTION, among=ids))


def _tell_moved(asked: AskedCriterion, lines: Sequence[AccountMovement]) -> Told:
    home = asked.workspace.currency
    return {
        line.account_id: _("ARR %(then)s, now %(now)s")
        % {"then": money_words(line.restated, home), "now": money_words(line.closing, home)}
        for line in lines
    }


# --- Values -----------------------------------------------------------------


def _number(asked: AskedCriterion) -> Decimal:
    return asked.value if isinstance(asked.value, Decimal) else Decimal(str(asked.value))


def _whole(limit: Decimal, comparison: Comparison) -> Decimal:
    """The limit as whole columns are compared with it: not one that lies beyond it."""
    up = comparison is Comparison.AT_LEAST
    return limit.to_integral_value(rounding=ROUND_CEILING if up else ROUND_FLOOR)


def _day(asked: AskedCriterion) -> date:
    if not isinstance(asked.value, date):
        raise TypeError(f"{asked.comparison} takes a day")
    return asked.value


def _time_asked(asked: AskedCriterion) -> tuple[date, date]:
    """The days that a question about the past means, never later than today: since, until."""
    tomorrow = asked.today + timedelta(days=1)
    if asked.comparison is Comparison.IN_LAST_DAYS:
        return asked.today - asked.span, tomorrow
    if asked.comparison is Comparison.BEFORE:
        return date.min, min(_day(asked), tomorrow)
    return min(_day(asked) + timedelta(days=1), tomorrow), tomorrow

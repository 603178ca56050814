"""What scores can be built from about an account's money, as it was known on a day.

`started_on` and `cancelled_on` are the days on which something became known. Three things are left
out because a later cancellation would shine through them in a backtest: an `ends_on` that is still
ahead and was not announced yet, a `renews_on` that the cancellation emptied (the anniversary of the
contract stands in for it), and whether it renews by itself, which has no date of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from vereda.foundation.inputs import Better, Input, InputUnit, Reading
from vereda.revenue.models import Subscription
from vereda.revenue.queries.exchange import rates_of
from vereda.revenue.queries.subscriptions import in_batches
from vereda.revenue.rules.exchange import RateBook, decimals_of
from vereda.revenue.rules.known import (
    MoneyKnown,
    Worth,
    arr_known,
    arr_trend_known,
    days_to_renewal_known,
    notice_known,
    seats_known,
    tenure_known,
)

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

GROUP = _("Revenue")

INPUTS: tuple[tuple[Input, Callable[[MoneyKnown], float | None]], ...] = (
    (
        Input(
            name="revenue.arr",
            label=_("ARR"),
            group=GROUP,
            unit=InputUnit.MONEY,
            better=Better.NEITHER,
            says=_("What the account pays a year, in the workspace's currency."),
            tab="money",
        ),
        arr_known,
    ),
    (
        Input(
            name="revenue.arr_change_90d",
            label=_("Change of ARR in 90 days"),
            group=GROUP,
            unit=InputUnit.NUMBER,
            better=Better.MORE,
            says=_(
                "ARR compared with 90 days ago: 0.2 is a fifth more, -1 everything lost. "
                "At the same exchange rates."
            ),
            tab="money",
        ),
        arr_trend_known,
    ),
    (
        Input(
            name="revenue.seats",
            label=_("Seats"),
            group=GROUP,
            unit=InputUnit.PEOPLE,
            better=Better.NEITHER,
            says=_("The seats that are paid for."),
            tab="money",
        ),
        seats_known,
    ),
    (
        Input(
            name="revenue.tenure_days",
            label=_("Days as a customer"),
            group=GROUP,
            unit=InputUnit.DAYS,
            better=Better.MORE,
            says=_("Days since the account first paid, or paid again after a pause."),
            tab="money",
        ),
        tenure_known,
    ),
    (
        Input(
            name="revenue.days_to_renewal",
            label=_("Days to renewal"),
            group=GROUP,
            unit=InputUnit.DAYS,
            better=Better.NEITHER,
            says=_("Days until a yearly contract renews. Unknown where nothing is paid yearly."),
            tab="money",
        ),
        days_to_renewal_known,
    ),
    (
        Input(
            name="revenue.notice",
            label=_("Notice given"),
            group=GROUP,
            unit=InputUnit.SHARE,
            better=Better.LESS,
            says=_("The share of the ARR that was cancelled and has not ended yet."),
            tab="money",
        ),
        notice_known,
    ),
)


class RevenueInputs:
    """ARR and its trend, seats, tenure, days to renewal, notice."""

    def inputs(self, workspace: Workspace) -> Sequence[Input]:  # noqa: ARG002 - a protocol's
        """What revenue can tell of every account."""
        return [told for told, _figure in INPUTS]

    def readings(
        self,
        workspace: Workspace,
        *,
        names: Collection[str],
        account_ids: Collection[UUID],
        on: date,
    ) -> Mapping[str, Mapping[UUID, Reading]]:
        """The asked ones at the end of that day; one query per thousand accounts, one for rates."""
        asked = {told.name: figure for told, figure in INPUTS if told.name in names}
        readings: dict[str, dict[UUID, Reading]] = {name: {} for name in asked}
        if not asked:
            return readings
        worth = worth_on(rates_of(workspace), on=on)
        for account_id, rows in _known_terms(workspace, account_ids, on=on):
            for name, figure in asked.items():
                value = figure(MoneyKnown(rows, on, worth))
                if value is not None:
                    readings[name][account_id] = Reading(value, on)
        return readings


def worth_on(book: RateBook, *, on: date) -> Worth:
    """What minor units of a currency are worth in whole units of the home currency that day."""
    unit = 10 ** decimals_of(book.home)

    def worth(minor: int, currency: str) -> float | None:
        told = book.at_home(minor, currency=currency, day=on)
        return None if told is None else told / unit

    return worth


def _known_terms(
    workspace: Workspace, account_ids: Collection[UUID], *, on: date
) -> Iterator[tuple[UUID, list[Subscription]]]:
    """Each account with paid terms that had started by that day, and those terms in order."""
    for ids in in_batches(account_ids):
        held: dict[UUID, list[Subscription]] = {}
        rows = Subscription.objects.of(workspace).filter(account__in=ids, started_on__lte=on)
        for row in rows.filter(trial=False).order_by("started_on", "id"):
            held.setdefault(row.account_id, []).append(row)
        yield from held.items()

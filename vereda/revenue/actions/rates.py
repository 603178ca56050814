"""Entering and removing exchange rates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.foundation.races import refused_if_taken
from vereda.revenue import wording
from vereda.revenue.contracts import ExchangeRatesChanged, RateIn, WrongRate
from vereda.revenue.models import ExchangeRate
from vereda.revenue.queries.exchange import exchange_rates
from vereda.revenue.rules.exchange import RATE_DECIMALS, RATE_DIGITS
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

MOST_RATE = Decimal(10) ** (RATE_DIGITS - RATE_DECIMALS)
SMALLEST = Decimal(1).scaleb(-RATE_DECIMALS)
SOURCE_LENGTH = 100


@transaction.atomic
def put_exchange_rates(workspace: Workspace, rates: Sequence[RateIn], *, by: Member | None) -> int:
    """Enter rates; one of the same currency and day is replaced. All or none.

    Answers how many differ from what was known. A rate that cannot be kept exactly is refused.
    """
    for rate in rates:
        _judge(rate, home=workspace.currency)
    wanted = {(rate.currency, rate.on): rate for rate in rates}
    known = {
        (row.currency, row.on): row
        for row in exchange_rates(workspace).filter(currency__in={rate.currency for rate in rates})
    }
    added = [
        ExchangeRate(
            workspace=workspace,
            home=workspace.currency,
            currency=rate.currency,
            on=rate.on,
            rate=rate.rate,
            source=rate.source[:SOURCE_LENGTH],
        )
        for key, rate in wanted.items()
        if key not in known
    ]
    changed = [row for key, row in known.items() if key in wanted and _take(row, wanted[key])]
    taken = WrongRate(
        _("Somebody entered a rate of the same currency and day meanwhile. Look again.")
    )
    with refused_if_taken(taken):
        ExchangeRate.objects.of(workspace).bulk_create(added)
    for row in changed:
        row.save(update_fields=["rate", "source", "updated_at"])
    if added or changed:
        record(by, "entered exchange rates", workspace, added=len(added), changed=len(changed))
        announce(ExchangeRatesChanged(workspace_id=workspace.pk))
    return len(added) + len(changed)


@transaction.atomic
def remove_exchange_rate(rate: ExchangeRate, *, by: Member) -> None:
    """The rate is gone; the one before it holds again."""
    record(by, "removed exchange rate", rate, currency=rate.currency, on=rate.on, rate=rate.rate)
    announce(ExchangeRatesChanged(workspace_id=rate.workspace_id))
    rate.delete()


def _judge(rate: RateIn, *, home: str) -> None:
    if rate.currency not in wording.known_currencies():
        raise WrongRate(
            _("%s is no currency. Use its three letters, such as USD.") % rate.currency[:10]
        )
    if rate.currency == home:
        raise WrongRate(_("%s is the workspace's own currency. It needs no rate.") % home)
    if not rate.rate.is_finite() or not (SMALLEST <= rate.rate < MOST_RATE) or rate.rate % SMALLEST:
        raise WrongRate(
            _("A rate is a positive number below a million with at most nine decimals.")
        )


def _take(row: ExchangeRate, said: RateIn) -> bool:
    """Put what was said into the row; whether that changed it."""
    source = said.source[:SOURCE_LENGTH]
    differs = (row.rate, row.source) != (said.rate, source)
    row.rate, row.source = said.rate, source
    return differs

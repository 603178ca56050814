"""Raising and clearing the alerts that are about health."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from vereda.customers.contracts import HealthBand
from vereda.foundation.criteria import one_of_many
from vereda.health.contracts import PULSE_FRESH_DAYS
from vereda.health.models.pulses import Pulse
from vereda.worklist.actions.settling import settle_causes
from vereda.worklist.contracts import AlertKind, AlertReason, Noticed

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

FALL: Final = 10
WORRIED, CONFIDENT = 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an account stands. points_since: the score four weeks ago and now, where the rules are
    the same. was_known: it had a colour before."""

    account_id: UUID
    value: int | None
    band: HealthBand
    points_since: tuple[int, int] | None
    was_known: bool


def settle_health_alerts(
    workspace: Workspace, accounts: Sequence[Standing], *, gone: Sequence[UUID], now: datetime
) -> None:
    """Alerts of accounts that fell, are at risk, can no longer be judged or are judged otherwise
    by whoever looks after them; those whose cause went away are cleared, and all of those that
    are `gone`: they have no health any more."""
    ids = [*(each.account_id for each in accounts), *gone]
    if not ids:
        return
    opinions = _fresh_opinions(workspace, ids, now=now)
    noticed = {
        "fell": _fallen(accounts),
        "at_risk": _at_risk(accounts),
        "unknown": _unknown(accounts),
        "opinion": _differing(accounts, opinions),
    }
    settle_causes(workspace, kind=AlertKind.HEALTH, noticed=noticed, now=now, among=ids)


def _fallen(accounts: Iterable[Standing]) -> dict[UUID, Noticed]:
    return {
        each.account_id: Noticed(
            reason=AlertReason.HEALTH_FELL,
            details={"score": each.points_since[1], "before": each.points_since[0]},
        )
        for each in accounts
        if each.points_since is not None and each.points_since[0] - each.points_since[1] >= FALL
    }


def _at_risk(accounts: Iterable[Standing]) -> dict[UUID, Noticed]:
    return {
        each.account_id: Noticed(reason=AlertReason.HEALTH_AT_RISK, details={"score": each.value})
        for each in accounts
        if each.band is HealthBand.AT_RISK
    }


def _unknown(accounts: Iterable[Standing]) -> dict[UUID, Noticed]:
    return {
        each.account_id: Noticed(reason=AlertReason.HEALTH_UNKNOWN)
        for each in accounts
        if each.band is HealthBand.UNKNOWN and each.was_known
    }


def _differing(accounts: Iterable[Standing], opinions: dict[UUID, int]) -> dict[UUID, Noticed]:
    found = {}
    for each in accounts:
        opinion = opinions.get(each.account_id)
        if opinion is None:
            continue
        worse = opinion <= WORRIED and each.band is HealthBand.HEALTHY
        better = opinion >= CONFIDENT and each.band is HealthBand.AT_RISK
        if worse or better:
            details = {"score": each.value, "opinion": (opinion - 1) * 25}
            found[each.account_id] = Noticed(reason=AlertReason.HEALTH_OPINION, details=details)
    return found


def _fresh_opinions(workspace: Workspace, ids: Sequence[UUID], *, now: datetime) -> dict[UUID, int]:
    """The latest opinion of each account that still counts."""
    since = now - timedelta(days=PULSE_FRESH_DAYS)
    rows = Pulse.objects.of(workspace).filter(
        one_of_many(ids, column="account"), at__gte=since, at__lte=now
    )
    return dict(rows.order_by("at", "pk").values_list("account_id", "value"))

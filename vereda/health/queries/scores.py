"""Asking for scores, their history and the health of a portfolio."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from vereda.customers.contracts import CommercialStatus, HealthBand
from vereda.customers.queries.accounts import listed_accounts
from vereda.foundation.criteria import one_of_many
from vereda.health.models.pulses import Pulse
from vereda.health.models.scores import Score, ScoreChange, ScoreDay

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Member, Workspace

WEEKS: Final = 13
CHANGE_COLUMNS: Final = (
    "at",
    "value_before",
    "value_after",
    "band_before",
    "band_after",
    "account__number",
    "account__name",
)
GONE: Final = (CommercialStatus.CHURNED, CommercialStatus.IGNORED)


def scored_ids(workspace: Workspace, account_ids: Collection[UUID] | None = None) -> list[UUID]:
    """Which of these accounts (None: of all) have a health: customers that are listed, and have
    not left."""
    rows = listed_accounts(workspace).exclude(status__in=GONE)
    if account_ids is not None:
        rows = rows.filter(one_of_many(account_ids))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def score_of(account: Account) -> Score | None:
    """The account's score as last computed, with its card; None when no card applies."""
    rows = Score.objects.of(account.workspace_id).filter(account=account)
    return rows.select_related(
        "account",
        "version__scorecard__audience",
        "version__scorecard__owner__user",
        "version__published_by",
    ).first()


def all_scores(workspace: Workspace | UUID) -> QuerySet[Score]:
    """The scores of listed accounts, with account and card, unordered."""
    rows = Score.objects.of(workspace).of_listed_accounts()
    return rows.select_related("account", "version__scorecard")


def scores_of_accounts(
    workspace: Workspace | UUID, account_ids: Collection[UUID]
) -> dict[UUID, Score]:
    """The scores of those accounts that have one, with their cards."""
    rows = Score.objects.of(workspace).filter(account__in=account_ids)
    rows = rows.select_related("version__scorecard")
    return {row.account_id: row for row in rows}


def score_days(account: Account, *, since: date) -> list[ScoreDay]:
    """The days since then on which the score became another, the oldest first, and the last one
    before, so that the first day can be told."""
    rows = ScoreDay.objects.of(account.workspace_id).filter(account=account)
    rows = rows.select_related("version__scorecard")
    before = rows.filter(on__lt=since).order_by("-on").first()
    return [*([before] if before else []), *rows.filter(on__gte=since).order_by("on")]


def score_changes(account: Account, *, limit: int = 20) -> list[ScoreChange]:
    """Why the score moved, the latest first."""
    rows = ScoreChange.objects.of(account.workspace_id).filter(account=account)
    return list(rows.select_related("version__scorecard").order_by("-at", "-pk")[:limit])


def latest_opinion(account: Account) -> Pulse | None:
    """What a member last thought of the account, however long ago."""
    return pulses_of(account).first()


def pulses_of(account: Account) -> QuerySet[Pulse]:
    """What members thought of the account, the latest first."""
    rows = Pulse.objects.of(account.workspace_id).filter(account=account)
    return rows.select_related("member__user").order_by("-at", "-pk")


@dataclass(frozen=True, slots=True)
class WeekOfScore:
    """What the score was at the end of a week; `version` is the number of the rules then."""

    on: date
    value: int | None
    band: HealthBand
    version_id: UUID | None
    rules: str = ""
    changed_rules: bool = False


def weeks_of_score(account: Account, *, on: date, weeks: int = WEEKS) -> list[WeekOfScore]:
    """The score at the end of each of the last weeks, the oldest first; unknown before the first.

    `changed_rules` marks weeks whose rules are not those of the week before.
    """
    first = on - timedelta(weeks=weeks - 1)
    rows = score_days(account, since=first)
    told: list[WeekOfScore] = []
    for week in range(weeks):
        day = first + timedelta(weeks=week)
        row = next((each for each in reversed(rows) if each.on <= day), None)
        if row is None:
            told.append(WeekOfScore(day, None, HealthBand.UNKNOWN, None))
            continue
        before = told[-1].version_id if told else None
        name = f"{row.version.scorecard.name} v{row.version.number}"
        changed = before is not None and before != row.version_id
        band = HealthBand(row.band)
        told.append(WeekOfScore(day, row.value, band, row.version_id, name, changed))
    return told


def scored_by_version(workspace: Workspace | UUID) -> dict[UUID, int]:
    """How many listed accounts are scored by each version that scores anybody; one query."""
    rows = Score.objects.of(workspace).of_listed_accounts().values_list("version")
    return dict(rows.annotate(count=Count("pk")).order_by())


@dataclass(frozen=True, slots=True)
class BandOfPortfolio:
    """How many accounts have a colour, and what they pay a year, by currency in minor units."""

    band: HealthBand
    accounts: int = 0
    arr: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PortfolioHealth:
    """How much of the portfolio has a score, and how it is spread over the colours."""

    accounts: int
    scored: int
    proven: int
    bands: tuple[BandOfPortfolio, ...]

    @property
    def is_proven(self) -> bool:
        """Whether every colour there is has been earned."""
        return bool(self.scored) and self.proven >= self.scored

    @property
    def share_scored(self) -> float:
        """The share of accounts whose colour is known, 0 to 1."""
        return self.scored / self.accounts if self.accounts else 0.0


def portfolio_health(
    workspace: Workspace | UUID, *, owner_id: UUID | None = None
) -> PortfolioHealth:
    """Coverage of the portfolio, accounts and ARR by colour; of one owner if asked. One query."""
    rows = listed_accounts(workspace)
    if owner_id is not None:
        rows = rows.filter(owner=owner_id)
    told = (
        rows.values_list("health_band", "currency")
        .annotate(
            accounts=Count("pk"),
            arr=Sum("arr_minor"),
            proven=Count("pk", filter=Q(health_proven=True)),
        )
        .order_by()
    )
    counts: dict[str, int] = dict.fromkeys(HealthBand, 0)
    money: dict[str, dict[str, int]] = {band: {} for band in HealthBand}
    proven = 0
    for band, currency, count, arr, sure in told:
        counts[band] += count
        proven += sure
        if arr is not None:
            money[band][currency] = money[band].get(currency, 0) + arr
    bands = tuple(BandOfPortfolio(band, counts[band], money[band]) for band in HealthBand)
    total = sum(counts.values())
    return PortfolioHealth(total, total - counts[HealthBand.UNKNOWN], proven, bands)


def bands_changed_of(owner: Member, *, since: datetime, limit: int) -> list[ScoreChange]:
    """The accounts of a member whose colour became another since then, the latest first."""
    mine = listed_accounts(owner.workspace_id).filter(owner=owner).order_by().values("pk")
    rows = ScoreChange.objects.of(owner.workspace_id).filter(account__in=mine, at__gt=since)
    rows = rows.exclude(band_before=F("band_after")).select_related("account")
    return list(rows.only(*CHANGE_COLUMNS).order_by("-at", "-pk")[:limit])

"""Asking for scorecards, their versions, and which one applies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.audiences.queries.inclusions import audience_ids_of_accounts
from vereda.foundation.ids import number_in
from vereda.foundation.scoping import found
from vereda.health.contracts import ScoreRules
from vereda.health.models.scorecards import Scorecard, ScorecardRows, ScorecardVersion
from vereda.health.rules.cards import applying_card

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class CardInForce:
    """A card that scores accounts, with its latest version and the rules of it, read once."""

    card: Scorecard
    version: ScorecardVersion
    rules: ScoreRules

    @property
    def audience_id(self) -> UUID | None:
        """Whom it is for; None: everybody."""
        return self.card.audience_id


def scorecards_in(workspace: Workspace | UUID) -> ScorecardRows:
    """The scorecards in use, the one that is asked first, first."""
    rows = Scorecard.objects.of(workspace).in_use().by_precedence()
    return rows.select_related("owner__user", "audience")


def cards_for_audience(workspace: Workspace | UUID, audience_id: UUID) -> ScorecardRows:
    """The scorecards in use that are for this audience."""
    return Scorecard.objects.of(workspace).in_use().filter(audience=audience_id)


def archived_scorecards(workspace: Workspace | UUID) -> ScorecardRows:
    """The scorecards that were put away, the last one first."""
    rows = Scorecard.objects.of(workspace).filter(archived_at__isnull=False)
    return rows.order_by("-archived_at", "pk")


def scorecard_with_key(workspace: Workspace | UUID, key: str) -> Scorecard:
    """The scorecard that people call SC-3, archived or not, or `Missing`."""
    rows = Scorecard.objects.of(workspace).select_related("owner__user", "audience")
    return found(rows.filter(number=number_in(key, "SC")))


def versions_of(card: Scorecard) -> list[ScorecardVersion]:
    """Every published version, the newest first."""
    rows = ScorecardVersion.objects.of(card.workspace_id).filter(scorecard=card)
    return list(rows.select_related("published_by__user").order_by("-number"))


def version_of(card: Scorecard, number: int) -> ScorecardVersion:
    """That version, or `Missing`."""
    rows = ScorecardVersion.objects.of(card.workspace_id).filter(scorecard=card, number=number)
    return found(rows.select_related("scorecard__owner__user", "published_by__user"))


def latest_version(card: Scorecard) -> ScorecardVersion | None:
    """The version in force; None before the first is published."""
    rows = ScorecardVersion.objects.of(card.workspace_id).filter(scorecard=card)
    return rows.select_related("published_by__user").order_by("-number").first()


def versions_by_card(workspace: Workspace | UUID) -> dict[UUID, list[ScorecardVersion]]:
    """Every version of every card, the oldest first."""
    found: dict[UUID, list[ScorecardVersion]] = {}
    for version in ScorecardVersion.objects.of(workspace).order_by("number"):
        found.setdefault(version.scorecard_id, []).append(version)
    return found


def cards_in_force(workspace: Workspace | UUID) -> list[CardInForce]:
    """The cards in use that were published, in order of precedence, with their latest rules."""
    rows = ScorecardVersion.objects.of(workspace).filter(scorecard__archived_at=None)
    latest: dict[UUID, ScorecardVersion] = {}
    for version in rows.select_related("scorecard__audience", "scorecard__owner__user").order_by(
        "scorecard__precedence", "scorecard__number", "number"
    ):
        latest[version.scorecard_id] = version
    return [
        CardInForce(version.scorecard, version, version.ruled)
        for version in latest.values()
        if version.scorecard.audience is None or version.scorecard.audience.archived_at is None
    ]


def cards_of_accounts(
    workspace: Workspace | UUID, cards: Sequence[CardInForce], account_ids: Collection[UUID]
) -> dict[UUID, CardInForce | None]:
    """The card that applies to each of these accounts; None where none does. One query."""
    audience_ids = [card.audience_id for card in cards if card.audience_id is not None]
    if not audience_ids:
        default = applying_card(cards, ())
        return dict.fromkeys(account_ids, default)
    held = audience_ids_of_accounts(workspace, account_ids, audience_ids=audience_ids)
    return {
        account_id: applying_card(cards, held.get(account_id, frozenset()))
        for account_id in account_ids
    }

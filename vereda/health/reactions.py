"""What health does when it hears news: it scores those whom the news is about, and nobody else."""

from collections.abc import Collection
from uuid import UUID

from vereda.audiences.contracts import EnteredAudience, LeftAudience
from vereda.customers.contracts import (
    AccountAdded,
    AccountChanged,
    AccountMergeUndone,
    AccountRestored,
    AccountsMerged,
    AccountStageChanged,
    AccountsUpserted,
    NotesWritten,
    NoteWritten,
)
from vereda.customers.queries.people import account_ids_of_people
from vereda.events.contracts.facts import ActivityChanged, MetricsMeasured
from vereda.foundation.clock import now
from vereda.health.actions.scoring import score_accounts, score_portfolio
from vereda.health.contracts import OpinionGiven, ProofChanged
from vereda.outcomes.contracts import (
    OutcomeChanged,
    OutcomeMeasured,
    OutcomeNotVerified,
    OutcomesMeasured,
    OutcomeVerified,
)
from vereda.privacy.contracts import ConsentGiven, ConsentPurpose, ConsentWithdrawn
from vereda.revenue.contracts import (
    ChurnRecorded,
    ChurnUpserted,
    SubscriptionChanged,
    SubscriptionEnded,
    SubscriptionStarted,
    SubscriptionsUpserted,
)
from vereda.support.contracts import (
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketsUpserted,
)
from vereda.surveys.contracts import AnswersUpserted, SurveyAnswered
from vereda.workspaces.queries import workspace_with_id

AboutOne = (
    AccountAdded
    | AccountChanged
    | AccountRestored
    | AccountStageChanged
    | NoteWritten
    | OpinionGiven
    | OutcomeChanged
    | OutcomeMeasured
    | OutcomeVerified
    | OutcomeNotVerified
    | SubscriptionStarted
    | SubscriptionChanged
    | SubscriptionEnded
    | ChurnRecorded
    | TicketOpened
    | TicketResolved
    | TicketReopened
)
AboutMany = (
    ActivityChanged
    | NotesWritten
    | EnteredAudience
    | LeftAudience
    | OutcomesMeasured
    | SubscriptionsUpserted
    | ChurnUpserted
    | TicketsUpserted
    | AnswersUpserted
)


def score_one_again(fact: AboutOne) -> None:
    """The account that the news is about."""
    _score(fact.workspace_id, [fact.account_id])


def score_many_again(fact: AboutMany) -> None:
    """The accounts that the news is about."""
    _score(fact.workspace_id, fact.account_ids)


def score_after_answer(fact: SurveyAnswered) -> None:
    """The account of whoever answered; nobody's where they are in none."""
    _score(fact.workspace_id, [fact.account_id] if fact.account_id else [])


def score_after_profiling(fact: ConsentGiven | ConsentWithdrawn) -> None:
    """The accounts of somebody who said yes or no to scores: with them, or without."""
    if fact.purpose == ConsentPurpose.PROFILING:
        _score(fact.workspace_id, account_ids_of_people(fact.workspace_id, [fact.person_id]))


def score_after_metrics(fact: MetricsMeasured) -> None:
    """Those about whom metrics say something else; everybody when a metric went."""
    if fact.everything:
        score_portfolio(workspace_with_id(fact.workspace_id), now=now())
    _score(fact.workspace_id, fact.account_ids)


def score_after_account_upsert(fact: AccountsUpserted) -> None:
    """The accounts that came or changed."""
    _score(fact.workspace_id, [*fact.created, *fact.updated])


def score_after_merging(fact: AccountsMerged | AccountMergeUndone) -> None:
    """Both accounts; the absorbed one is no longer listed."""
    _score(fact.workspace_id, [fact.survivor_id, fact.absorbed_id])


def score_after_proof(fact: ProofChanged) -> None:
    """Everybody, so that a colour that was earned, or lost, is shown as such on every page."""
    score_portfolio(workspace_with_id(fact.workspace_id), now=now())


def _score(workspace_id: UUID, account_ids: Collection[UUID]) -> None:
    if account_ids:
        score_accounts(workspace_with_id(workspace_id), account_ids=account_ids, now=now())

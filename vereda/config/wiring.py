"""The whole nervous system on one page: who reacts to what, and who offers what to whom.

Facts travel upward through REACTIONS; a fact heard by nobody is listed with an empty list, so that
its silence is a decision. The other tables are offers that a capability makes by its protocol.
"""

from collections.abc import Callable
from typing import Any

from vereda.customers.contracts import AccountMergeUndone, AccountsMerged
from vereda.foundation.timeline import TimelineSource
from vereda.imports.contracts import ImportFinished, ImportUndone
from vereda.revenue.contracts import (
    ChurnRecorded,
    ChurnUpserted,
    SubscriptionChanged,
    SubscriptionEnded,
    SubscriptionStarted,
    SubscriptionsUpserted,
)
from vereda.revenue.importable import AccountOfSubscription, ChurnKind, SubscriptionsKind
from vereda.revenue.jobs import refresh_money
from vereda.revenue.reactions import add_up_after_merge, add_up_after_unmerge
from vereda.revenue.timeline import MoneyTimeline
from vereda.workspaces.contracts import MemberJoined, MemberLeft

REACTIONS: dict[type, list[Callable[[Any], None]]] = {
    ImportFinished: [],
    ImportUndone: [],
    MemberJoined: [],
    MemberLeft: [],
    AccountsMerged: [add_up_after_merge],
    AccountMergeUndone: [add_up_after_unmerge],
    SubscriptionStarted: [],
    SubscriptionChanged: [],
    SubscriptionEnded: [],
    SubscriptionsUpserted: [],
    ChurnRecorded: [],
    ChurnUpserted: [],
}

TIMELINE: list[TimelineSource] = [MoneyTimeline()]

IMPORTABLE: list[Any] = [SubscriptionsKind(), ChurnKind()]

REFERENCE_WAYS: list[Any] = [AccountOfSubscription()]

DAILY: list[Callable[[], object]] = [refresh_money]

PERSONAL_DATA: list[Any] = []

HEALTH_CHECKS: dict[str, Callable[[], bool]] = {}

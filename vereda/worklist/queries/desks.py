"""Asking what a member has before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from django.db.models import Count, Q

from vereda.worklist.contracts import AlertKind
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.desks import USUAL_BUDGET, Desk
from vereda.worklist.models.tasks import Task
from vereda.worklist.queries.ranks import Reckoning, rank_of_alert, rank_of_task
from vereda.worklist.rules.ranking import Rank

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Member

Item: TypeAlias = Alert | Task
About: TypeAlias = tuple[str, UUID]

ACCOUNT_COLUMNS = (
    "account__number",
    "account__name",
    "account__arr_minor",
    "account__currency",
    "account__renewal_on",
    "account__usage_8w",
    "account__health_score",
    "account__health_band",
    "account__health_proven",
    "account__health_change_28d",
    "account__health_on",
)
ALERT_COLUMNS = ("number", "kind", "reason", "details", "points", "raised_at")
TASK_COLUMNS = ("number", "title", "priority", "due_on", "points", "added_at")
SOON = timedelta(days=7)
LOOKED_AT_MORE = 2
"""So many times the budget is read by stored points before it is ranked exactly."""


@dataclass(frozen=True, slots=True)
class RankedItem:
    """An alert or a task, and why it stands where it stands. has_more: further alerts of its kind
    about its account found no place."""

    item: Item
    rank: Rank
    has_more: bool = False

    @property
    def alert(self) -> Alert | None:
        """The alert; None when it is a task."""
        return self.item if isinstance(self.item, Alert) else None

    @property
    def account(self) -> Account | None:
        """The account it is about, if any."""
        return self.item.account

    @property
    def since_at(self) -> datetime:
        """Since when it has been waiting."""
        return self.item.raised_at if isinstance(self.item, Alert) else self.item.added_at


@dataclass(frozen=True, slots=True)
class Work:
    """What a member should do now: as much as their budget lists, the rest counted.

    `grouped`: how many more of each kind ("" is tasks); `snoozed`: how many wait for their day;
    `later`: tasks that are due in more than a week, which nobody has to think of now.
    """

    items: Sequence[RankedItem]
    grouped: dict[str, int]
    snoozed: int
    later: int
    budget: int

    @property
    def rest(self) -> int:
        """How many there are beyond the budget."""
        return sum(self.grouped.values())

    @property
    def all(self) -> int:
        """How many there are in all, without those that wait."""
        return len(self.items) + self.rest


def desk_of(member: Member) -> Desk:
    """The member's desk; the usual one, not stored, for who never changed it."""
    row = Desk.objects.of(member.workspace_id).filter(member=member).first()
    return row or Desk(workspace_id=member.workspace_id, member=member, budget=USUAL_BUDGET)


def work_of(member: Member, *, budget: int, reckoning: Reckoning, now: datetime) -> Work:
    """What the member should do now, ranked; four queries, however much there is.

    The order comes from stored points; what is shown is ranked anew, so that its reasons are of
    today. Two rows with equal points: the one that waits longer first. Alerts of one kind about
    one account take one place while others wait for one: five unhappy answers are one call.
    """
    alerts = Alert.objects.of(member.workspace_id).open().filter(owner=member)
    soon = reckoning.today + SOON
    tasks = Task.objects.of(member.workspace_id).open().filter(due_by(soon), owner=member)
    most = budget * LOOKED_AT_MORE
    ranked_items = [
        RankedItem(row, rank_of_alert(row, row.account, reckoning=reckoning))
        for row in told_briefly(alerts.awake(now=now), ALERT_COLUMNS)[:most]
    ]
    ranked_items += [
        RankedItem(row, rank_of_task(row, row.account, reckoning=reckoning))
        for row in told_briefly(tasks.awake(now=now), TASK_COLUMNS)[:most]
    ]
    ranked_items.sort(key=lambda each: (-each.rank.points, each.since_at, each.item.pk))
    shown = _spread(ranked_items, budget=budget)
    kinds, asleep, later = _counts(member, soon=soon, now=now)
    kinds.subtract(Counter(kind_of(each.item) for each in shown))
    grouped = {kind: kinds[kind] for kind in [*AlertKind, ""] if kinds[kind] > 0}
    return Work(items=shown, grouped=grouped, snoozed=asleep, later=later, budget=budget)


def _spread(items: Sequence[RankedItem], *, budget: int) -> list[RankedItem]:
    """So many of them, in their order; of the alerts of a kind about an account the first, which
    then says that there are more, and the others where room is left."""
    seen, first, alike = set[About](), list[int](), list[int]()
    for place, each in enumerate(items):
        (alike if each.alert and _about(each) in seen else first).append(place)
        seen.add(_about(each))
    chosen = set([*first, *alike][:budget])
    left_out = {_about(items[place]) for place in alike if place not in chosen}
    shown = list[RankedItem]()
    for place in sorted(chosen):
        each = items[place]
        shown.append(replace(each, has_more=_about(each) in left_out))
        left_out.discard(_about(each))
    return shown


def _about(each: RankedItem) -> About:
    return kind_of(each.item), each.account.pk if each.account else each.item.pk


def told_briefly(rows: Any, columns: tuple[str, ...]) -> Any:
    """The rows with only what a line of Today says, by stored points."""
    brief = rows.select_related("account").only(*columns, *ACCOUNT_COLUMNS)
    return brief.order_by("-points", "id")


def kind_of(item: Item) -> str:
    """The kind of an alert; "" for a task."""
    return item.kind if isinstance(item, Alert) else ""


def _counts(member: Member, *, soon: date, now: datetime) -> tuple[Counter[str], int, int]:
    """How many open things of each kind a member has, how many wait, and how many are later."""
    alerts = Alert.objects.of(member.workspace_id).open().filter(owner=member)
    tasks = Task.objects.of(member.workspace_id).open().filter(owner=member)
    waits = Count("pk", filter=Q(snoozed_until__gt=now))
    counted = alerts.order_by().values_list("kind").annotate(count=Count("pk"), waits=waits)
    kinds, asleep = Counter[str](), Counter[str]()
    for kind, count, asleep_now in counted:
        kinds[kind], asleep[kind] = count, asleep_now
    told = tasks.aggregate(
        near=Count("pk", filter=due_by(soon)),
        asleep=Count("pk", filter=due_by(soon) & Q(snoozed_until__gt=now)),
        all=Count("pk"),
    )
    kinds[""] = told["near"]
    asleep[""] = told["asleep"]
    return kinds - asleep, asleep.total(), told["all"] - told["near"]


def due_by(day: date) -> Q:
    """That a task is due by that day, or has no day."""
    return Q(due_on=None) | Q(due_on__lte=day)

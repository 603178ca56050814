"""Measuring adoption: rows of accounts follow the events; of people only counts are kept.

Everything is computed once a day. In between, only accounts that new events say something about
are computed again, from the daily roll-up, and only what changed is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from vereda.adoption.contracts import (
    FirstUseCompleted,
    FirstUseSeen,
    Measure,
    RegularUseBegan,
    Whose,
)
from vereda.adoption.models import Adoption, AdoptionCursor, DurationTable
from vereda.adoption.queries.things import Thing, things_measured
from vereda.adoption.rules.survival import Spell
from vereda.adoption.rules.tables import Table
from vereda.customers.queries.accounts import listed_accounts
from vereda.events.contracts.adopting import Lasting
from vereda.events.contracts.measuring import Per
from vereda.events.queries.adopting import (
    durations_of_use,
    uses_of_accounts,
)
from vereda.events.queries.touched import folded_through, ids_touched
from vereda.foundation.criteria import one_of_many
from vereda.foundation.facts import announce
from vereda.foundation.many_rows import NewRows
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.events.contracts.adopting import UsesOfSubject
    from vereda.workspaces.models import Workspace

AT_ONCE: Final = 2_000
NEWS: Final = timedelta(days=30)
"""Something that was reached longer ago is no news, when it is seen for the first time."""
COLUMNS: Final = (
    "first_use_at",
    "completed_at",
    "regular_since_on",
    "regular_days",
    "last_use_at",
    "use_days",
    "gap_squares",
    "longest_gap",
)
MEASURED: Final = {
    Lasting.FIRST_USE: Measure.FIRST_USE,
    Lasting.COMPLETED: Measure.FIRST_USE_COMPLETED,
    Lasting.REGULAR: Measure.REGULAR_USE,
    Lasting.NEXT_USE: Measure.INTERVAL,
}
About = tuple[UUID, UUID | None, UUID | None]
Figures = tuple[object, ...]


def measure_adoption(workspace: Workspace | UUID, *, now: datetime) -> int:
    """Compute everything, of all accounts and people; how many rows of accounts are different."""
    workspace_id, things = id_of(workspace), things_measured(workspace)
    through = folded_through(workspace_id)
    told = _figures(workspace_id, things, None)
    ids = list(listed_accounts(workspace_id).order_by("pk").values_list("pk", flat=True))
    changed = _write_parts(workspace_id, ids, told, now=now)
    _forget_unlisted(workspace_id, ids)
    measure_durations(workspace_id, things, on=now.date())
    _move_cursor(workspace_id, through=through, on=now.date(), measured_at=now)
    return changed


def measure_adoption_of(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID], now: datetime
) -> int:
    """Compute the rows of these accounts; how many are different."""
    workspace_id = id_of(workspace)
    if not account_ids:
        return 0
    things, changed = things_measured(workspace_id), 0
    ids = list(account_ids)
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        told = _figures(workspace_id, things, part)
        changed += _write_parts(workspace_id, part, told, now=now)
    return changed


def measure_adoption_touched(workspace: Workspace | UUID, *, now: datetime) -> list[UUID]:
    """Compute the accounts that events said something about since the last time; which they are.

    The first time it computes all of them.
    """
    workspace_id = id_of(workspace)
    cursor = AdoptionCursor.objects.of(workspace_id).exclude(on=None).first()
    through = folded_through(workspace_id)
    if cursor is None:
        measure_adoption(workspace_id, now=now)
        return list(listed_accounts(workspace_id).order_by("pk").values_list("pk", flat=True))
    if cursor.through >= through:
        return []
    ids = ids_touched(workspace_id, after=cursor.through, through=through, per=Per.ACCOUNT)
    measure_adoption_of(workspace_id, account_ids=ids, now=now)
    _move_cursor(workspace_id, through=through, measured_at=now)
    return ids


@transaction.atomic
def _move_cursor(workspace_id: UUID, *, through: int, **said: object) -> None:
    cursor, _ = AdoptionCursor.objects.of(workspace_id).get_or_create(workspace_id=workspace_id)
    rows = AdoptionCursor.objects.of(workspace_id).filter(pk=cursor.pk)
    rows.update(through=max(through, cursor.through), **said)


# --- Figures of accounts --------------------------------------------------------------


def _figures(
    workspace_id: UUID, things: Sequence[Thing], account_ids: Collection[UUID] | None
) -> dict[UUID, dict[About, Figures]]:
    """What the events say of these accounts (None: all)."""
    groups = [thing.group for thing in things]
    found = uses_of_accounts(workspace_id, groups=groups, account_ids=account_ids)
    return {
        account_id: {(account_id, *things[uses.place].ids): _figures_of(uses) for uses in several}
        for account_id, several in found.items()
    }


def _figures_of(uses: UsesOfSubject) -> Figures:
    """In the order of COLUMNS."""
    return (
        uses.first_at,
        uses.completed_at,
        uses.regular_on,
        uses.regular_days,
        uses.last_at,
        uses.use_days,
        uses.gap_squares,
        uses.longest_gap,
    )


# --- Writing --------------------------------------------------------------------------


def _write_parts(
    workspace_id: UUID,
    account_ids: Sequence[UUID],
    told: Mapping[UUID, Mapping[About, Figures]],
    *,
    now: datetime,
) -> int:
    changed = 0
    for start in range(0, len(account_ids), AT_ONCE):
        part = account_ids[start : start + AT_ONCE]
        said = {about: row for each in part for about, row in told.get(each, {}).items()}
        changed += _write(workspace_id, part, said, now=now)
    return changed


@transaction.atomic
def _write(
    workspace_id: UUID,
    account_ids: Collection[UUID],
    told: Mapping[About, Figures],
    *,
    now: datetime,
) -> int:
    """Write what is new or different of these accounts, remove what is no longer so, and announce
    what was reached; how many rows changed."""
    rows = Adoption.objects.of(workspace_id)
    held: dict[About, tuple[UUID, Figures]] = {}
    for pk, account_id, product_id, feature_id, *figures in rows.filter(
        one_of_many(account_ids, column="account_id")
    ).values_list("pk", "account_id", "product_id", "feature_id", *COLUMNS):
        held[account_id, product_id, feature_id] = (pk, tuple(figures))
    made = NewRows(Adoption, workspace_id=workspace_id)
    fresh, changed, reached = [], [], _Reached(now)
    for about, figures in told.items():
        known = held.get(about)
        if known is not None and known[1] == figures:
            continue
        own = dict(
            zip(("account_id", "product_id", "feature_id"), about, strict=True),
            **dict(zip(COLUMNS, figures, strict=True)),
        )
        if known is None:
            fresh.append(made.make(**own))
        else:
            changed.append(made.make(id=known[0], **own))
        reached.note(about, figures, known[1] if known else None)
    gone = [pk for about, (pk, _) in held.items() if about not in told]
    rows.bulk_create(fresh, ignore_conflicts=True)
    if changed:
        rows.bulk_update(changed, list(COLUMNS))
    if gone:
        rows.filter(one_of_many(gone)).delete()
    for fact in reached.facts(workspace_id):
        announce(fact)
    return len(fresh) + len(changed) + len(gone)


class _Reached:
    """Who reached what just now, of whole products."""

    def __init__(self, now: datetime) -> None:
        self._since = now - NEWS
        self._first: dict[UUID | None, list[UUID]] = defaultdict(list)
        self._completed: dict[UUID | None, list[UUID]] = defaultdict(list)
        self._regular: dict[UUID | None, list[UUID]] = defaultdict(list)

    def note(self, about: About, figures: Figures, before: Figures | None) -> None:
        """What one row says now and said before."""
        account_id, product_id, feature_id = about
        if feature_id is not None:
            return
        first, completed, regular, *_ = figures
        if before is None and isinstance(first, datetime) and first >= self._since:
            self._first[product_id].append(account_id)
        if (
            isinstance(completed, datetime)
            and completed >= self._since
            and (before is None or before[1] is None)
        ):
            self._completed[product_id].append(account_id)
        if isinstance(regular, date) and before is not None and before[2] is None:
            self._regular[product_id].append(account_id)

    def facts(
        self, workspace_id: UUID
    ) -> Iterable[FirstUseSeen | FirstUseCompleted | RegularUseBegan]:
        """One for each product and kind."""
        for kind, told in (
            (FirstUseSeen, self._first),
            (FirstUseCompleted, self._completed),
            (RegularUseBegan, self._regular),
        ):
            for product_id, ids in told.items():
                yield kind(workspace_id=workspace_id, product_id=product_id, account_ids=tuple(ids))


@transaction.atomic
def _forget_unlisted(workspace_id: UUID, listed: Collection[UUID]) -> None:
    """An account that was archived, or went into another, has no rows of its own."""
    rows = Adoption.objects.of(workspace_id)
    held = set(rows.order_by().values_list("account_id", flat=True).distinct())
    if gone := held - set(listed):
        rows.filter(one_of_many(gone, column="account_id")).delete()


# --- Counts of people, and of intervals -----------------------------------------------


def measure_durations(workspace_id: UUID, things: Sequence[Thing], *, on: date) -> None:
    """Count anew how long it took people, and how long everybody's intervals are."""
    groups = [thing.group for thing in things]
    tables: dict[tuple[Whose, Measure, int], Table] = defaultdict(Table)
    for whose, per, whats in (
        (Whose.PEOPLE, Per.PERSON, tuple(Lasting)),
        (Whose.ACCOUNTS, Per.ACCOUNT, (Lasting.NEXT_USE,)),
    ):
        for one in durations_of_use(workspace_id, groups=groups, per=per, whats=whats, on=on):
            days = one.days
            if one.what is Lasting.REGULAR and not one.happened:
                days -= things[one.place].known_after
            if days >= 0:
                spell = Spell(days, happened=one.happened)
                table = tables[whose, MEASURED[one.what], one.place]
                table.add(one.month_on, spell, times=one.count)
    _replace_tables(workspace_id, things, tables, on=on)


@transaction.atomic
def _replace_tables(
    workspace_id: UUID,
    things: Sequence[Thing],
    tables: Mapping[tuple[Whose, Measure, int], Table],
    *,
    on: date,
) -> None:
    DurationTable.objects.of(workspace_id).all().delete()
    made = NewRows(DurationTable, workspace_id=workspace_id, on=on)
    DurationTable.objects.of(workspace_id).bulk_create(
        [
            made.make(
                whose=whose,
                measure=measure,
                product_id=things[place].product_id,
                feature_id=things[place].feature_id,
                counts=table.stored(),
            )
            for (whose, measure, place), table in tables.items()
        ]
    )

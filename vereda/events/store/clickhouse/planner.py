"""The leader's work: decide what a commit does, write it down, carry it out.

A commit is durable with its row of the log. Only then are its rows written, table by table,
and `progress` last. Whoever leads next carries out what the log has beyond `progress`; a
record is carried out twice without harm, because every insert has a token and every removal
removes what is gone already.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, cast
from uuid import uuid4

import msgspec

from vereda.events.contracts.arriving import Receipt, Submission, WorkspaceKey
from vereda.events.contracts.store import StoreUnavailable
from vereda.events.store.clickhouse.engine import Engine
from vereda.events.store.clickhouse.lookup import EngineLookup, message_number
from vereda.events.store.clickhouse.orders import Erase, Expire, Forget, Removal
from vereda.events.store.clickhouse.records import (
    Record,
    decoded_rows,
    encoded_rows,
    packed,
    unpacked,
)
from vereda.events.store.clickhouse.removing import carry_out_removal, what_goes
from vereda.events.store.clickhouse.schema import TABLE, TABLES
from vereda.events.store.planning import Known, Owned, Plan, Row
from vereda.events.store.seen import RECENT, MessageKey

log = logging.getLogger(__name__)

DIRECT: Final = {
    "membership": "membership_rows",
    "accounts": "account_rows",
    "quarantine": "quarantine_rows",
    "endings": "ending_rows",
    "arrivals": "arrivals",
    "events": "event_rows",
}
"""The tables of a plan whose rows are written as they are."""


class RecentlySeen:
    """The last messages, exactly; about all others the engine is asked."""

    def __init__(self) -> None:
        self._recent: OrderedDict[MessageKey, int] = OrderedDict()

    def sort_out(self, keys: Iterable[MessageKey]) -> tuple[dict[MessageKey, int], set[MessageKey]]:
        """Messages stored a short while ago, with their content marks, and all others."""
        stored: dict[MessageKey, int] = {}
        doubtful: set[MessageKey] = set()
        for key in keys:
            content = self._recent.get(key)
            if content is None:
                doubtful.add(key)
            else:
                stored[key] = content
        return stored, doubtful

    def remember(self, messages: Iterable[tuple[MessageKey, int]]) -> None:
        """These are durable now."""
        self._recent.update(messages)
        while len(self._recent) > RECENT:
            self._recent.popitem(last=False)

    def forget(self) -> None:
        """The engine decides again."""
        self._recent.clear()


class Planner:
    """Carries out orders, one commit after the other. Used by one thread of the leader."""

    def __init__(self, engine: Engine, *, still_leading: Callable[[], bool] = lambda: True) -> None:
        self._engine = engine
        self._still_leading = still_leading
        self._lookup = EngineLookup(engine)
        self._known = Known()
        self._seen = RecentlySeen()
        self._ready = False
        self._number = self._seq = self._term = 0

    @property
    def done(self) -> int:
        """The number of the last commit that was carried out."""
        return self._number

    def forget(self) -> None:
        """Begin from what the engine knows: somebody else led, or something went wrong."""
        self._ready = False

    def get_ready(self) -> None:
        """Carry out what the log has beyond what was done."""
        if self._ready:
            return
        self._known.forget()
        self._seen.forget()
        done = self._engine.rows("SELECT number, term, seq FROM done")
        self._number, term, self._seq = done[0] if done else (0, 0, self._last_seq())
        for number, record in self._not_done():
            self._carry_out(record)
            self._number, self._seq = number, record.seq
            self._note_progress(term)
        self._term = max(term, self._last_term(), self._term) + 1
        self._ready = True

    def store(
        self,
        submissions: Sequence[Submission],
        *,
        consumed: Sequence[str] = (),
        answered: Sequence[str] = (),
    ) -> tuple[list[Receipt], list[WorkspaceKey]]:
        """Store them in one commit: their receipts, and the workspaces that have new events.

        `consumed` names the letter they came in; their answers are left under `answered`.
        """
        plan = Plan(lookup=self._lookup, known=self._known, seen=self._seen, seq=self._seq)
        try:
            receipts = plan.take(list(submissions))
            unkeyed, rows = self._rows_of(plan)
        except BaseException:
            self._known.forget()
            raise
        rows["answers"] = _answers(answered, receipts)
        self._commit(
            Record(id=uuid4().hex, seq=plan.seq, rows=_encoded(rows), unkeyed=unkeyed),
            consumed=consumed,
        )
        self._seen.remember(plan.fresh.items())
        return receipts, list(plan.heads)

    def remove(
        self, removal: Removal, *, consumed: Sequence[str] = (), answered: Sequence[str] = ()
    ) -> int:
        """Remove it for good; how many events went."""
        removed, count, kept = what_goes(removal, self._engine)
        self._commit(
            Record(
                id=uuid4().hex,
                seq=self._seq,
                rows=_encoded({"kept": kept, "answers": _answers(answered, [count])}),
                removed=removed,
            ),
            consumed=consumed,
        )
        self._known.forget()
        self._seen.forget()
        if isinstance(removal, Erase | Forget | Expire):
            self._empty_log()
        return count

    # --- Rows ---------------------------------------------------------------------------

    def _rows_of(self, plan: Plan) -> tuple[list[Owned], dict[str, list[Row]]]:
        """The anonymous ids whose roll-up moves to a person, and the rows of every table."""
        version = self._number + 1
        rows: dict[str, list[Row]] = {
            into: plan.rows[table] for table, into in DIRECT.items() if plan.rows[table]
        }
        rows["message_rows"] = [
            (message_number((row[1], row[2])), row[1], row[0])  # type: ignore[arg-type]
            for row in plan.rows["events"]
        ]
        rows["identity_rows"] = self._identities(plan, version)
        rows["head_rows"] = [(key, seq, version) for key, seq in plan.heads.items()]
        owners = {(workspace, who): rest for workspace, who, *rest in plan.relinked}
        moved = self._lookup.unlinked_usage(owners)
        rows["daily"] = [_owned(row, owners) for row in (*plan.rows["daily_new"], *moved)]
        return list({(row[0], row[4]) for row in moved}), rows

    def _identities(self, plan: Plan, version: int) -> list[Row]:
        """New links, and links that point to somebody else from now on."""
        rows = {_owned_by(row): row for row in plan.rows["identity"]}
        latest = {(workspace, who): person for workspace, who, person in plan.repointed}
        rows |= self._lookup.identities(key for key in latest if key not in rows)
        return [(*row[:4], latest.get(key, row[4]), *row[5:], version) for key, row in rows.items()]

    # --- Commits ------------------------------------------------------------------------

    def _commit(self, record: Record, *, consumed: Sequence[str]) -> None:
        """Write it down, then carry it out; after a failure nothing is taken for known."""
        self._ready = False
        number = self._number + 1
        row = (number, self._term, record.seq, list(consumed), packed(record))
        self._engine.insert(TABLE["log"], [row], token=f"{record.id}-log")
        if not self._still_leading() or self._outdone(number):
            raise StoreUnavailable("another process leads by now")
        self._carry_out(record)
        self._number, self._seq = number, record.seq
        self._note_progress(self._term)
        self._ready = True

    def _outdone(self, number: int) -> bool:
        """Did somebody who led later write down another commit of that number?"""
        found = self._engine.rows(
            "SELECT MAX(term) FROM log WHERE number = {number: }", {"number": number}
        )
        return bool(found[0][0] != self._term)

    def _carry_out(self, record: Record) -> None:
        if record.removed is not None:
            carry_out_removal(record.removed, self._engine, version=self._number + 1)
        for workspace, keys in _grouped(record.unkeyed).items():
            self._engine.do(
                f"DELETE FROM {self._engine.changeable('daily')} WHERE workspace = {{workspace: }}"  # noqa: S608
                " AND person_key = '' AND anonymous_id IN {keys: }",
                {"workspace": workspace, "keys": keys},
            )
        for table in TABLES:
            if table.name in record.rows:
                rows = decoded_rows(table.name, record.rows[table.name])
                self._engine.insert(table, rows, token=f"{record.id}-{table.name}")

    def _note_progress(self, term: int) -> None:
        row = (1, self._number, term, self._seq)
        self._engine.insert(TABLE["progress"], [row], token=f"{self._number}-{term}-{uuid4().hex}")

    def _not_done(self) -> list[tuple[int, Record]]:
        """The records beyond what was done; of several with one number the latest leader's."""
        found = self._engine.rows(
            "SELECT number, argMax(payload, term) AS payload FROM log WHERE number > {number: }"
            " GROUP BY number ORDER BY number",
            {"number": self._number},
            as_bytes=("payload",),
        )
        return [(number, unpacked(payload)) for number, payload in found]

    def _last_term(self) -> int:
        return int(self._engine.rows("SELECT COALESCE(MAX(term), 0) FROM log")[0][0])

    def _last_seq(self) -> int:
        tables = ("event_rows", "quarantine_rows", "membership_rows")
        return max(
            int(self._engine.rows(f"SELECT COALESCE(MAX(seq), 0) FROM {table}")[0][0])  # noqa: S608
            for table in tables
        )

    # --- Care ---------------------------------------------------------------------------

    def _empty_log(self) -> None:
        """After a removal: what was written down, and the letters it came from, go too."""
        engine = self._engine
        done = [id_ for (id_,) in engine.rows("SELECT DISTINCT arrayJoin(consumed) FROM log")]
        for start in range(0, len(done), 1_000):
            engine.do(
                f"ALTER TABLE {engine.changeable('inbox')} DELETE WHERE id IN {{ids: }}",
                {"ids": done[start : start + 1_000]},
            )
        engine.do(f"TRUNCATE TABLE {engine.changeable('log')}")


def _owned(row: Row, owners: dict[Owned, list[str]]) -> Row:
    """A row of the roll-up, given to the person its anonymous id turned out to be."""
    workspace, day, account, person, anonymous, *rest = row
    owner = None if person else owners.get((workspace, anonymous))  # type: ignore[arg-type]
    if owner is None:
        return row
    return (workspace, day, account or owner[1], owner[0], "", *rest)


def _owned_by(row: Row) -> Owned:
    """The workspace and the anonymous id of a row of identity."""
    return cast(Owned, (row[1], row[2]))


def _answers(ids: Sequence[str], answers: Sequence[object]) -> list[Row]:
    return [
        (id_, msgspec.json.encode(answer).decode())
        for id_, answer in zip(ids, answers, strict=bool(ids))
        if id_
    ]


def _encoded(rows: dict[str, list[Row]]) -> dict[str, msgspec.Raw]:
    return {table: encoded_rows(table, some) for table, some in rows.items() if some}


def _grouped(keys: Iterable[Owned]) -> dict[WorkspaceKey, list[str]]:
    found: dict[WorkspaceKey, list[str]] = {}
    for workspace, key in keys:
        found.setdefault(workspace, []).append(key)
    return found

"""What a plan asks the engine, for many keys at once; the leader's own view of what it wrote."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any, Final, TypeVar

from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.store.clickhouse.engine import Engine
from vereda.events.store.planning import ANONYMOUS, Numbered, Owned, content_mark
from vereda.events.store.seen import MessageKey

TOGETHER: Final = 2_000
"""Keys in one question; they travel as a form field."""

Key = TypeVar("Key")


class EngineLookup:
    """The lookup of a plan (`planning.Lookup`)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def stored_messages(self, keys: Iterable[MessageKey]) -> dict[MessageKey, int]:
        """Those of the messages that are stored, with their content marks.

        A number of 63 bits leads to the event's own number, and that to the event itself,
        which decides: two steps by primary key, however many events there are.
        """
        wanted = set(keys)
        places = self._asked(
            "SELECT DISTINCT workspace, seq FROM message_rows WHERE number IN {keys: }",
            (message_number(key) for key in wanted),
        )
        by_workspace = _by_workspace(places)
        found: dict[MessageKey, int] = {}
        for workspace, numbers in by_workspace.items():
            for message, kind, name, properties in self._asked(
                "SELECT message_id, kind, name, properties FROM events"
                " WHERE workspace = {workspace: } AND seq IN {keys: }",
                numbers,
                workspace=workspace,
            ):
                key = (workspace, message)
                if key in wanted:
                    found[key] = content_mark(kind, name, properties)
        return found

    def links(self, keys: Iterable[Owned]) -> dict[Owned, str]:
        """The person an anonymous id belongs to now."""
        return {
            (workspace, anonymous): person
            for workspace, anonymous, person in self._owned(
                "SELECT anonymous_id, latest_person FROM identity"
                " WHERE workspace = {workspace: } AND anonymous_id IN {keys: }",
                keys,
            )
        }

    def identities(self, keys: Iterable[Owned]) -> dict[Owned, tuple[Any, ...]]:
        """The whole rows of anonymous ids that are linked."""
        return {
            (workspace, row[2]): row
            for workspace, *row_ in self._owned(
                "SELECT seq, workspace, anonymous_id, person_key, latest_person, account_key,"
                " linked_at FROM identity"
                " WHERE workspace = {workspace: } AND anonymous_id IN {keys: }",
                keys,
            )
            for row in [tuple(row_)]
        }

    def memberships(self, keys: Iterable[Owned]) -> dict[Owned, tuple[str, datetime]]:
        """The account a person, or an anonymous id, was last seen in."""
        people, anonymous = [], []
        for workspace, who in keys:
            if who.startswith(ANONYMOUS):
                anonymous.append((workspace, who.removeprefix(ANONYMOUS)))
            else:
                people.append((workspace, who))
        found: dict[Owned, tuple[str, datetime]] = {}
        for column, other, wanted, mark in (
            ("person_key", "", people, ""),
            ("anonymous_id", " AND person_key = ''", anonymous, ANONYMOUS),
        ):
            for workspace, who, account, since in self._owned(
                f"SELECT {column}, argMax(account_key, seq), argMax(since_at, seq)"  # noqa: S608 - our own words
                f" FROM membership_rows WHERE workspace = {{workspace: }}{other}"
                f" AND {column} IN {{keys: }} GROUP BY {column}",
                wanted,
            ):
                found[workspace, mark + who] = (account, since)
        return found

    def known_accounts(self, keys: Iterable[Owned]) -> set[Owned]:
        """Those of the accounts that were seen before."""
        return {
            (workspace, account)
            for workspace, account in self._owned(
                "SELECT DISTINCT account_key FROM account_rows"
                " WHERE workspace = {workspace: } AND account_key IN {keys: }",
                keys,
            )
        }

    def alias_counts(self, keys: Iterable[Owned]) -> dict[Owned, int]:
        """How many anonymous ids each person has."""
        return {
            (workspace, person): count
            for workspace, person, count in self._owned(
                "SELECT person_key, COUNT(*) FROM identity"
                " WHERE workspace = {workspace: } AND person_key IN {keys: } GROUP BY person_key",
                keys,
            )
        }

    def ended_items(self, keys: Iterable[Numbered]) -> set[Numbered]:
        """Those of the items in quarantine that have ended."""
        return {
            (workspace, item)
            for workspace, item in self._owned(
                "SELECT item_seq FROM endings"
                " WHERE workspace = {workspace: } AND item_seq IN {keys: }",
                keys,
            )
        }

    def unlinked_usage(self, keys: Iterable[Owned]) -> list[tuple[Any, ...]]:
        """The roll-up of anonymous ids that belong to nobody yet, one row for each key."""
        return [
            row
            for _, *rest in self._owned(
                "SELECT workspace, day, account_key, person_key, anonymous_id, name, kind,"
                " SUM(count), MIN(first_at), MAX(last_at) FROM daily"
                " WHERE workspace = {workspace: } AND person_key = '' AND anonymous_id IN {keys: }"
                " GROUP BY workspace, day, account_key, person_key, anonymous_id, name, kind",
                keys,
            )
            for row in [tuple(rest)]
        ]

    def _owned(self, statement: str, keys: Iterable[tuple[WorkspaceKey, Any]]) -> Iterator[Any]:
        """The rows of a statement about each workspace's keys, the workspace before them."""
        for workspace, wanted in _by_workspace(keys).items():
            for row in self._asked(statement, wanted, workspace=workspace):
                yield (workspace, *row)

    def _asked(
        self, statement: str, keys: Iterable[object], **values: object
    ) -> Iterator[tuple[Any, ...]]:
        for some in _in_pieces(keys):
            yield from self._engine.rows(statement, {**values, "keys": some})


def message_number(key: MessageKey) -> int:
    """A number of 63 bits by which a message is found; equal in every process."""
    workspace, message = key
    digest = blake2b(f"{workspace}\0{message}".encode(), digest_size=8)
    return int.from_bytes(digest.digest(), "big") >> 1


def _by_workspace(
    keys: Iterable[Sequence[Any]],
) -> Mapping[WorkspaceKey, list[Any]]:
    found: defaultdict[WorkspaceKey, list[Any]] = defaultdict(list)
    for workspace, key in keys:
        found[workspace].append(key)
    return found


def _in_pieces(keys: Iterable[Key]) -> Iterator[list[Key]]:
    rest = iter(keys)
    while some := list(islice(rest, TOGETHER)):
        yield some

"""The memory of message ids, so that an event sent twice is stored once.

A commit must not scan the window of days in which a client may send again. Three
steps from cheap to dear: the last few thousand ids are known exactly; older ones
leave a 32-bit mark in open-addressing tables (8 bytes an id, about one false
alarm in 10⁹); only a marked id is looked up in the file itself.
"""

from array import array
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from vereda.events.contracts.arriving import WorkspaceKey

WINDOW: Final = timedelta(days=30)
RECENT: Final = 50_000
SMALLEST: Final = 1 << 16
LARGEST: Final = 1 << 23

MessageKey = tuple[WorkspaceKey, str]


class Marks:
    """A set of 64-bit hashes that may, very rarely, claim to hold one it does not."""

    __slots__ = ("_mask", "_table", "count", "newest")

    def __init__(self, slots: int) -> None:
        self._table: array[int] = array("I", bytes(4 * slots))
        self._mask = slots - 1
        self.count = 0
        self.newest = date.min

    @property
    def full(self) -> bool:
        """Half full: probing stays short."""
        return self.count * 2 > self._mask

    @property
    def slots(self) -> int:
        """How many marks there is room for, twice what it will hold."""
        return self._mask + 1

    @property
    def room(self) -> int:
        """How many more it takes until it is full."""
        return self._mask // 2 + 1 - self.count

    def add_all(self, hashes: Collection[int]) -> None:
        """Remember them."""
        table, mask = self._table, self._mask
        for hashed in hashes:
            slot = hashed & mask
            while table[slot]:
                slot = (slot + 1) & mask
            table[slot] = (hashed >> 32) & 0xFFFFFFFF or 1
        self.count += len(hashes)

    def among(self, hashes: Iterable[int]) -> set[int]:
        """Those of them that are remembered, for all that the marks tell."""
        table, mask = self._table, self._mask
        among = set()
        for hashed in hashes:
            slot = hashed & mask
            while found := table[slot]:
                if found == ((hashed >> 32) & 0xFFFFFFFF or 1):
                    among.add(hashed)
                    break
                slot = (slot + 1) & mask
        return among


class MarkTables:
    """Marks that grow: each table is twice the one before, and whole tables are dropped."""

    __slots__ = ("_tables",)

    def __init__(self) -> None:
        self._tables = [Marks(SMALLEST)]

    def add_all(self, hashes: Sequence[int], *, on: date) -> None:
        """Remember messages that arrived on that day."""
        while hashes:
            newest = self._tables[-1]
            if newest.full:
                newest = Marks(min(newest.slots * 2, LARGEST))
                self._tables.append(newest)
            room = newest.room
            newest.add_all(hashes[:room])
            newest.newest = max(newest.newest, on)
            hashes = hashes[room:]

    def among(self, hashes: Iterable[int]) -> set[int]:
        """Those of them that one of the tables remembers."""
        return set().union(*(table.among(hashes) for table in self._tables))

    def join(self, older: "MarkTables") -> None:
        """Take in what another thread collected meanwhile."""
        self._tables = older._tables + self._tables

    def drop_older(self, *, than: date) -> None:
        """Free the tables whose messages all arrived before that day."""
        kept = [table for table in self._tables[:-1] if table.newest >= than]
        self._tables = [*kept, self._tables[-1]]


class Seen:
    """Which messages the store holds, as far as memory knows.

    Until `adopt` was called, every message not seen recently is doubtful: the file
    decides. `hash()` is keyed anew in each process, so nobody can aim at a collision.
    """

    def __init__(self) -> None:
        self._recent: OrderedDict[MessageKey, int] = OrderedDict()
        self._marks = MarkTables()
        self._complete = False

    def sort_out(self, keys: Iterable[MessageKey]) -> tuple[dict[MessageKey, int], set[MessageKey]]:
        """Messages stored a short while ago, with their content marks, and those about which
        the file must be asked; all others are certainly new."""
        recently = self._recent.get
        stored: dict[MessageKey, int] = {}
        older: list[MessageKey] = []
        for key in keys:
            content = recently(key)
            if content is None:
                older.append(key)
            else:
                stored[key] = content
        if not self._complete:
            return stored, set(older)
        hashes = list(map(hash, older))
        marked = self._marks.among(hashes)
        if not marked:
            return stored, set()
        return stored, {key for key, hashed in zip(older, hashes, strict=True) if hashed in marked}

    def remember(self, messages: Mapping[MessageKey, int], *, on: date) -> None:
        """These are durable now, with their content marks; `on` is the day they arrived."""
        recent = self._recent
        recent.update(messages)
        self._marks.add_all(list(map(hash, messages)), on=on)
        while len(recent) > RECENT:
            recent.popitem(last=False)

    def adopt(self, older: MarkTables) -> None:
        """What the file held when it was opened: from now on "certainly new" exists."""
        self._marks.join(older)
        self._complete = True

    def forget_recent(self) -> None:
        """After rows were removed: the file decides again."""
        self._recent.clear()

    def drop_older(self, *, than: date) -> None:
        """Free the memory of messages outside the window."""
        self._marks.drop_older(than=than)

"""The memory of message ids, so that an event sent twice is stored once.

A commit must not scan the window of days in which a client may send again. Three
steps from cheap to dear: the last few thousand ids are known exactly; older ones
leave a 32-bit mark in open-addressing tables (8 bytes an id, about one false
alarm in 10⁹); only a marked id is looked up in the file itself.
"""

from array import array
from collections import OrderedDict
from collections.abc import Iterable
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

    def add(self, hashed: int) -> None:
        """Remember it."""
        table, mask = self._table, self._mask
        mark = (hashed >> 32) & 0xFFFFFFFF or 1
        slot = hashed & mask
        while table[slot]:
            slot = (slot + 1) & mask
        table[slot] = mark
        self.count += 1

    def __contains__(self, hashed: int) -> bool:
        table, mask = self._table, self._mask
        mark = (hashed >> 32) & 0xFFFFFFFF or 1
        slot = hashed & mask
        while found := table[slot]:
            if found == mark:
                return True
            slot = (slot + 1) & mask
        return False


class MarkTables:
    """Marks that grow: each table is twice the one before, and whole tables are dropped."""

    __slots__ = ("_tables",)

    def __init__(self) -> None:
        self._tables = [Marks(SMALLEST)]

    def add(self, hashed: int, *, on: date) -> None:
        """Remember a message that arrived on that day."""
        newest = self._tables[-1]
        if newest.full:
            newest = Marks(min(newest.slots * 2, LARGEST))
            self._tables.append(newest)
        newest.add(hashed)
        newest.newest = max(newest.newest, on)

    def __contains__(self, hashed: int) -> bool:
        for table in self._tables:  # noqa: SIM110 - a generator here costs more than the search
            if hashed in table:
                return True
        return False

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
        recently, complete, marks = self._recent.get, self._complete, self._marks
        stored: dict[MessageKey, int] = {}
        doubtful: set[MessageKey] = set()
        for key in keys:
            content = recently(key)
            if content is not None:
                stored[key] = content
            elif not complete or hash(key) in marks:
                doubtful.add(key)
        return stored, doubtful

    def remember(self, messages: Iterable[tuple[MessageKey, int]], *, on: date) -> None:
        """These are durable now; `on` is the day they arrived."""
        recent, marks = self._recent, self._marks
        for key, content in messages:
            recent[key] = content
            marks.add(hash(key), on=on)
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

"""The inbox: letters from processes that do not lead. A letter is durable once it lies there.

Letters and the log lie in parts of one minute each. A minute whose letters were all carried
out is dropped whole, which costs the engine nothing.
"""

from collections.abc import Sequence
from typing import Final

from vereda.events.store.clickhouse.engine import Engine
from vereda.events.store.clickhouse.orders import Letter, opened_letter, sealed
from vereda.events.store.clickhouse.schema import TABLE
from vereda.foundation.ids import new_id

AT_ONCE: Final = 100
"""Letters read together."""

KEPT_MINUTES: Final = 10
"""So long letters and records lie at least, whatever clock another node has."""

WAITING: Final = (
    "SELECT id, payload FROM inbox WHERE id NOT IN (SELECT arrayJoin(consumed) FROM log)"
    " ORDER BY id LIMIT {limit: }"
)

DONE_LETTERS: Final = (
    "SELECT toUnixTimestamp(toStartOfMinute(written_at)) AS minute FROM inbox"
    " WHERE written_at < now() - INTERVAL {minutes: } MINUTE GROUP BY minute"
    " HAVING countIf(id NOT IN (SELECT arrayJoin(consumed) FROM log)) = 0 ORDER BY minute"
)

OLD_PARTS: Final = (
    "SELECT toUnixTimestamp(toStartOfMinute(written_at)) AS minute FROM {table}"
    " WHERE written_at < now() - INTERVAL {{minutes: }} MINUTE AND {which} GROUP BY minute"
    " ORDER BY minute"
)


class Inbox:
    """Letters that wait, the oldest first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, letter: Letter) -> None:
        """Durable when this returns."""
        id_ = new_id().hex
        self._engine.insert(TABLE["inbox"], [(id_, sealed(letter))], token=id_)

    def waiting(self) -> list[tuple[str, Letter]]:
        """The next letters that no record of the log has consumed, with their ids."""
        found = self._engine.rows(WAITING, {"limit": AT_ONCE}, as_bytes=("payload",))
        return [(id_, opened_letter(payload)) for id_, payload in found]

    def set_aside(self, id_: str, payload: bytes, *, why: str) -> None:
        """Keep what could not be carried out, where somebody can look at it."""
        self._engine.insert(TABLE["set_aside"], [(id_, payload, why)], token=f"{id_}-aside")

    def tidy(self, *, done: int) -> None:
        """Drop what was carried out, as far as record number `done`, and is old enough.

        Letters first: as long as a letter lies there, the record that consumed it does too.
        """
        engine, minutes = self._engine, {"minutes": KEPT_MINUTES}
        self._drop("inbox", [minute for (minute,) in engine.rows(DONE_LETTERS, minutes)])
        oldest = engine.rows("SELECT MIN(written_at) FROM inbox WHERE TRUE HAVING COUNT(*) > 0")
        for table, which in (("log", "number <= {done: }"), ("answers", "TRUE")):
            found = engine.rows(
                OLD_PARTS.format(table=table, which=which), {**minutes, "done": done}
            )
            before = oldest[0][0].timestamp() if oldest else float("inf")
            self._drop(table, [minute for (minute,) in found if minute + 60 <= before])

    def _drop(self, table: str, minutes: Sequence[int]) -> None:
        for minute in minutes:
            self._engine.do(
                f"ALTER TABLE {self._engine.changeable(table)}"
                f" DROP PARTITION toDateTime({int(minute)})"
            )

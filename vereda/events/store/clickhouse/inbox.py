"""The inbox: letters from processes that do not lead. A letter is durable once it lies there.

Letters and the log lie in parts of one minute each. A minute whose letters were all carried
out is dropped whole, which costs the engine nothing.
"""

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
    "SELECT _partition_id AS part FROM inbox GROUP BY part"
    " HAVING MAX(written_at) < now() - INTERVAL {minutes: } MINUTE"
    " AND countIf(id NOT IN (SELECT arrayJoin(consumed) FROM log)) = 0 ORDER BY part"
)

DONE_RECORDS: Final = (
    "SELECT _partition_id AS part FROM log GROUP BY part"
    " HAVING MAX(written_at) < now() - INTERVAL {minutes: } MINUTE AND MAX(number) <= {done: }"
    " AND MAX(written_at) < (SELECT if(COUNT(*) = 0, now() + 1000, MIN(written_at)) FROM inbox)"
    " ORDER BY part"
)

OLD_ANSWERS: Final = (
    "SELECT _partition_id AS part FROM answers GROUP BY part"
    " HAVING MAX(written_at) < now() - INTERVAL {minutes: } MINUTE ORDER BY part"
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
        given = {"minutes": KEPT_MINUTES, "done": done}
        for table, statement in (
            ("inbox", DONE_LETTERS),
            ("log", DONE_RECORDS),
            ("answers", OLD_ANSWERS),
        ):
            for (part,) in self._engine.rows(statement, given):
                self._engine.do(
                    f"ALTER TABLE {self._engine.changeable(table)} DROP PARTITION ID {{part: }}",
                    {"part": part},
                )

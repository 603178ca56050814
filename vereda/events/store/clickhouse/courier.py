"""The one thread of a process that tells the store: it leads, or hands over to who leads.

Requests hand in an order and sleep. The thread takes everything that waits at once. Where
this process leads, it plans and writes it, after the letters of others, and every answer is
exact. Where another leads, it puts one letter into the inbox, which is durable, and that is
the answer: what turns out to be a repetition is counted later. Removals and repairs wait
until the leader says what became of them.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from vereda.events.contracts.arriving import Receipt, Severity, Submission, WorkspaceKey
from vereda.events.contracts.store import StoreUnavailable
from vereda.events.store.clickhouse.engine import Engine
from vereda.events.store.clickhouse.inbox import Inbox
from vereda.events.store.clickhouse.leading import Lease
from vereda.events.store.clickhouse.orders import Letter, Order, Removal, Store, sealed
from vereda.events.store.clickhouse.planner import Planner
from vereda.foundation.ids import new_id

log = logging.getLogger(__name__)

MOST_WAITING: Final = 100_000
"""Rows in the queue; more are refused with "try again"."""

MOST_TOGETHER: Final = 20_000
"""Rows in one commit, unless one submission is larger."""

PATIENCE: Final = 25.0
"""Seconds a request waits before it is told to try again."""

PATIENCE_FOR_REMOVALS: Final = 600.0
"""A removal rewrites what it touches."""

LOOK_EVERY: Final = 0.2
"""Seconds between two looks for letters, and for an answer of the leader's."""

TIDY_EVERY: Final = 60.0


class _Waiting:
    """An order on its way; `handed_over` once it lies in the inbox."""

    __slots__ = ("answer", "done", "error", "handed_over", "id", "order")

    def __init__(self, order: Order) -> None:
        self.order = order
        self.id = new_id().hex
        self.done = threading.Event()
        self.answer: object = None
        self.error: BaseException | None = None
        self.handed_over = False

    @property
    def size(self) -> int:
        return self.order.rows if isinstance(self.order, Store) else 1

    @property
    def awaits_leader(self) -> bool:
        return not isinstance(self.order, Store) or bool(self.order.submission.replays)

    def end(self, answer: object = None, error: BaseException | None = None) -> None:
        self.answer, self.error = answer, error
        self.done.set()


class Courier:
    """Takes orders from every thread of a process and sees that they are carried out."""

    def __init__(
        self,
        engine: Engine,
        *,
        lease: Lease,
        on_commit: Callable[[Iterable[WorkspaceKey]], None],
    ) -> None:
        self._engine = engine
        self._lease = lease
        self._on_commit = on_commit
        self._planner = Planner(engine, still_leading=lease.held)
        self._inbox = Inbox(engine)
        self._queue: deque[_Waiting] = deque()
        self._waiting_rows = 0
        self._changed = threading.Condition()
        self._closing = False
        self._looked_at = self._tidied_at = float("-inf")
        self._thread = threading.Thread(target=self._work, name="event-courier", daemon=True)
        self._thread.start()

    # --- Called by other threads ----------------------------------------------------

    def store(self, submission: Submission) -> Receipt:
        """The receipt, once it is durable; exact where this process leads."""
        waiting = self._through(Store(submission), patience=PATIENCE)
        if waiting.handed_over and not waiting.awaits_leader:
            return _receipt_of_inbox(submission)
        return msgspec.convert(self._answer(waiting, PATIENCE), Receipt, from_attributes=True)

    def remove(self, removal: Removal) -> int:
        """How many events went, once they are gone."""
        waiting = self._through(removal, patience=PATIENCE_FOR_REMOVALS)
        return msgspec.convert(self._answer(waiting, PATIENCE_FOR_REMOVALS), int)

    def close(self) -> None:
        """Carry out what waits, then let another process lead."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()

    def _through(self, order: Order, *, patience: float) -> _Waiting:
        waiting = _Waiting(order)
        with self._changed:
            if self._closing:
                raise StoreUnavailable("the store is closing")
            if self._waiting_rows and self._waiting_rows + waiting.size > MOST_WAITING:
                raise StoreUnavailable("too much is waiting to be stored")
            self._queue.append(waiting)
            self._waiting_rows += waiting.size
            self._changed.notify()
        if not waiting.done.wait(patience):
            raise StoreUnavailable("ClickHouse is too slow")
        if waiting.error is not None:
            raise waiting.error
        return waiting

    def _answer(self, waiting: _Waiting, patience: float) -> object:
        """What the leader says about an order that was handed over."""
        if not waiting.handed_over:
            return waiting.answer
        until = time.monotonic() + patience
        while time.monotonic() < until:
            found = self._engine.rows(
                "SELECT answer FROM answers WHERE id = {id: }", {"id": waiting.id}
            )
            if found:
                return msgspec.json.decode(found[0][0])
            time.sleep(LOOK_EVERY)
        raise StoreUnavailable("it will be carried out when a process leads again")

    # --- The thread -----------------------------------------------------------------

    def _work(self) -> None:
        while (batch := self._next_batch()) is not None:
            try:
                self._do(batch)
            except Exception as error:  # noqa: BLE001 - whoever waits hears of it
                self._planner.forget()
                self._fail(batch, error)
        self._lease.release()

    def _next_batch(self) -> list[_Waiting] | None:
        """All that waits together, or one removal; [] after a while, None when it closes."""
        with self._changed:
            if not self._queue:
                if self._closing:
                    return None
                self._changed.wait(LOOK_EVERY)
            if not self._queue:
                return []
            batch = [self._queue.popleft()]
            size = batch[0].size
            while (
                isinstance(batch[0].order, Store)
                and self._queue
                and isinstance(self._queue[0].order, Store)
                and size + self._queue[0].size <= MOST_TOGETHER
            ):
                batch.append(self._queue.popleft())
                size += batch[-1].size
            self._waiting_rows -= size
            return batch

    def _do(self, batch: list[_Waiting]) -> None:
        if self._lease.held():
            self._planner.get_ready()
            self._look_into_inbox()
            self._carry_out(batch)
        else:
            self._planner.forget()
            self._hand_over(batch)

    def _fail(self, batch: list[_Waiting], error: Exception) -> None:
        known = isinstance(error, StoreUnavailable)
        log.log(
            logging.WARNING if known else logging.ERROR,
            "Events could not be stored just now: %s",
            error,
            exc_info=None if known else error,
        )
        for waiting in batch:
            if not waiting.done.is_set():
                waiting.end(error=error if known else StoreUnavailable("it could not be stored"))
        if not batch:
            time.sleep(LOOK_EVERY)

    # --- Leading --------------------------------------------------------------------

    def _carry_out(self, batch: list[_Waiting]) -> None:
        if not batch:
            return
        first = batch[0].order
        if not isinstance(first, Store):
            batch[0].end(self._planner.remove(first))
            return
        submissions = [one.order.submission for one in batch if isinstance(one.order, Store)]
        try:
            receipts = self._store(submissions)
        except StoreUnavailable:
            raise
        except Exception as error:
            if len(batch) == 1:
                raise
            log.info("Of several submissions one cannot be stored (%s): each by itself", error)
            self._each_by_itself(batch)
            return
        for waiting, receipt in zip(batch, receipts, strict=True):
            waiting.end(receipt)

    def _each_by_itself(self, batch: list[_Waiting]) -> None:
        """One submission must not take down its neighbours."""
        for waiting in batch:
            try:
                self._planner.get_ready()
                self._carry_out([waiting])
            except Exception as error:  # noqa: BLE001 - who waits hears of it
                self._fail([waiting], error)

    def _store(
        self,
        submissions: Sequence[Submission],
        *,
        consumed: Sequence[str] = (),
        answered: Sequence[str] = (),
    ) -> list[Receipt]:
        receipts, workspaces = self._planner.store(
            submissions, consumed=consumed, answered=answered
        )
        self._on_commit(workspaces)
        return receipts

    def _look_into_inbox(self) -> None:
        """Carry out the letters that wait, when it is time to look again."""
        if time.monotonic() - self._looked_at < LOOK_EVERY:
            return
        while letters := self._inbox.waiting():
            for some in together(letters):
                self._open_together(some)
        self._looked_at = time.monotonic()
        if self._looked_at - self._tidied_at > TIDY_EVERY:
            self._inbox.tidy(done=self._planner.done)
            self._tidied_at = self._looked_at

    def _open_together(self, letters: Sequence[tuple[str, Letter]]) -> None:
        """Letters that only store are one commit; a removal stands alone."""
        id_, letter = letters[0]
        first = letter.orders[0]
        if not isinstance(first, Store):
            self._planner.remove(first, consumed=[id_], answered=letter.answered)
            return
        try:
            self._store(
                [submission for _, one in letters for submission in submissions_in(one)],
                consumed=[id_ for id_, _ in letters],
                answered=[answered for _, one in letters for answered in one.answered],
            )
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("Of some letters one cannot be carried out: each submission by itself")
            for id_, letter in letters:
                self._open_by_pieces(id_, letter)

    def _open_by_pieces(self, id_: str, letter: Letter) -> None:
        """Store what can be stored; what cannot is set aside. The letter ends with the last."""
        for place, order in enumerate(letter.orders):
            piece = Letter([order], [letter.answered[place]])
            self._planner.get_ready()
            try:
                if isinstance(order, Store):
                    self._store([order.submission], answered=piece.answered)
            except StoreUnavailable:
                raise
            except Exception as error:
                log.exception("A submission was set aside; see the table set_aside")
                self._inbox.set_aside(f"{id_}-{place}", sealed(piece), why=repr(error))
        self._planner.get_ready()
        self._planner.store([], consumed=[id_])

    # --- Handing over ---------------------------------------------------------------

    def _hand_over(self, batch: list[_Waiting]) -> None:
        if not batch:
            return
        letter = Letter(
            [one.order for one in batch],
            [one.id if one.awaits_leader else "" for one in batch],
        )
        try:
            self._inbox.put(letter)
        except OverflowError:
            if len(batch) == 1:
                raise
            for one in batch:
                self._hand_over_alone(one)
            return
        for one in batch:
            one.handed_over = True
            one.end()

    def _hand_over_alone(self, one: _Waiting) -> None:
        """A number that no message can carry costs only who sent it."""
        try:
            self._hand_over([one])
        except Exception as error:  # noqa: BLE001 - who waits hears of it
            self._fail([one], error)


def submissions_in(letter: Letter) -> list[Submission]:
    """What a letter stores."""
    return [order.submission for order in letter.orders if isinstance(order, Store)]


def together(letters: Iterable[tuple[str, Letter]]) -> Iterator[list[tuple[str, Letter]]]:
    """The letters in their order, as many at a time as make one commit."""
    some: list[tuple[str, Letter]] = []
    rows = 0
    for id_, letter in letters:
        weight = sum(order.rows for order in letter.orders if isinstance(order, Store))
        if some and (not weight or not rows or rows + weight > MOST_TOGETHER):
            yield some
            some, rows = [], 0
        some.append((id_, letter))
        rows += weight
    if some:
        yield some


def _receipt_of_inbox(submission: Submission) -> Receipt:
    """What is certain before the leader looked: everything is kept, repetitions included."""
    refused = sum(one.severity is Severity.REFUSED for one in submission.refusals)
    return Receipt(stored=len(submission.events), deduplicated=0, quarantined=refused)

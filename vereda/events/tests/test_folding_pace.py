"""How often is folded: at once after a quiet moment, seldom while events keep coming."""

import pytest

from vereda.events import folding
from vereda.events.store.current import committed


class Nap:
    """Stands for the end of the process: remembers how long it was waited for."""

    def __init__(self, *, rounds: int) -> None:
        self.waited: list[float] = []
        self._rounds = rounds

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)

    def is_set(self) -> bool:
        return len(self.waited) >= self._rounds


@pytest.mark.django_db
def test_the_first_event_is_told_at_once_and_more_of_them_together(monkeypatch):
    steps = iter([0, 1, 2, 1, 0, 1])
    nap = Nap(rounds=6)
    monkeypatch.setattr(folding, "_stop", nap)
    monkeypatch.setattr(folding, "fold_everything", lambda: next(steps))
    monkeypatch.setattr(committed, "wait", lambda _: True)

    folding._keep_folding()

    soon, seldom = folding.AT_MOST_EVERY, folding.WHILE_MORE_COME
    assert soon < seldom
    assert nap.waited == [soon, soon, seldom, seldom, seldom, soon]

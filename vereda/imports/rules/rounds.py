"""Rows in rounds: no round holds two rows with the same key, and each key's order is kept."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

Thing = TypeVar("Thing")


def rounds_of(things: Iterable[Thing], *, key: Callable[[Thing], Hashable]) -> list[list[Thing]]:
    """The first thing of every key, then the second of every key that has one, and so on."""
    rounds: list[list[Thing]] = []
    seen: dict[Hashable, int] = {}
    for thing in things:
        turn = seen.get(key(thing), 0)
        seen[key(thing)] = turn + 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(thing)
    return rounds


def chunks_of(things: Iterable[Thing], *, size: int) -> Iterator[list[Thing]]:
    """The things, some at a time."""
    iterator = iter(things)
    while chunk := list(islice(iterator, size)):
        yield chunk

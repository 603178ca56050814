"""Audiences that ask for other audiences: who asks for whom, in no circle and not too deep."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from vereda.audiences.contracts import ACCOUNT_INSIDE, DEEPEST, INSIDE

Asking: TypeAlias = Mapping[str, Collection[str]]
"""For each audience, by its short name, those it asks for."""


def asked_for(content: object) -> frozenset[str]:
    """The short names of the audiences that stored JSON asks for, even if it can ask no more."""
    return frozenset(_names_in(content, left=DEEPEST + 1))


def _names_in(content: object, *, left: int) -> Iterator[str]:
    if not isinstance(content, dict) or not left:
        return
    if content.get("field") in (INSIDE, ACCOUNT_INSIDE):
        yield from (each for each in _listed(content.get("value")) if isinstance(each, str))
    for rule in _listed(content.get("rules")):
        yield from _names_in(rule, left=left - 1)


def _listed(content: object) -> list[object]:
    return content if isinstance(content, list) else [content]


def circle_from(start: str, asking: Asking) -> tuple[str, ...]:
    """The way from an audience through those it asks for back to itself; () where there is none.

    The shortest there is, without the start at its end.
    """
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while ways:
        further: list[tuple[str, ...]] = []
        for way in ways:
            for name in sorted(asking.get(way[-1], ())):
                if name == start:
                    return way
                if name not in seen:
                    seen.add(name)
                    further.append((*way, name))
        ways = further
    return ()


def standing_levels(asking: Asking) -> int:
    """How many audiences stand on one another at most; only where there is no circle."""
    known: dict[str, int] = {}

    def level(name: str) -> int:
        if name not in known:
            known[name] = 1 + max((level(each) for each in asking.get(name, ())), default=0)
        return known[name]

    return max((level(name) for name in asking), default=0)

"""Facts: news that travels upward.

An action announces a frozen dataclass; each reaction that `config/wiring.py` lists for it becomes a
row of the task table in the same transaction. The queue is the outbox: a rollback removes the news,
a crash after the commit does not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from itertools import islice
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from vereda.foundation.tasks import task

Reaction: TypeAlias = Callable[[Any], None]
Joining: TypeAlias = Callable[[Sequence[Any]], Iterable[object]]
"""Several facts of one kind as few facts that say the same of many."""

_listeners: list[Callable[[object], None]] = []
_gathered: ContextVar[dict[type, list[object]] | None] = ContextVar("gathered", default=None)


class NotInTransaction(Exception):
    """A fact announced outside a transaction could be told although its change was undone."""


def announce(fact: object) -> None:
    """Tell everybody whom the wiring names, after and only if this transaction commits."""
    if not connection.in_atomic_block:
        raise NotInTransaction(type(fact).__name__)
    gathered = _gathered.get()
    if gathered is not None and type(fact) in gathered:
        gathered[type(fact)].append(fact)
        return
    for listener in _listeners:
        listener(fact)
    for reaction in reactions_to(type(fact)):
        deliver_fact.enqueue(path_of(reaction), path_of(type(fact)), msgspec.to_builtins(fact))


@contextmanager
def told_together(ways: Mapping[type, Joining]) -> Iterator[None]:
    """Facts of these kinds are announced at the end, joined, rather than one by one.

    Only for a load that is taken back as a whole when it fails: what was gathered is lost with it,
    while a fact is otherwise kept by the transaction of its change.
    """
    gathered: dict[type, list[object]] = {kind: [] for kind in ways}
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
    with transaction.atomic():
        for kind, facts in gathered.items():
            for fact in ways[kind](facts) if facts else ():
                announce(fact)


def parts_told(
    told: Iterable[tuple[UUID, Iterable[UUID]]], *, most: int = 1_000
) -> Iterator[tuple[UUID, tuple[UUID, ...]]]:
    """Ids by their workspace, each once, in parts of at most so many."""
    held: dict[UUID, dict[UUID, None]] = {}
    for workspace_id, ids in told:
        held.setdefault(workspace_id, {}).update(dict.fromkeys(ids))
    for workspace_id, once in held.items():
        rest = iter(once)
        while part := tuple(islice(rest, most)):
            yield workspace_id, part


def reactions_to(kind: type) -> Iterable[Reaction]:
    """The reactions that the wiring lists for a kind of fact, in their order."""
    reactions: dict[type, list[Reaction]] = import_module(settings.VEREDA_WIRING).REACTIONS
    return reactions.get(kind, [])


@task()
def deliver_fact(reaction: str, kind: str, content: dict[str, Any]) -> None:
    """Let one reaction hear one fact. At least once: reactions are idempotent."""
    fact = msgspec.convert(content, import_string(kind))
    import_string(reaction)(fact)


def path_of(thing: Callable[..., Any]) -> str:
    """The dotted path by which `thing` is imported again."""
    return f"{thing.__module__}.{thing.__qualname__}"


def listen(listener: Callable[[object], None]) -> Callable[[], None]:
    """Call `listener` for each fact announced in this process; the answer ends it. For tests."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)

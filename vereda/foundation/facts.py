"""Facts: news that travels upward.

An action announces a frozen dataclass; each reaction that `config/wiring.py` lists for it becomes a
row of the task table in the same transaction. The queue is the outbox: a rollback removes the news,
a crash after the commit does not.
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, TypeAlias

import msgspec
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from vereda.foundation.tasks import task

Reaction: TypeAlias = Callable[[Any], None]

_listeners: list[Callable[[object], None]] = []


class NotInTransaction(Exception):
    """A fact announced outside a transaction could be told although its change was undone."""


def announce(fact: object) -> None:
    """Tell everybody whom the wiring names, after and only if this transaction commits."""
    if not connection.in_atomic_block:
        raise NotInTransaction(type(fact).__name__)
    for listener in _listeners:
        listener(fact)
    for reaction in reactions_to(type(fact)):
        deliver_fact.enqueue(path_of(reaction), path_of(type(fact)), msgspec.to_builtins(fact))


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

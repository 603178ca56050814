"""Moving the event store of this installation into ClickHouse."""

import sys
from uuid import uuid4

from django.conf import settings

from vereda.events.contracts.store import StoreUnavailable
from vereda.events.store.clickhouse.engine import Address, clickhouse_address, connected
from vereda.events.store.clickhouse.moving import Move, Moved
from vereda.events.store.current import event_store
from vereda.events.store.opening import SharedStore
from vereda.foundation.errors import Refused

FINISHED, IN_STEP = 0, 3
MARK = "events.moving"


def move_events_to(url: str) -> int:
    """Copy everything, compare, and say what to do next; answers the exit code."""
    address = clickhouse_at(url)
    store = event_store()
    if not isinstance(store, SharedStore):
        raise Refused("VEREDA_EVENTS_URL names no file; there is nothing to move")
    try:
        engine = connected(address)
    except StoreUnavailable as error:
        raise Refused(str(error)) from error
    try:
        moved = Move(
            store.protocol,
            engine,
            installation=installation_mark(),
            folder=settings.HOME,
            say=say,
        ).run(is_stopped=store.owned)
    except StoreUnavailable as error:
        raise Refused(f"{error}. Run the command again; it goes on where it was.") from error
    finally:
        engine.close()
    return tell_next_step(moved, address)


def clickhouse_at(url: str) -> Address:
    """The parts of the URL, or a sentence that does not repeat its password."""
    try:
        return clickhouse_address(url)
    except ValueError as error:
        raise Refused(f"--to cannot be read: {error}") from error


def installation_mark() -> str:
    """A word by which a copy is known to be this installation's."""
    path = settings.HOME / MARK
    if not path.exists():
        path.write_text(uuid4().hex, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def tell_next_step(moved: Moved, address: Address) -> int:
    """What to do now."""
    say(f"{moved.events:,} events were copied to {address.shown}")
    if not moved.finished:
        say(
            "Vereda is still running and takes events. Stop it, and run the same command again:"
            " only what came since is copied."
        )
        return IN_STEP
    say(
        "Everything is there. Set VEREDA_EVENTS_URL to that address, start Vereda, and keep the"
        " old file until you are sure."
    )
    return FINISHED


def say(sentence: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()

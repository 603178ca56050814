from collections.abc import Iterator

import pytest

from vereda.events.contracts.store import EventStore
from vereda.events.store.current import another_store
from vereda.events.store.duckdb import DuckStore
from vereda.foundation.testing import NOON
from vereda.sample.contracts import LoadedSample
from vereda.sample.testing import a_small_sample


@pytest.fixture
def store() -> Iterator[EventStore]:
    """An event store of this test alone, in memory."""
    store = DuckStore(":memory:")
    with another_store(store):
        yield store
    store.close()


@pytest.fixture
def small(db: None, store: EventStore) -> LoadedSample:
    """A sample with a tenth of its customers."""
    return a_small_sample(now=NOON)

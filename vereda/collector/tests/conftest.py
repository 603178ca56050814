import pytest

from vereda.collector.testing import Poster
from vereda.events.store.duckdb import IN_MEMORY, DuckStore


@pytest.fixture
def store():
    broken: list[BaseException] = []
    made = DuckStore(IN_MEMORY, on_broken=broken.append)
    yield made
    made.close()
    assert broken == []


@pytest.fixture
def collector(store):
    return Poster(store)

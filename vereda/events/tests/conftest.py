import pytest

from vereda.events.store.duckdb import IN_MEMORY, DuckStore


@pytest.fixture
def store():
    """An empty store; a broken disk fails the test instead of ending it."""
    broken: list[BaseException] = []
    made = DuckStore(IN_MEMORY, on_broken=broken.append)
    yield made
    made.close()
    assert broken == []

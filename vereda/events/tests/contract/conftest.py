import pytest

from vereda.events.tests.contract.engines import ENGINES

ALWAYS_SERVED = ("test_store", "test_leading", "test_moving")
"""Files whose cases reach the server in every run; of the others, it is asked in the slow one."""


def pytest_collection_modifyitems(items):
    for item in items:
        engine = getattr(item, "callspec", None) and item.callspec.params.get("store")
        if engine == "server" and item.path.stem not in ALWAYS_SERVED:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(params=ENGINES)
def store(request):
    """An empty store of each engine."""
    with ENGINES[request.param]() as made:
        yield made

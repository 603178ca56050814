import pytest

from vereda.events.tests.contract.engines import ENGINES


@pytest.fixture(params=ENGINES)
def store(request):
    """An empty store of each engine."""
    with ENGINES[request.param]() as made:
        yield made

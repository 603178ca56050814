import pytest

from vereda.customers.actions.accounts import add_account
from vereda.foundation.testing import MORNING


@pytest.fixture
def cantera(acme):
    """An account of acme."""
    return add_account(
        acme.workspace, name="Cantera Logística", external_id="crm-1", by=None, now=MORNING
    )

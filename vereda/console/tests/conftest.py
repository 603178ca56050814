import pytest

from vereda.customers.testing import an_account


@pytest.fixture
def some(acme):
    """Three accounts of acme."""
    return [
        an_account(acme, name="Acuario Textil", stage="adoption", owner_id=acme.member.pk),
        an_account(acme, name="Bodegas Arlanza", stage="value", next_step="Find who decides"),
        an_account(acme, name="Cantera Logística", stage="adoption", country="Spain"),
    ]

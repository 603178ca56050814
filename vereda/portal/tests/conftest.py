"""A customer and somebody there, who visits the portal."""

import pytest

from vereda.customers.testing import a_person, an_account


@pytest.fixture
def account(acme):
    """A customer."""
    return an_account(acme, name="Muebles Mara")


@pytest.fixture
def mara(acme, account):
    """Somebody there; the only person whom we know."""
    return a_person(acme, name="Mara", email="mara@muebles.example", account=account)

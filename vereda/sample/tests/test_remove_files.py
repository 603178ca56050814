import io

import pytest
from django.db import transaction

from vereda.customers.actions.files import add_file
from vereda.customers.queries.files import place_of_file
from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.workspaces import erase_workspace

PDF = b"%PDF-1.4\nwhat was agreed\n%%EOF\n"


@pytest.fixture
def kept(acme):
    """Where the bytes of a file of acme lie."""
    account = an_account(acme)
    file = add_file(account, name="agreed.pdf", content=io.BytesIO(PDF), by=acme.owner, now=MORNING)
    return place_of_file(file)


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_files_go_with_the_workspace(acme, kept):
    erase_workspace(acme.workspace)

    assert not kept.exists()


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_failed_leaves_the_bytes(acme, kept):
    def fail():
        with transaction.atomic():
            erase_workspace(acme.workspace)
            raise ValueError("changed its mind")

    with pytest.raises(ValueError, match="changed"):
        fail()

    assert kept.read_bytes() == PDF

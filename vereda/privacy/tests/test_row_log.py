from pathlib import Path

import pytest
from django.db import connection

from vereda.customers.testing import a_person
from vereda.foundation.testing import MORNING
from vereda.privacy.actions.requests import erase_person
from vereda.privacy.actions.row_log import empty_row_log

CANARY = "zyxwvana7c41"


def files_of_rows():
    path = Path(connection.settings_dict["NAME"])
    return [file for file in path.parent.glob(f"{path.name}*") if file.is_file()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL leaves it to its vacuum")
def test_an_erasure_leaves_no_byte_in_the_file_of_rows_nor_in_its_log(acme, facts):
    person = a_person(acme, name=CANARY, email=f"{CANARY}@cafes.example", preferences=CANARY)
    assert [one for one in files_of_rows() if CANARY.encode() in one.read_bytes().lower()]

    erase_person(person, by=acme.owner, now=MORNING)
    facts.deliver()

    assert [one for one in files_of_rows() if CANARY.encode() in one.read_bytes().lower()] == []


@pytest.mark.django_db
def test_within_a_transaction_it_waits_for_the_night(acme):
    assert empty_row_log() is False

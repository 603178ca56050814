"""Two who change the same thing at once: the second sees what the first did (A09)."""

import pytest

from vereda.customers.models.accounts import Account
from vereda.customers.models.notes import Note
from vereda.customers.models.people import Person
from vereda.customers.testing import a_note, a_person, an_account

pytestmark = pytest.mark.django_db


def hidden_and_shown(client, url):
    """What the form of that page would send as it stands."""
    form = client.get(url).context["form"]
    return {
        name: value
        for name in form.fields
        if (value := form[name].value()) not in (None, "", False, [])
    }


def both_edit(client_of, company, url, *, first, second):
    """Two members open the same form; each then sends it changed. The answer to the second."""
    one, other = client_of(company.member), client_of(company.admin)
    seen = [hidden_and_shown(client, url) for client in (one, other)]
    one.post(url, {**seen[0], **first})
    return other.post(url, {**seen[1], **second})


def test_a09_the_second_to_edit_an_account_sees_what_the_first_did(acme, client_of):
    account = an_account(acme, name="Cantera")
    url = f"/w/acme/accounts/{account.key}/edit/"

    answer = both_edit(client_of, acme, url, first={"name": "First"}, second={"name": "Second"})

    assert answer.status_code == 409
    assert "First" in answer.content.decode()
    assert Account.objects.of(acme.workspace).get().name == "First"


def test_a09_the_second_to_edit_a_person_sees_what_the_first_did(acme, client_of):
    person = a_person(acme, name="Lucía")
    url = f"/w/acme/people/{person.key}/edit/"

    answer = both_edit(client_of, acme, url, first={"phone": "111"}, second={"phone": "222"})

    assert answer.status_code == 409
    assert "111" in answer.content.decode()
    assert Person.objects.of(acme.workspace).get().phone == "111"


def test_a09_the_second_to_edit_a_note_sees_what_the_first_did(acme, client_of):
    note = a_note(an_account(acme, name="Cantera"), body="Before", by=acme.member)
    url = f"/w/acme/accounts/{note.account.key}/notes/{note.pk}/edit/"

    answer = both_edit(client_of, acme, url, first={"body": "First"}, second={"body": "Second"})

    assert answer.status_code == 409
    assert Note.objects.of(acme.workspace).get().body == "First"


def test_a09_different_cells_of_one_account_do_not_stand_in_each_others_way(acme, client_of):
    account = an_account(acme, name="Cantera")
    cells = f"/w/acme/accounts/{account.key}/cells"
    one, other = client_of(acme.member), client_of(acme.admin)
    for client, name in ((one, "next_step"), (other, "stage")):
        client.get(f"{cells}/{name}/")

    one.post(f"{cells}/next_step/", {"value": "Call", "was": ""})
    other.post(f"{cells}/stage/", {"value": "adoption", "was": account.stage})

    row = Account.objects.of(acme.workspace).get()
    assert (row.next_step, row.stage) == ("Call", "adoption")

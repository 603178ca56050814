"""Two who change the same thing at once: the second sees what the first did (A09)."""

import pytest

from vereda.customers.models.accounts import Account
from vereda.customers.models.notes import Note
from vereda.customers.models.people import Person
from vereda.customers.testing import a_note, a_person, an_account
from vereda.revenue.models import Subscription
from vereda.revenue.testing import a_subscription
from vereda.support.models.tickets import Ticket
from vereda.support.testing import a_ticket
from vereda.workspaces.testing import a_program

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


def test_a09_the_second_to_edit_a_ticket_is_told(acme, client_of):
    ticket = a_ticket(an_account(acme, name="Cantera"), subject="Before")
    url = f"/w/acme/tickets/{ticket.key}/edit/"

    answer = both_edit(
        client_of, acme, url, first={"subject": "First"}, second={"subject": "Second"}
    )

    assert answer.status_code == 409
    assert "Somebody changed T-1 while you had it open." in answer.content.decode()
    assert Ticket.objects.of(acme.workspace).get().subject == "First"


def test_a09_a_ticket_that_was_resolved_meanwhile_is_not_opened_again(acme, client_of):
    ticket = a_ticket(an_account(acme, name="Cantera"), subject="Before")
    url = f"/w/acme/tickets/{ticket.key}/edit/"
    one, other = client_of(acme.member), client_of(acme.admin)
    seen = hidden_and_shown(one, url)

    other.post(f"/w/acme/tickets/{ticket.key}/resolve/")
    answer = one.post(url, {**seen, "subject": "After"})

    row = Ticket.objects.of(acme.workspace).get()
    assert (answer.status_code, row.subject, row.state) == (409, "Before", "resolved")


def test_a09_the_second_to_change_terms_is_told(acme, client_of):
    row = a_subscription(an_account(acme, name="Cantera"), plan="Before")
    url = f"/w/acme/subscriptions/{row.key}/"
    same_day = {"from_on": row.started_on.isoformat()}

    answer = both_edit(
        client_of,
        acme,
        url,
        first={**same_day, "plan": "First"},
        second={**same_day, "plan": "Second"},
    )

    assert answer.status_code == 409
    assert Subscription.objects.of(acme.workspace).get().plan == "First"


@pytest.mark.parametrize("kind", ["tickets", "subscriptions"])
def test_a09_a_program_with_a_stale_version_changes_nothing(acme, kind):
    account = an_account(acme, name="Cantera")
    row = a_ticket(account) if kind == "tickets" else a_subscription(account)
    word = {"tickets": "subject", "subscriptions": "plan"}[kind]
    program = a_program(acme.owner)
    path = f"/{kind}/{row.key}"
    read = program.get(path).headers["ETag"]

    first = program.patch(path, {word: "First"}, **{"If-Match": read})
    second = program.patch(path, {word: "Second"}, **{"If-Match": read})
    again = program.get(path)

    assert (first.status_code, second.status_code) == (200, 412)
    assert (again.json()[word], again.headers["ETag"] != read) == ("First", True)

import pytest

from vereda.customers.models.people import Person
from vereda.customers.testing import a_person

PASSWORD = "correct horse battery staple"
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("verb", ["export", "erase"])
def test_a_browser_left_open_neither_takes_a_copy_nor_erases(acme, client_of, verb):
    person = a_person(acme)
    acme.admin.user.set_password(PASSWORD)
    acme.admin.user.save()

    answer = client_of(acme.admin).post(
        f"/w/acme/people/{person.key}/privacy/{verb}/", {"key": person.key}
    )

    assert answer.headers["Location"].startswith("/me/confirm/?next=")
    assert Person.objects.of(acme.workspace).get(pk=person.pk).name == person.name

import re

import pytest
from django.utils import translation

from vereda.workspaces.borrowed import COUNTED_AGAIN, SAID_AGAIN

FORMAL = re.compile(
    r"\b(su|sus|usted|ingrese|introduzca|escriba|escanee|confirme|verifique|asegúrese|inténtelo)\b",
    re.IGNORECASE,
)


NUMBERS = {"min_length": 12, "limit_value": 12, "show_value": 13, "max": 12}


@pytest.mark.parametrize("sentence", SAID_AGAIN, ids=str)
def test_what_django_and_allauth_say_is_said_as_we_say_it(sentence):
    with translation.override("es"):
        said = str(sentence)

    assert FORMAL.findall(said) == []


@pytest.mark.parametrize("sentence", COUNTED_AGAIN, ids=lambda each: str(each % NUMBERS))
def test_so_is_what_they_count(sentence):
    with translation.override("es"):
        said = str(sentence % NUMBERS)

    assert FORMAL.findall(said) == []


@pytest.mark.django_db
def test_the_pages_of_the_second_step_say_tu(acme, client_of):
    client = client_of(acme.member)
    acme.member.user.language = "es"
    acme.member.user.save()

    pages = [
        client.get(f"/me/{page}").content.decode() for page in ("password/first/", "security/app/")
    ]

    assert [FORMAL.findall(re.sub(r"<[^>]+>", " ", page)) for page in pages] == [[], []]

"""The same thing eight times in the same moment has one effect (I05)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.sending import send_letter
from vereda.messaging.contracts import LetterKind
from vereda.messaging.letterbox import FOLDER
from vereda.messaging.models.letters import Message
from vereda.messaging.models.replies import InboundLetter
from vereda.messaging.testing import a_mail, an_address
from vereda.messaging.tests.mails import Letterbox

pytestmark = pytest.mark.django_db(transaction=True)
EIGHT = 8


def eight_times(act):
    """What each of eight threads was answered that did it in the same moment."""
    together = Barrier(EIGHT)

    def one(_number):
        try:
            together.wait(timeout=120)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(EIGHT) as threads:
        return list(threads.map(one, range(EIGHT)))


def test_i05_one_delivery_eight_times_is_one_letter(acme, settings):
    person = a_person(acme, account=an_account(acme), email="l@cantera.example")
    box = Letterbox(acme, Client())
    body = box.body(a_mail(an_address(acme, person)))
    headers = box.signed(body, delivery_id="msg_once")

    answers = eight_times(lambda: box.post(body, headers))

    assert [answer.status_code for answer in answers] == [200] * EIGHT
    letter = InboundLetter.objects.of(acme.workspace).get()
    left = [path.name for path in (settings.HOME / FOLDER).iterdir()]
    assert left.count(letter.stored_as) == 1


def test_one_key_eight_times_is_one_letter(acme):
    person = a_person(acme, account=an_account(acme), email="l@cantera.example")

    ids = eight_times(
        lambda: (
            send_letter(
                acme.workspace,
                person=person,
                kind=LetterKind.REQUEST,
                key="once",
                subject="x",
                text="x",
                now=MORNING,
            ).pk
        )
    )

    assert set(ids) == {Message.objects.of(acme.workspace).get().pk}

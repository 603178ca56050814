"""What a visitor of the portal must not be able to do with the report of promised benefits."""

import threading
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection

from vereda.customers.testing import a_person, an_account
from vereda.foundation.clock import now
from vereda.outcomes.models.outcomes import Verdict
from vereda.outcomes.testing import an_outcome
from vereda.portal.testing import a_visitor

VALUE = "/p/acme/value/"
PATIENCE_SECONDS = 60


@pytest.fixture
def account(acme):
    """A customer."""
    return an_account(acme, name="Muebles Mara")


@pytest.fixture
def mara(acme, account):
    """Somebody there."""
    return a_person(acme, name="Mara", email="mara@muebles.example", account=account)


@pytest.fixture
def benefit(account):
    """What they were promised."""
    moment = now()
    return an_outcome(account, now=moment, due_on=moment.date() + timedelta(days=50))


def verdicts(acme):
    return Verdict.objects.of(acme.workspace)


def said(benefit, **told):
    kind = told.pop("said", "yes")
    fields = {f"{kind}-{benefit.pk.hex}-{name}": value for name, value in told.items()}
    return {"said": kind, **fields}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said_account", ["A-0", "A-\uff11", "A-99999999999999999999", "' OR 1=1", "a" * 5000]
)
def test_a_key_that_is_none_of_theirs_is_not_there(mara, benefit, said_account):
    client = a_visitor(mara)

    answers = [
        client.get(place, {"account": said_account}) for place in (VALUE, f"{VALUE}report.pdf")
    ]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["B-0", "B-\uff11", "B-99999999999999999999", "B--1", "b'1", "%00"])
def test_a_benefit_that_is_none_is_not_there(acme, mara, benefit, key):
    answer = a_visitor(mara).post(f"{VALUE}{key}/verdict/", said(benefit))

    assert answer.status_code == 404
    assert not verdicts(acme).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told",
    [
        {"words": "x" * 2_001},
        {"words": "nothing\x00hidden"},
        {"said": "no", "reason": "verified"},
        {"said": "no", "reason": "no_answer"},
        {"said": "no", "reason": ["too_early", "nonsense"]},
    ],
)
def test_words_and_reasons_that_fit_nowhere_are_refused(acme, mara, benefit, told):
    answer = a_visitor(mara).post(f"{VALUE}{benefit.key}/verdict/", said(benefit, **told))

    assert answer.status_code == 422
    assert not verdicts(acme).exists()


@pytest.mark.django_db
def test_words_are_words_wherever_they_are_read(acme, mara, benefit):
    client, words = a_visitor(mara), "<script>alert(1)</script> & <b>"

    client.post(f"{VALUE}{benefit.key}/verdict/", said(benefit, words=words))
    page, paper = client.get(VALUE), client.get(f"{VALUE}report.pdf")

    assert "<script>" not in page.content.decode()
    assert "&lt;script&gt;" in page.content.decode()
    assert paper.status_code == HTTPStatus.OK


@pytest.mark.django_db
def test_nobody_speaks_as_somebody_else_or_for_us(acme, mara, benefit):
    other = a_person(acme, name="Leo", email="leo@muebles.example", account=benefit.account)
    told = said(benefit) | {"person": str(other.pk), "side": "us", "member": str(acme.owner.pk)}

    a_visitor(mara).post(f"{VALUE}{benefit.key}/verdict/", told)

    row = verdicts(acme).get()
    assert (row.person_id, row.side, row.member_id) == (mara.pk, "customer", None)


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_is_one_word(acme, mara, benefit):
    clients, answers = [a_visitor(mara) for _ in range(2)], []

    def press(client):
        try:
            place = f"{VALUE}{benefit.key}/verdict/"
            answers.append(client.post(place, said(benefit)).status_code)
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=(client,)) for client in clients]
    for each in presses:
        each.start()
    for each in presses:
        each.join(PATIENCE_SECONDS)

    assert answers == [303] * len(clients)
    assert verdicts(acme).count() == 1

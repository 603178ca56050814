"""Letters are taken only from the workspace's own mail server (abuse cases I01 to I06)."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.addresses import reply_address
from vereda.messaging.actions.settings import end_older_keys, rotate_inbound_key
from vereda.messaging.contracts import ReplyReceived
from vereda.messaging.keyed import inbound_secret, inbound_token
from vereda.messaging.models.replies import InboundLetter
from vereda.messaging.models.settings import InboundKey
from vereda.messaging.queries.settings import valid_inbound_keys
from vereda.messaging.tests.mails import Letterbox, mail_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(acme):
    account = an_account(acme)
    person = a_person(acme, account=account, email="l@cantera.example")
    return reply_address(
        acme.workspace, about="test.thing", thing_id=account.pk, person=person, account=account
    )


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    """The clock of pages and tasks; the library of signatures asks the machine's own."""
    for place in ("pages.receiving", "opening.clock"):
        monkeypatch.setattr(f"vereda.messaging.{place}.now", lambda: MORNING)


@pytest.fixture
def box(acme):
    return Letterbox(acme, Client(enforce_csrf_checks=True))


def letters(company):
    return InboundLetter.objects.of(company.workspace).count()


def test_a_signed_letter_is_taken(acme, box, address, facts):
    answer = box.hand_in(mail_to(address), delivery_id="msg_1")
    facts.deliver()

    assert (answer.status_code, answer.json()) == (200, {"received": "msg_1"})
    (fact,) = facts.of(ReplyReceived)
    assert (fact.about, fact.thing_id, fact.person_id) == (
        "test.thing",
        address.thing_id,
        address.person_id,
    )


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "garbage",
        "v1,###",
        "v1,a,b",
        "v2,{good}",
        "v1,",
        "v1,é",
        "v1a,{good}",
        " ".join(["v1,AAAA"] * 1_000) + " v1,{good}",
        "v1,{other}",
    ],
)
def test_i01_what_is_not_signed_is_not_taken(acme, box, address, signature):
    body = box.body(mail_to(address))
    headers = box.signed(body)
    good = headers["webhook-signature"].removeprefix("v1,")
    other = box.signed(b"{}")["webhook-signature"].removeprefix("v1,")
    headers["webhook-signature"] = signature.format(good=good, other=other)

    answer = box.post(body, headers)

    assert answer.status_code == 401
    assert letters(acme) == 0


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_i01_a_missing_header_is_not_signed(acme, box, address, name):
    body = box.body(mail_to(address))
    headers = {key: value for key, value in box.signed(body).items() if key != name}

    assert box.post(body, headers).status_code == 401
    assert letters(acme) == 0


def test_i01_a_workspace_without_a_key_takes_nothing(acme, box, address):
    InboundKey.objects.of(acme.workspace).delete()

    assert box.hand_in(mail_to(address)).status_code == 401


@pytest.mark.parametrize("told", ["", "nan", "inf", "1e400", "1e9", "-5", "9" * 40, "soon", "١٢"])
def test_i02_a_time_that_is_none_is_not_signed(acme, box, address, told):
    body = box.body(mail_to(address))
    headers = {**box.signed(body), "webhook-timestamp": told}

    assert box.post(body, headers).status_code == 401
    assert letters(acme) == 0


def test_i02_a_broken_second_is_no_time_although_the_library_would_take_it(acme, box, address):
    body = box.body(mail_to(address))
    headers = box.signed(body)
    headers["webhook-timestamp"] += ".0"

    assert box.post(body, headers).status_code == 401


@pytest.mark.parametrize("away", [timedelta(seconds=-301), timedelta(hours=1)])
def test_i02_a_letter_of_another_time_is_not_taken(acme, box, address, away):
    body = box.body(mail_to(address))
    at = datetime.now(UTC) + away  # noqa: TID251 - the library asks the machine's clock

    assert box.post(body, box.signed(body, at=at)).status_code == 401
    assert letters(acme) == 0


def test_i03_a_body_that_is_no_text_is_not_signed(acme, box):
    headers = box.signed(b"{}")

    assert box.post(b'{"mail": "\xff\xfe"}', headers).status_code == 401
    assert letters(acme) == 0


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"mail": 1}', b'{"mail": "###"}', b"[" * 100_000, b"null"]
)
def test_a_signed_body_that_is_no_letter_is_refused(acme, box, body):
    assert box.post(body, box.signed(body)).status_code == 422
    assert letters(acme) == 0


def test_i04_a_good_signature_opens_no_other_workspaces_letterbox(acme, globex, box, address):
    theirs = Letterbox(globex, Client())
    body = box.body(mail_to(address))

    answer = box.post(body, box.signed(body), url=theirs.url)

    assert answer.status_code == 401
    assert (letters(acme), letters(globex)) == (0, 0)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "a", lambda t: "z" + t[1:]])
def test_i04_an_address_that_is_nobodys_is_not_there(acme, box, address, change):
    body = box.body(mail_to(address))
    token = inbound_token(acme.workspace.pk)

    for wrong in (change(token), "x" * 40, "é" * 40, "0" * 40):
        assert box.post(body, box.signed(body), url=f"/in/{wrong}/").status_code == 404
    assert letters(acme) == 0


def test_i04_a_suspended_workspace_takes_nothing(acme, box, address):
    acme.workspace.suspended_at = MORNING
    acme.workspace.save()

    assert box.hand_in(mail_to(address)).status_code == 404


def test_i05_the_same_delivery_twice_has_one_effect(acme, box, address, facts):
    raw = mail_to(address)

    answers = [box.hand_in(raw, delivery_id="msg_same") for _ in range(3)]
    facts.deliver()

    assert {answer.status_code for answer in answers} == {200}
    assert letters(acme) == 1
    assert len(facts.of(ReplyReceived)) == 1


def test_i05_one_id_in_two_workspaces_is_two_deliveries(acme, globex, box, address, facts):
    theirs = Letterbox(globex, Client())

    box.hand_in(mail_to(address), delivery_id="msg_same")
    theirs.hand_in(mail_to(address), delivery_id="msg_same")

    assert (letters(acme), letters(globex)) == (1, 1)


def test_i06_a_body_written_anew_on_its_way_is_not_signed(acme, box, address):
    body = box.body(mail_to(address))
    headers = box.signed(body)
    spaced = json.dumps(json.loads(body), indent=1).encode()

    assert spaced != body
    assert box.post(spaced, headers).status_code == 401
    assert letters(acme) == 0


def test_a_body_beyond_every_letter_is_not_read_to_its_end(acme, box, monkeypatch):
    monkeypatch.setattr("vereda.messaging.pages.receiving.LARGEST_BODY", 1_000)
    body = box.body(b"x" * 2_000)

    assert box.post(body, box.signed(body)).status_code == 413


def test_a_new_secret_holds_at_once_and_the_one_before_for_another_day(acme, box, address):
    old = inbound_secret(box.key)
    new = inbound_secret(rotate_inbound_key(acme.workspace, by=acme.owner, now=MORNING))
    body = box.body(mail_to(address))

    statuses = [box.post(body, box.signed(body, secret=each)).status_code for each in (old, new)]

    assert statuses == [200, 200]
    later = MORNING + timedelta(hours=25)
    assert [inbound_secret(key) for key in valid_inbound_keys(acme.workspace, now=later)] == [new]


def test_the_one_before_can_end_at_once(acme, box, address):
    old = inbound_secret(box.key)
    rotate_inbound_key(acme.workspace, by=acme.owner, now=MORNING)

    assert end_older_keys(acme.workspace, by=acme.owner, now=MORNING) == 1

    body = box.body(mail_to(address))
    assert box.post(body, box.signed(body, secret=old)).status_code == 401


def test_the_third_secret_ends_the_first(acme, box):
    for hours in (1, 2):
        rotate_inbound_key(acme.workspace, by=acme.owner, now=MORNING + timedelta(hours=hours))

    keys = valid_inbound_keys(acme.workspace, now=MORNING + timedelta(hours=2, minutes=1))

    assert len(keys) == 2
    assert box.key not in keys


def test_the_secret_is_nowhere_in_the_database(acme, box):
    secret = inbound_secret(box.key).removeprefix("whsec_")
    row = InboundKey.objects.of(acme.workspace).values().get()

    assert secret not in repr(row)
    assert base64.b64decode(secret).hex() not in repr(row)

"""Coming in: by the link of a letter or its six digits, once, within ten minutes."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from vereda.customers.testing import a_person
from vereda.foundation.clock import now
from vereda.foundation.tasks import run_waiting_tasks
from vereda.portal.access import COOKIE, TICKET
from vereda.portal.actions.links import come_in_by_link, end_visits_of, make_way_in
from vereda.portal.addresses import who_in
from vereda.portal.contracts import TRIES_PER_HOUR
from vereda.portal.models import PortalLink, PortalVisit
from vereda.portal.testing import a_visitor

pytestmark = pytest.mark.django_db

HOME = "/p/acme/"
DOOR = "/p/acme/come-in/"
CODE = "/p/acme/come-in/code/"


def asked(client, email="mara@muebles.example", **said):
    return client.post(DOOR, {"email": email, **said})


def link_in(letter):
    return re.findall(r"http://\S+?(/p/\S+)", letter.body)[0]


def code_in_letter(letter):
    return re.findall(r"\b(\d{3} \d{3})\b", letter.body)[0]


def test_a_letter_brings_a_link_and_a_press_opens_the_page(acme, mara):
    client = Client()
    answer = asked(client)
    run_waiting_tasks()
    link = link_in(mail.outbox[-1])

    seen = client.get(link)
    opened = client.post(link)

    assert answer.status_code == 303
    assert mail.outbox[-1].to == ["mara@muebles.example"]
    assert seen.status_code == 200
    assert b"Mara" in seen.content
    assert (opened.status_code, opened.headers["Location"]) == (303, HOME)
    assert client.get(HOME).status_code == 200


def test_a_get_of_the_link_changes_nothing(acme, mara):
    way_in = make_way_in(mara, now=now())
    link = f"/p/acme/come-in/{way_in.token}/"

    answers = [Client().get(link).status_code, Client().head(link).status_code]

    assert answers == [200, 200]
    assert PortalLink.objects.of(acme.workspace).get().used_at is None
    assert not PortalVisit.objects.of(acme.workspace).exists()


def test_a_link_opens_once(acme, mara):
    way_in = make_way_in(mara, now=now())
    link = f"/p/acme/come-in/{way_in.token}/"
    Client().post(link)

    again, looked = Client().post(link), Client().get(link)

    assert (again.status_code, looked.status_code) == (410, 410)
    assert COOKIE not in again.cookies
    assert PortalVisit.objects.of(acme.workspace).count() == 1


def test_a_link_opens_for_ten_minutes(acme, mara):
    way_in = make_way_in(mara, now=now() - timedelta(minutes=10))

    answer = Client().post(f"/p/acme/come-in/{way_in.token}/")

    assert answer.status_code == 410


def test_a_link_of_one_workspace_opens_nothing_at_another(acme, globex, mara):
    way_in = make_way_in(mara, now=now())

    answer = Client().post(f"/p/globex/come-in/{way_in.token}/")

    assert answer.status_code == 410
    assert not PortalVisit.objects.of(globex.workspace).exists()


def test_a_visit_of_one_workspace_is_nobody_at_another(acme, globex, mara):
    client = a_visitor(mara)

    answer = client.get("/p/globex/")

    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/p/globex/come-in/?to=%2Fp%2Fglobex%2F",
    )


def test_an_address_said_beside_the_link_changes_nobody(acme, mara):
    a_person(acme, name="Other", email="other@muebles.example")
    way_in = make_way_in(mara, now=now())

    Client().post(f"/p/acme/come-in/{way_in.token}/?email=other@muebles.example")

    assert PortalVisit.objects.of(acme.workspace).get().person_id == mara.pk


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://app@evil.example/p/acme/",
        "/%09/evil.example",
        "/p/acme/../../w/acme/",
        "/p/acme/\\..\\x",
        "/p/globex/",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_led_elsewhere(acme, mara, to):
    way_in = make_way_in(mara, now=now())

    answer = Client().post(f"/p/acme/come-in/{way_in.token}/", {"to": to})

    assert answer.headers["Location"] == HOME


def test_a_stranger_reads_the_same_answer_and_gets_no_letter(acme, mara):
    known, unknown = asked(Client()), asked(Client(), "nobody@muebles.example")
    run_waiting_tasks()

    assert known.status_code == unknown.status_code == 303
    assert known.headers["Location"] == unknown.headers["Location"]
    assert set(known.cookies) == set(unknown.cookies) == {TICKET}
    assert [letter.to for letter in mail.outbox] == [["mara@muebles.example"]]


def test_an_address_of_two_people_lets_nobody_in(acme, mara):
    a_person(acme, name="Twin", email="mara@muebles.example")

    asked(Client())
    run_waiting_tasks()

    assert mail.outbox == []


def test_the_digits_open_the_page_where_they_were_asked_for(acme, mara):
    client = Client()
    asked(client)
    run_waiting_tasks()
    digits = code_in_letter(mail.outbox[-1])

    elsewhere = Client().post(CODE, {"code": digits})
    here = client.post(CODE, {"code": digits})

    assert elsewhere.status_code == 410
    assert (here.status_code, here.headers["Location"]) == (303, HOME)
    assert client.get(HOME).status_code == 200


def test_after_five_wrong_digits_the_right_ones_open_nothing(acme, mara):
    client = Client()
    asked(client)
    run_waiting_tasks()
    digits = code_in_letter(mail.outbox[-1])
    wrong = "000 000" if digits != "000 000" else "111 111"

    refused = [client.post(CODE, {"code": wrong}).status_code for _ in range(5)]
    right = client.post(CODE, {"code": digits})

    assert refused == [422] * 5
    assert right.status_code == 410
    assert not PortalVisit.objects.of(acme.workspace).exists()


def test_what_is_no_code_is_said_beside_the_field(acme, mara):
    client = Client()
    asked(client)

    answer = client.post(CODE, {"code": "12a456"})

    assert answer.status_code == 422
    assert b"It is six digits" in answer.content


def test_the_reader_of_a_letter_types_nothing(acme, mara):
    client, place = Client(), f"/p/acme/come-in/as/{who_in(mara)}/"

    seen, asked_for = client.get(place), client.post(place)
    run_waiting_tasks()

    assert seen.status_code == 200
    assert "m•••@muebles.example" in seen.content.decode()
    assert asked_for.status_code == 303
    assert [letter.to for letter in mail.outbox] == [["mara@muebles.example"]]


@pytest.mark.parametrize("who", ["x", "x:y:z", "MDE5:1:abc"])
def test_a_name_we_never_wrote_is_nobody(acme, who):
    assert Client().get(f"/p/acme/come-in/as/{who}/").status_code == 404


def test_the_name_of_another_workspaces_person_is_nobody(acme, globex, mara):
    assert Client().get(f"/p/globex/come-in/as/{who_in(mara)}/").status_code == 404


def test_a_person_is_sent_six_links_an_hour(acme, mara):
    answers = [asked(Client()).status_code for _ in range(13)]

    # Twelve, where the hour strikes in between.
    assert answers.count(303) in range(6, 13)
    assert answers[-1] == 429


def test_whoever_checks_mail_locks_nobody_out(acme, mara):
    link = f"/p/acme/come-in/{make_way_in(mara, now=now()).token}/"

    looked = {Client().get(link).status_code for _ in range(2 * TRIES_PER_HOUR + 1)}
    opened = Client().post(link)

    assert looked == {200}
    assert (opened.status_code, opened.headers["Location"]) == (303, HOME)


def test_guessing_links_is_limited_and_locks_out_nobody_who_has_one(acme, mara):
    guesses = [
        Client().get(f"/p/acme/come-in/{number}/").status_code
        # Twice as many, where the hour strikes in between.
        for number in range(2 * TRIES_PER_HOUR + 1)
    ]
    opened = Client().post(f"/p/acme/come-in/{make_way_in(mara, now=now()).token}/")

    assert guesses[:TRIES_PER_HOUR] == [410] * TRIES_PER_HOUR
    assert guesses[-1] == 429
    assert opened.status_code == 303


def test_leaving_forgets_this_browser_only(acme, mara):
    here, there = a_visitor(mara), a_visitor(mara)

    left = here.post("/p/acme/leave/")

    assert left.status_code == 303
    assert here.get(HOME).status_code == 303
    assert there.get(HOME).status_code == 200


def test_a_browser_that_is_seen_stays_known(acme, mara):
    client = a_visitor(mara, at=now() - timedelta(days=29))

    assert client.get(HOME).status_code == 200
    assert PortalVisit.objects.of(acme.workspace).get().ends_at > now() + timedelta(days=29)


def test_a_browser_not_seen_for_thirty_days_is_unknown(acme, mara):
    client = a_visitor(mara, at=now() - timedelta(days=30))

    assert client.get(HOME).status_code == 303


def test_all_browsers_of_a_person_can_be_forgotten(acme, mara):
    client, way_in = a_visitor(mara), make_way_in(mara, now=now())

    ended = end_visits_of(mara, now=now())

    assert ended == 1
    assert client.get(HOME).status_code == 303
    assert Client().post(f"/p/acme/come-in/{way_in.token}/").status_code == 410


@pytest.mark.parametrize("gone", ["erased_at", "archived_at", "restricted_at"])
def test_whoever_is_gone_is_led_to_the_door(acme, mara, gone):
    client = a_visitor(mara)
    type(mara).objects.of(acme.workspace).filter(pk=mara.pk).update(**{gone: now()})

    assert client.get(HOME).status_code == 303


def test_a_post_without_a_visit_does_nothing(acme):
    answer = Client().post("/p/acme/leave/")

    assert (answer.status_code, answer.headers["Location"]) == (303, DOOR)


def test_only_hashes_are_stored(acme, mara):
    way_in = make_way_in(mara, ticket_digest="t" * 64, now=now())
    _visit, token = come_in_by_link(acme.workspace, way_in.token, now=now())

    stored = [
        *PortalLink.objects.of(acme.workspace).values_list("digest", "code_digest").get(),
        PortalVisit.objects.of(acme.workspace).get().digest,
    ]

    assert {len(each) for each in stored} == {64}
    assert not {way_in.token, way_in.code, token} & set(stored)


def test_the_letter_speaks_the_persons_language(acme, mara):
    type(mara).objects.of(acme.workspace).filter(pk=mara.pk).update(language="es-ES")

    asked(Client())
    run_waiting_tasks()

    assert mail.outbox[-1].extra_headers["Content-Language"] == "es"
    assert mail.outbox[-1].extra_headers["Auto-Submitted"] == "auto-generated"


def test_browsers_may_say_where_a_form_is_sent_from(mara):
    answers = [Client().get(DOOR), Client().get(CODE), a_visitor(mara).get(HOME)]

    assert all(b'name="referrer" content="same-origin"' in answer.content for answer in answers)
    assert all(answer.headers["Referrer-Policy"] == "same-origin" for answer in answers)

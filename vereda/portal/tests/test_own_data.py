"""What somebody reads, allows, takes and asks about their own data."""

import json
import re
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from vereda.customers.actions.people import leave_account
from vereda.customers.contracts import InteractionKind
from vereda.customers.models.people import Membership
from vereda.customers.testing import a_note, a_person, an_account
from vereda.events.contracts.arriving import Kind as EventKind
from vereda.foundation.clock import now
from vereda.foundation.personal_data import Purpose, Retention
from vereda.foundation.testing import MORNING, NOON
from vereda.onboarding.contracts.plans import EntryKind
from vereda.portal import data_wording
from vereda.portal.contracts import ANSWERS_PER_HOUR, CONFIRMED_LASTS, COPIES_PER_HOUR
from vereda.portal.models import PortalVisit
from vereda.portal.testing import a_visitor
from vereda.privacy.actions.requests import answer_data_request
from vereda.privacy.contracts import BY_THEMSELVES, ConsentPurpose, RequestKind, TrackingRule
from vereda.privacy.holdings import HOLDINGS
from vereda.privacy.models import Consent, DataRequest
from vereda.privacy.queries import (
    is_tracked,
    people_refusing_tracking,
    personal_fields,
    privacy_revision,
)
from vereda.privacy.telling import RECORDS, VALUES
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db

DATA = "/p/acme/data/"
VEREDA = Path(__file__).parents[2]


@pytest.fixture
def mara(acme, account):
    """Somebody there, of whom more is known."""
    return a_person(
        acme,
        name="Mara",
        email="mara@muebles.example",
        account=account,
        external_id="u-1",
        motivations="Proud of her shop",
    )


@pytest.fixture
def came_in_long_ago(acme):
    """Makes a visitor whose letter was longer ago than counts for sensitive things."""

    def visitor(person):
        client = a_visitor(person)
        before = now() - CONFIRMED_LASTS - timedelta(minutes=1)
        PortalVisit.objects.of(acme.workspace).filter(person=person).update(created_at=before)
        return client

    return visitor


def text_of(copy):
    """A copy as it was sent, piece by piece."""
    return copy.getvalue().decode()


def answers(acme):
    return Consent.objects.of(acme.workspace).order_by("pk")


def asked(acme):
    return DataRequest.objects.of(acme.workspace).order_by("pk")


def words_of(answer):
    return " ".join(answer.content.decode().split())


# --- What is kept ---------------------------------------------------------------


def test_they_read_what_is_kept_why_and_for_how_long(mara, account):
    a_note(account, body="She likes short calls", participants=[mara])

    page = words_of(a_visitor(mara).get(DATA))

    service = page[page.index("To give you the service") : page.index("To write to you")]
    knowing = page[page.index("To know you and what matters to you") :]
    assert "Name</dt><dd>Mara</dd>" in service
    assert "mara@muebles.example" not in service
    assert "What moves you</dt><dd>Proud of her shop</dd>" in knowing
    assert "She likes short calls" in knowing
    assert "kept until you are erased" in knowing


def test_the_first_page_leads_there_and_it_needs_no_script(mara):
    client = a_visitor(mara)

    assert f'href="{DATA}"' in client.get("/p/acme/").content.decode()
    assert "<script" not in client.get(DATA).content.decode()


def test_a_person_of_another_customer_or_their_colleague_is_not_in_it(acme, mara, account):
    colleague = a_person(acme, name="Leo Secret", email="leo@muebles.example", account=account)
    a_note(account, body="Only about Leo", participants=[colleague])
    elsewhere = an_account(acme, name="Rival")
    rival = a_person(acme, name="Zoe Secret", email="zoe@rival.example", account=elsewhere)
    a_note(elsewhere, body="Only about Zoe", participants=[rival])

    client = a_visitor(mara)
    told = words_of(client.get(DATA)) + text_of(client.post(f"{DATA}copy/"))

    assert [word for word in ("Secret", "Only about", "Rival") if word in told] == []


def test_who_left_a_company_does_not_read_its_meetings_any_more(acme, mara, account):
    a_note(account, body="Their plans for next year", participants=[mara])
    membership = Membership.objects.of(acme.workspace).get(person=mara)
    leave_account(membership, until_on=NOON.date(), by=acme.member)
    client = a_visitor(mara)

    page, copy = client.get(DATA), text_of(client.post(f"{DATA}copy/"))

    assert "Their plans for next year" not in words_of(page) + copy
    assert "1 record stands with a company in which you no longer are." in words_of(page)
    assert json.loads(copy)["left_out"] == 1


def test_every_kind_of_record_has_a_purpose_and_words():
    told = "".join(each.read_text() for each in VEREDA.glob("*/personal_data.py"))
    kinds = set(re.findall(r'kind="([^"]+)"', told)) | {
        str(kind) for kind in (*EventKind, *InteractionKind)
    }

    assert len(kinds) > len(EventKind) + len(InteractionKind)
    assert kinds - set(HOLDINGS) == set()
    assert set(HOLDINGS) == set(RECORDS)
    assert {str(kind) for kind in EntryKind} <= set(VALUES["kind"])
    assert set(data_wording.RETENTIONS) == set(Retention) - {Retention.WITH_EVENTS}
    assert set(data_wording.PURPOSES) == set(Purpose)


def test_a_purpose_is_kept_for_as_long_as_the_register_says():
    register = defaultdict(set)
    for one in personal_fields():
        register[one.model, one.personal.purpose].add(one.personal.retention)

    wrong = {
        kind: holding
        for kind, holding in HOLDINGS.items()
        if holding.retention
        not in register.get((holding.table, holding.purpose), {holding.retention})
    }

    assert wrong == {}


def test_the_page_costs_the_same_for_many_records(
    mara, account, django_assert_max_num_queries, django_assert_num_queries
):
    client = a_visitor(mara)
    a_note(account, body="Note one", participants=[mara])
    client.get(DATA)
    with django_assert_max_num_queries(80) as few:
        client.get(DATA)
    for number in range(12):
        a_note(account, body=f"Note {number}", participants=[mara])

    with django_assert_num_queries(len(few)):
        page = words_of(client.get(DATA))

    assert page.count("<dd>Note ") == 5
    assert "These are the newest. All of them are in your copy." in page


# --- What they allow ------------------------------------------------------------


@pytest.mark.parametrize("purpose", list(ConsentPurpose))
def test_yes_and_no_are_one_press_each_and_both_are_kept(acme, mara, purpose):
    client = a_visitor(mara)

    for said in ("yes", "no"):
        answer = client.post(f"{DATA}{purpose}/answer/", {"said": said})
        assert (answer.status_code, answer["Location"]) == (303, f"{DATA}#allow")

    rows = list(answers(acme))
    assert [bool(row.given_at) for row in rows] == [True, False]
    assert {(row.purpose, row.source, row.by) for row in rows} == {(purpose, BY_THEMSELVES, None)}
    assert all(row.wording for row in rows)


def test_a_no_to_being_recorded_holds_from_then_on(acme, mara):
    before = privacy_revision(acme.workspace)

    a_visitor(mara).post(f"{DATA}product_analytics/answer/", {"said": "no"})

    assert privacy_revision(acme.workspace) > before
    assert people_refusing_tracking(acme.workspace) == {"u-1"}
    assert not is_tracked(mara)


def test_it_is_in_the_log_as_said_by_themselves_and_members_see_it(acme, mara, client_of):
    a_visitor(mara).post(f"{DATA}messages/answer/", {"said": "yes"})

    line = AuditLine.objects.of(acme.workspace).get(verb="consented")
    assert (line.by, line.details) == (None, {"purpose": "messages", "source": BY_THEMSELVES})
    page = words_of(client_of(acme.viewer).get(f"/w/acme/people/{mara.key}/privacy/"))
    assert "said by themselves, on their own page" in page
    log = words_of(client_of(acme.owner).get("/w/acme/settings/audit/"))
    assert "said by themselves, on their own page" in log


def test_the_page_says_what_they_said_and_what_a_no_does(acme, mara):
    client = a_visitor(mara)
    unsaid = words_of(client.get(DATA))

    client.post(f"{DATA}product_analytics/answer/", {"said": "no"})
    said = words_of(client.get(DATA))

    assert "It is recorded unless you say no." in unsaid
    assert "It is recorded unless you say no." not in said
    assert "You said no" in said
    assert "You lose no help" in said


def test_where_consent_comes_first_the_page_says_so():
    words = data_wording.unsaid_words(
        ConsentPurpose.PRODUCT_ANALYTICS, rule=TrackingRule.ONLY_WITH_CONSENT
    )

    assert words == "You have said nothing. It is not recorded unless you say yes."


@pytest.mark.parametrize(
    ("purpose", "said"), [("anything", "yes"), ("messages", "perhaps"), ("messages", "")]
)
def test_what_is_no_answer_is_not_there(acme, mara, purpose, said):
    answer = a_visitor(mara).post(f"{DATA}{purpose}/answer/", {"said": said})

    assert answer.status_code == 404
    assert not answers(acme).exists()


def test_nobody_answers_without_end(acme, mara, stop_clock):
    stop_clock(MORNING)
    client = a_visitor(mara)
    place = f"{DATA}messages/answer/"

    codes = [
        client.post(place, {"said": said}).status_code
        for _ in range(ANSWERS_PER_HOUR // 2)
        for said in ("yes", "no")
    ]
    over = client.post(place, {"said": "yes"})

    assert set(codes) == {303}
    assert over.status_code == 429
    assert answers(acme).count() == ANSWERS_PER_HOUR


# --- The copy -------------------------------------------------------------------


def test_a_copy_is_a_file_for_them_alone_and_it_is_audited(acme, mara):
    answer = a_visitor(mara).post(f"{DATA}copy/")

    text = text_of(answer)
    assert answer["Content-Disposition"].startswith('attachment; filename="your-data-')
    assert answer["Cache-Control"] == "no-store"
    assert json.loads(text)["person"] == mara.key
    assert "Proud of her shop" in text
    line = AuditLine.objects.of(acme.workspace).get(verb="exported")
    assert (line.by, line.details) == (None, {"source": BY_THEMSELVES})


def test_its_words_are_in_their_language_though_it_is_sent_later(acme, mara):
    type(mara).objects.of(acme.workspace).filter(pk=mara.pk).update(language="es")

    told = json.loads(text_of(a_visitor(mara).post(f"{DATA}copy/")))

    assert told["words"]["name"] == "Nombre"


def test_it_is_not_made_by_reading(mara):
    assert a_visitor(mara).get(f"{DATA}copy/").status_code == 405


def test_who_came_in_long_ago_shows_first_that_it_is_them(acme, mara, came_in_long_ago):
    client = came_in_long_ago(mara)

    page, answer = words_of(client.get(DATA)), client.post(f"{DATA}copy/")

    assert (answer.status_code, answer["Location"]) == (303, f"{DATA}#copy")
    assert "Show that it is me" in page
    assert "Take my copy" not in page
    assert not AuditLine.objects.of(acme.workspace).filter(verb="exported").exists()


def test_six_digits_show_it_and_lead_back(acme, mara, came_in_long_ago, facts, mailoutbox):
    client = came_in_long_ago(mara)

    sent = client.post(f"{DATA}confirm/", {"to": f"{DATA}#copy"})
    facts.deliver()
    code = re.findall(r"\b\d{3} \d{3}\b", mailoutbox[0].body)[0]
    back = client.post(sent["Location"].partition("?")[0], {"code": code, "to": f"{DATA}#copy"})

    assert mailoutbox[0].to == ["mara@muebles.example"]
    assert (back.status_code, back["Location"]) == (303, f"{DATA}#copy")
    assert "Take my copy" in words_of(client.get(DATA))
    assert mara.key in text_of(client.post(f"{DATA}copy/"))
    open_ones = PortalVisit.objects.of(acme.workspace).open_at(now()).filter(person=mara)
    assert open_ones.count() == 1


def test_nobody_takes_copies_without_end(mara, stop_clock):
    stop_clock(now())
    client = a_visitor(mara)

    codes = [client.post(f"{DATA}copy/").status_code for _ in range(COPIES_PER_HOUR + 1)]

    assert codes == [200] * COPIES_PER_HOUR + [429]


# --- What they ask for ----------------------------------------------------------


@pytest.mark.parametrize("kind", list(RequestKind))
def test_what_they_ask_for_waits_for_members_and_its_answer_is_told(acme, mara, client_of, kind):
    client = a_visitor(mara)

    answer = client.post(f"{DATA}ask/", {"kind": kind, "note": "The name is María"})

    row = asked(acme).get()
    assert (answer.status_code, answer["Location"]) == (303, f"{DATA}#ask")
    assert (row.kind, row.note, row.source) == (kind, "The name is María", BY_THEMSELVES)
    assert "Answer by" in words_of(client.get(DATA))
    page = words_of(client_of(acme.member).get(f"/w/acme/people/{mara.key}/privacy/"))
    assert "The name is María" in page
    assert "said by themselves, on their own page" in page
    assert "Mara" in words_of(client_of(acme.admin).get("/w/acme/settings/privacy/"))


def test_once_it_is_met_they_read_it(acme, mara, stop_clock):
    stop_clock(NOON)
    client = a_visitor(mara)
    client.post(f"{DATA}ask/", {"kind": "correction", "note": "María"})

    answer_data_request(asked(acme).get(), by=acme.admin, now=NOON)

    page = re.sub(r"<[^>]+>", "", words_of(client.get(DATA)))
    assert "Done on 2 Nov 2026" in page


def test_a_person_erases_nothing_alone(acme, mara):
    a_visitor(mara).post(f"{DATA}ask/", {"kind": "erasure"})

    mara.refresh_from_db()
    assert (mara.name, mara.erased_at) == ("Mara", None)


def test_after_the_erasure_nobody_is_in(acme, mara, facts):
    client = a_visitor(mara)
    client.post(f"{DATA}ask/", {"kind": "erasure"})

    answer_data_request(asked(acme).get(), by=acme.admin, now=now())
    facts.deliver()

    assert client.get(DATA).status_code == 303
    assert asked(acme).get().source == ""


def test_the_same_twice_is_one_request(acme, mara):
    client = a_visitor(mara)
    client.post(f"{DATA}ask/", {"kind": "erasure"})

    again = client.post(f"{DATA}ask/", {"kind": "erasure"})

    assert again.status_code == 409
    assert "You asked for that already." in words_of(again)
    assert asked(acme).count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"kind": "everything"},
        {"kind": "correction"},
        {"kind": "correction", "note": "  "},
        {"kind": "correction", "note": "x" * 501},
        {"kind": "correction", "note": "nothing\x00hidden"},
    ],
)
def test_what_fits_nowhere_is_refused_beside_the_field(acme, mara, said):
    answer = a_visitor(mara).post(f"{DATA}ask/", said)

    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
    assert not asked(acme).exists()


def test_who_came_in_long_ago_may_only_ask_for_a_correction(acme, mara, came_in_long_ago):
    client = came_in_long_ago(mara)

    refused = client.post(f"{DATA}ask/", {"kind": "erasure"})
    before = asked(acme).count()
    done = client.post(f"{DATA}ask/", {"kind": "correction", "note": "María"})

    assert (refused.status_code, before) == (303, 0)
    assert (done.status_code, asked(acme).get().kind) == (303, "correction")

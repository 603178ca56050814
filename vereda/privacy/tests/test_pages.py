import json
import re

import pytest

from vereda.customers.contracts import FieldTarget
from vereda.customers.queries.people import person_with_key
from vereda.customers.testing import a_field, a_person, an_account
from vereda.foundation.testing import MORNING
from vereda.privacy.actions.requests import open_data_request
from vereda.privacy.contracts import ConsentPurpose, RequestKind, TrackingRule
from vereda.privacy.models import Consent, DataRequest
from vereda.privacy.queries import people_allowing, people_refusing, tracking_rule
from vereda.privacy.testing import a_yes

pytestmark = pytest.mark.django_db

PAGES = [
    ("people/PE-1/privacy/", "Recording how they use the product"),
    ("people/PE-1/privacy/erase/", "It is PE-1."),
    ("settings/privacy/", "What moves them"),
]


@pytest.mark.parametrize(("path", "word"), PAGES, ids=lambda value: value)
def test_a_page_opens_for_an_admin_and_is_missing_to_strangers(acme, globex, client_of, path, word):
    person = a_person(acme)
    a_yes(person)
    open_data_request(person, kind=RequestKind.ACCESS, by=acme.member, now=MORNING)

    ours = client_of(acme.admin).get(f"/w/acme/{path}")
    strange = client_of(globex.owner).get(f"/w/acme/{path}")

    assert ours.status_code == 200
    assert word in ours.content.decode()
    assert strange.status_code == 404


def test_yes_and_no_are_one_click_each(acme, client_of):
    person = a_person(acme)
    client = client_of(acme.member)
    messages = ConsentPurpose.MESSAGES

    yes = client.post("/w/acme/people/PE-1/privacy/messages/give/")
    allowed = people_allowing(acme.workspace, purpose=messages)
    no = client.post("/w/acme/people/PE-1/privacy/messages/withdraw/")

    assert (yes.status_code, no.status_code) == (303, 303)
    assert allowed == {person.pk}
    assert people_refusing(acme.workspace, purpose=messages) == {person.pk}


def test_a_purpose_nobody_knows_is_missing(acme, client_of):
    a_person(acme)

    answer = client_of(acme.member).post("/w/acme/people/PE-1/privacy/anything/give/")

    assert answer.status_code == 404
    assert Consent.every_workspace.count() == 0


def test_a_copy_is_a_file(acme, client_of):
    a_person(acme)

    answer = client_of(acme.member).post("/w/acme/people/PE-1/privacy/export/")

    assert answer["Content-Disposition"] == 'attachment; filename="PE-1.json"'
    assert json.loads(answer.getvalue())["person"] == "PE-1"


def test_what_somebody_asks_for_is_noted_and_met(acme, client_of):
    a_person(acme)

    client_of(acme.member).post("/w/acme/people/PE-1/privacy/ask/", {"kind": "restriction"})
    request = DataRequest.every_workspace.get()
    refused = client_of(acme.member).post(f"/w/acme/privacy/requests/{request.pk}/met/")
    client_of(acme.admin).post(f"/w/acme/privacy/requests/{request.pk}/met/")

    assert refused.status_code == 403
    assert person_with_key(acme.workspace, "PE-1").restricted_at is not None


def test_an_erasure_needs_the_key_typed_by_hand(acme, client_of):
    a_person(acme)
    client = client_of(acme.admin)

    wrong = client.post("/w/acme/people/PE-1/privacy/erase/", {"key": "PE-2"})
    kept = person_with_key(acme.workspace, "PE-1").name
    right = client.post("/w/acme/people/PE-1/privacy/erase/", {"key": "pe-1"})

    assert (wrong.status_code, kept, right.status_code) == (422, "Lucía Martos", 303)
    assert person_with_key(acme.workspace, "PE-1").name == ""


def test_the_rule_is_set_by_an_admin_only(acme, client_of):
    sent = {"rule": "only_with_consent"}

    refused = client_of(acme.member).post("/w/acme/settings/privacy/", sent)
    before = tracking_rule(acme.workspace)
    client_of(acme.admin).post("/w/acme/settings/privacy/", sent)

    assert (refused.status_code, before) == (403, TrackingRule.UNLESS_REFUSED)
    assert tracking_rule(acme.workspace) is TrackingRule.ONLY_WITH_CONSENT


def test_the_privacy_page_speaks_words_not_names_of_columns(acme, client_of):
    a_field(acme, label="Shift", target=FieldTarget.PERSON)
    account = an_account(acme, name="Cantera")
    a_person(acme, name="Lucía", language="es", account=account, custom={"shift": "Night"})

    page = client_of(acme.viewer).get("/w/acme/people/PE-1/privacy/").content.decode()

    pairs = re.findall(r"<dt[^>]*>([^<]*)</dt><dd>([^<]*)</dd>", page)
    assert {("Name", "Lucía"), ("Language", "Spanish"), ("Shift", "Night")} <= set(pairs)
    assert ("Account", "Cantera") in pairs
    assert [name for name, _ in pairs if "_" in name or name == name.lower()] == []

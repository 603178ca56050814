import json
import tracemalloc
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.customers.queries.people import person_with_key
from vereda.customers.testing import a_note, a_person, an_account
from vereda.foundation.errors import Missing
from vereda.foundation.personal_data import Record
from vereda.foundation.testing import MORNING, NOON
from vereda.privacy import queries
from vereda.privacy.actions.requests import (
    answer_data_request,
    erase_person,
    export_of,
    open_data_request,
)
from vereda.privacy.contracts import AlreadyAnswered, PersonForgotten, RequestKind
from vereda.privacy.models import Consent, DataRequest
from vereda.privacy.queries import (
    data_request_with_id,
    people_refusing_tracking,
    personal_fields,
    waiting_requests,
    what_is_known_about,
)
from vereda.privacy.rules import due_on
from vereda.privacy.telling import NAMES, TABLES, words_used
from vereda.privacy.testing import a_no
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 2), date(2026, 12, 2)),
        (date(2026, 12, 15), date(2027, 1, 15)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
    ],
)
def test_an_answer_is_due_a_month_later(received, due):
    assert due_on(received) == due


@given(st.dates(max_value=date(9998, 1, 1)))
def test_a_month_is_never_longer_than_thirty_one_days(received):
    assert 28 <= (due_on(received) - received).days <= 31


def test_a_request_waits_until_it_is_met(acme):
    person = a_person(acme)
    request = open_data_request(
        person, kind=RequestKind.ACCESS, note="by mail", by=acme.member, now=MORNING
    )
    assert list(waiting_requests(acme.workspace)) == [request]

    answer_data_request(request, by=acme.admin, now=NOON)

    assert list(waiting_requests(acme.workspace)) == []
    assert DataRequest.every_workspace.get().answered_by == acme.admin


def test_the_second_to_meet_it_is_refused(acme):
    request = open_data_request(
        a_person(acme), kind=RequestKind.ACCESS, by=acme.member, now=MORNING
    )
    answer_data_request(request, by=acme.admin, now=NOON)

    with pytest.raises(AlreadyAnswered):
        answer_data_request(request, by=acme.owner, now=NOON)

    assert DataRequest.every_workspace.get().answered_by == acme.admin


def test_restriction_keeps_the_data_and_stops_their_use(acme):
    person = a_person(acme)
    request = open_data_request(person, kind=RequestKind.RESTRICTION, by=acme.member, now=MORNING)

    answer_data_request(request, by=acme.admin, now=NOON)

    now = person_with_key(acme.workspace, person.key)
    assert (now.restricted_at, now.name) == (NOON, "Lucía Martos")


def test_an_erasure_forgets_everywhere_and_obeys_the_no_for_ever(acme, facts):
    account = an_account(acme)
    person = a_person(acme, name="Canary", account=account, external_id="canary-1")
    a_note(account, body="Somebody", participants=[person])
    a_no(person)
    request = open_data_request(
        person, kind=RequestKind.ERASURE, note="canary", by=acme.member, now=MORNING
    )
    facts.clear()

    answer_data_request(request, by=acme.admin, now=NOON)

    left = repr(
        [
            *Consent.every_workspace.values(),
            *DataRequest.every_workspace.values(),
            *AuditLine.objects.of(acme.workspace).values(),
        ]
    )
    assert "anary" not in left
    assert Consent.every_workspace.get().refused_at == MORNING
    assert people_refusing_tracking(acme.workspace) == frozenset()
    assert len(facts.of(PersonForgotten)) == 1


def test_erasing_leaves_no_request_waiting(acme):
    person = a_person(acme)
    open_data_request(person, kind=RequestKind.ACCESS, by=acme.member, now=MORNING)

    erase_person(person, by=acme.admin, now=NOON)

    assert list(waiting_requests(acme.workspace)) == []


def test_a_copy_is_json_with_everything_and_it_is_audited(acme):
    account = an_account(acme, name="Cantera")
    person = a_person(acme, name="Lucía Martos", account=account, external_id="u-1")
    a_no(person)

    text = "".join(export_of(person, by=acme.member, now=NOON))

    json.loads(text)
    assert [
        word for word in ("Lucía Martos", "Cantera", "u-1", "refusal") if word not in text
    ] == []
    assert AuditLine.objects.of(acme.workspace).order_by("-id")[0].verb == "exported"


def test_everybody_who_holds_data_is_asked(acme):
    sections = what_is_known_about(a_person(acme))

    assert [section.title for section in sections][:2] == [
        "Profile, accounts, relationships and notes",
        "What they allowed and asked for",
    ]


def test_a_request_of_another_workspace_is_missing(acme, globex):
    request = open_data_request(
        a_person(globex), kind=RequestKind.ACCESS, by=globex.owner, now=MORNING
    )

    with pytest.raises(Missing):
        data_request_with_id(acme.workspace, request.pk)


def test_the_register_names_what_a_profile_holds():
    fields = {(one.model, one.field) for one in personal_fields()}

    assert ("customers.person", "motivations") in fields
    assert ("customers.account", "name") not in fields


def test_the_register_speaks_words_not_names_of_columns():
    fields = list(personal_fields())

    assert len(fields) > 30
    assert [one for one in fields if one.model not in TABLES] == []
    assert [one for one in fields if one.field not in NAMES] == []


def test_a_copy_says_what_its_code_words_mean(acme):
    person = a_person(acme, name="Lucía", language="es", account=an_account(acme, name="Cantera"))

    copy = json.loads("".join(export_of(person, by=acme.member, now=NOON)))

    records = [one for section in what_is_known_about(person) for one in section.records]
    words = words_used(records)
    assert copy["words"] == words
    assert (words["membership"], words["created_on"]) == ("Membership of an account", "Known since")
    assert [word for word in words if word == words[word]] == []


def test_a_copy_of_many_records_takes_the_memory_of_a_few(acme, monkeypatch):
    person = a_person(acme)

    def peak_with(count):
        held = SimpleNamespace(title="Many", export=lambda _whom: many(count))
        monkeypatch.setattr(queries, "personal_data_providers", lambda: [held])
        tracemalloc.start()
        size = sum(len(piece) for piece in export_of(person, by=None, now=NOON))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak, size

    peak_with(10)
    peak, size = peak_with(20_000)

    assert size > 1_000_000
    assert peak < size / 4


def many(count):
    """So many records, one after the other."""
    return (Record(kind="note", values={"body": f"{number} words"}) for number in range(count))

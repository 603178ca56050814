import json

import pytest
from django.apps import apps

from vereda.customers.actions.erasures import forget_person
from vereda.customers.actions.merges import merge_people, undo_merge
from vereda.customers.actions.relationships import relate_people
from vereda.customers.contracts import (
    CannotUndoMerge,
    FieldTarget,
    PersonErased,
    RelationKind,
)
from vereda.customers.personal_data import CustomerRecords
from vereda.customers.queries.people import listed_people, person_with_key
from vereda.customers.testing import a_field, a_note, a_person, an_account
from vereda.foundation.personal_data import PersonRef
from vereda.foundation.testing import NOON
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db

CANARY = "canary"


def everywhere():
    """All that customers and the audit trail hold, as one text."""
    models = apps.get_app_config("customers").get_models()
    rows = [row for model in models for row in model._base_manager.values()]
    return repr([*rows, *AuditLine.every_workspace.values()])


def a_full_person(acme, account, *, name):
    return a_person(
        acme,
        name=f"{name} {CANARY}",
        account=account,
        external_id=f"{CANARY}-{name}",
        email=f"{name}@{CANARY}.example",
        phone=f"{CANARY}-1",
        title=CANARY,
        preferences=CANARY,
        motivations=CANARY,
        beliefs=CANARY,
        custom={"shift": CANARY},
    )


def test_nothing_of_somebody_erased_is_left_also_what_was_merged_into_them(acme, facts):
    a_field(acme, label="Shift", target=FieldTarget.PERSON)
    account = an_account(acme)
    kept = a_full_person(acme, account, name="kept")
    gone = a_full_person(acme, account, name="gone")
    relate_people(kept, account=account, kind=RelationKind.DECIDES, note=CANARY, by=acme.member)
    a_note(account, body="Somebody said so.", participants=[kept])
    merge_people(kept, absorbed=gone, by=acme.member, now=NOON)
    facts.clear()

    records = forget_person(kept, by=acme.owner, now=NOON)

    assert CANARY not in everywhere()
    assert records > 5
    assert person_with_key(acme.workspace, kept.key).called == kept.key
    assert list(listed_people(acme.workspace)) == []
    assert facts == [PersonErased(workspace_id=acme.workspace.pk, person_id=kept.pk)]


def test_others_are_untouched(acme):
    account = an_account(acme)
    forgotten = a_person(acme, name="Forgotten", account=account)
    other = a_person(acme, name="Other", account=account, email="other@cantera.example")

    forget_person(forgotten, by=acme.owner, now=NOON)

    assert person_with_key(acme.workspace, other.key).email == "other@cantera.example"
    assert [row.person for row in other.memberships.all()] == [other]


def test_notes_about_nobody_else_lose_their_words(acme):
    account = an_account(acme)
    forgotten, other = a_person(acme, name="Ana", account=account), a_person(acme, name="Bea")
    alone = a_note(account, body=f"She said {CANARY}.", subject="x", participants=[forgotten])
    together = a_note(account, body="They agreed.", participants=[forgotten, other])
    nobodys = a_note(account, body="A second warehouse.")

    forget_person(forgotten, by=acme.owner, now=NOON)

    for note in (alone, together, nobodys):
        note.refresh_from_db()
    assert (alone.subject, alone.body, alone.version) == ("", "", 2)
    assert (together.body, nobodys.body) == ("They agreed.", "A second warehouse.")


def test_the_merge_of_somebody_erased_cannot_be_undone(acme):
    kept, gone = a_person(acme, name="A"), a_person(acme, name="B")
    merge = merge_people(kept, absorbed=gone, by=acme.member, now=NOON)
    forget_person(kept, by=acme.owner, now=NOON)

    with pytest.raises(CannotUndoMerge):
        undo_merge(merge, by=acme.owner, now=NOON)

    assert person_with_key(acme.workspace, gone.key) == kept


def test_a_copy_holds_every_kind_of_record(acme):
    a_field(acme, label="Shift", target=FieldTarget.PERSON)
    account = an_account(acme)
    person = a_full_person(acme, account, name="kept")
    relate_people(person, account=account, kind=RelationKind.DECIDES, note=CANARY, by=acme.member)
    a_note(account, body=CANARY, participants=[person])
    whom = PersonRef(workspace_id=acme.workspace.pk, person_id=person.pk)

    records = list(CustomerRecords().export(whom))

    assert [record.kind for record in records] == [
        "profile",
        "membership",
        "relationship",
        "note",
    ]
    profile = records[0].values
    assert (profile["custom.shift"], profile["known_as"]) == (CANARY, [f"{CANARY}-kept"])
    assert CANARY in json.dumps([dict(record.values) for record in records])

import pytest

from vereda.customers.actions.notes import (
    Said,
    edit_note,
    pin_note,
    remove_note,
    write_note,
    write_notes,
)
from vereda.customers.contracts import (
    ChangedMeanwhile,
    InteractionKind,
    NotesWritten,
    NoteWritten,
    Visibility,
    WrongValue,
)
from vereda.customers.models.notes import Note
from vereda.customers.queries.notes import note_with_id, notes_of, notes_with
from vereda.customers.testing import a_note, a_person, an_account
from vereda.foundation.errors import Missing
from vereda.foundation.testing import MORNING, NOON
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db


def other_words(note, **changes):
    words = {
        "body": note.body,
        "subject": note.subject,
        "kind": InteractionKind(note.kind),
        "happened_at": note.happened_at,
        "participants": [],
        "visibility": Visibility(note.visibility),
    }
    return words | changes


def test_a_call_is_found_at_the_account_and_at_who_took_part(acme, facts):
    account = an_account(acme)
    lucia = a_person(acme, account=account)
    facts.clear()

    note = write_note(
        account,
        kind=InteractionKind.CALL,
        body="They open a **second** warehouse.",
        happened_at=MORNING,
        participants=[lucia],
        by=acme.member,
        now=NOON,
    )

    assert list(notes_of(account)) == [note]
    assert notes_with(lucia) == [note]
    assert (note.author, note.happened_at) == (acme.member, MORNING)
    assert facts == [
        NoteWritten(
            workspace_id=acme.workspace.pk,
            account_id=account.pk,
            note_id=note.pk,
            kind=InteractionKind.CALL,
            happened_at=MORNING,
        )
    ]


@pytest.mark.parametrize(
    "words",
    [
        {"body": "  "},
        {"body": "x" * 20_001},
        {"body": "a\x00"},
        {"body": "a", "subject": "s" * 201},
    ],
    ids=["empty", "too long", "not text", "long subject"],
)
def test_what_cannot_be_a_note_is_refused(acme, facts, words):
    account = an_account(acme)
    facts.clear()

    with pytest.raises(WrongValue):
        write_note(account, by=acme.member, now=NOON, **words)

    assert Note.every_workspace.count() == 0
    assert facts == []


def test_an_edit_says_that_it_was_edited(acme):
    note = a_note(an_account(acme))

    edit_note(note, by=acme.member, now=NOON, **other_words(note, body="Two of them."))

    now = note_with_id(note.account, note.pk)
    assert (now.body, now.edited_at, now.version) == ("Two of them.", NOON, 2)


def test_the_second_to_edit_is_refused(acme):
    note = a_note(an_account(acme))
    edit_note(note, by=acme.admin, now=NOON, version=1, **other_words(note, body="First"))

    with pytest.raises(ChangedMeanwhile):
        edit_note(note, by=acme.member, now=NOON, version=1, **other_words(note, body="Second"))

    assert Note.every_workspace.get().body == "First"


def test_a_note_can_be_pinned_and_let_go(acme):
    note = a_note(an_account(acme))

    pin_note(note, pinned=True, by=acme.member, now=NOON)
    assert Note.every_workspace.get().pinned_at == NOON
    pin_note(note, pinned=False, by=acme.member, now=NOON)

    assert Note.every_workspace.get().pinned_at is None


def test_a_removed_note_leaves_no_words_in_the_audit_trail(acme):
    note = a_note(an_account(acme), body="Something private")

    remove_note(note, by=acme.member)

    assert Note.every_workspace.count() == 0
    assert "private" not in str(list(AuditLine.objects.of(acme.workspace).values()))


def test_a_note_of_another_account_is_missing(acme):
    note = a_note(an_account(acme, name="Other"))

    with pytest.raises(Missing):
        note_with_id(an_account(acme), note.pk)


def test_a_long_list_of_notes_costs_two_queries(acme, django_assert_num_queries):
    account = an_account(acme)
    people = [a_person(acme, name=f"P{n}", account=account) for n in range(3)]
    for _ in range(5):
        a_note(account, participants=people)

    with django_assert_num_queries(3):
        notes = list(notes_of(account))
        named = [row.person.called for note in notes for row in note.participants.all()]

    assert len(named) == 15


def test_several_notes_keep_their_authors_and_are_told_once(acme, facts):
    account = an_account(acme)
    lucia = a_person(acme, account=account)
    facts.clear()

    first, second = write_notes(
        account,
        said=[
            Said(by=acme.member, body="They called.", happened_at=MORNING, participants=[lucia]),
            Said(by=acme.admin, body="We called back.", happened_at=NOON),
        ],
    )

    assert list(notes_of(account)) == [second, first]
    assert notes_with(lucia) == [first]
    assert [note.author_id for note in (first, second)] == [acme.member.pk, acme.admin.pk]
    (fact,) = facts.of(NotesWritten)
    assert (fact.account_ids, fact.note_ids) == ((account.pk,), (first.pk, second.pk))
    assert AuditLine.every_workspace.filter(verb="wrote").count() == 2


def test_several_notes_are_kept_together_or_not_at_all(acme):
    account = an_account(acme)
    said = [Said(by=None, body=body, happened_at=NOON) for body in ("A word", " ")]

    with pytest.raises(WrongValue):
        write_notes(account, said=said)

    assert not notes_of(account).exists()

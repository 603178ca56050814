import re

import pytest

from vereda.customers.actions.accounts import archive_account, edit_account
from vereda.customers.actions.duplicates import suggest_duplicate_accounts, suggest_duplicate_people
from vereda.customers.actions.people import join_account, leave_account
from vereda.customers.actions.relationships import relate_people
from vereda.customers.contracts import FieldTarget, FieldType, RelationKind
from vereda.customers.models.accounts import Account
from vereda.customers.models.duplicates import DuplicateSuggestion, Merge
from vereda.customers.models.fields import CustomField
from vereda.customers.models.notes import Note
from vereda.customers.models.people import Membership, Person, Relationship
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.testing import a_field, a_note, a_person, an_account
from vereda.foundation.testing import MORNING, NOON

pytestmark = pytest.mark.django_db


def full(acme):
    """A workspace in which every page has something to show."""
    a_field(acme, label="Region")
    a_field(
        acme, label="Shift", target=FieldTarget.PERSON, type=FieldType.CHOICE, choices=["Night"]
    )
    account = an_account(acme, name="Cantera", custom={"region": "North"}, owner_id=acme.member.pk)
    an_account(acme, name="Cantera SL")
    lucia = a_person(acme, name="Lucía", account=account, custom={"shift": "Night"})
    pau = a_person(acme, name="Pau", account=account, email="pau@cantera.example")
    a_person(acme, name="P", email="pau@cantera.example")
    relate_people(lucia, account=account, kind=RelationKind.DECIDES, by=acme.member)
    relate_people(pau, account=account, kind=RelationKind.REPORTS_TO, to=lucia, by=acme.member)
    archive_account(an_account(acme, name="Old"), by=acme.member, now=MORNING)
    suggest_duplicate_accounts(acme.workspace)
    suggest_duplicate_people(acme.workspace)
    return a_note(account, body="**Two** warehouses", participants=[lucia], by=acme.member)


PAGES = [
    ("accounts/new/", "New account"),
    ("accounts/new/?parent=A-1", "New account"),
    ("accounts/archived/", "Old"),
    ("accounts/A-1/edit/", "North"),
    ("accounts/A-1/assign/", "Member"),
    ("accounts/A-1/stage/", "Onboarding"),
    ("accounts/A-1/next-step/", "Next step"),
    ("accounts/A-1/tags/", "Tags"),
    ("accounts/A-1/relationships/", "Reports to"),
    ("accounts/A-2/relationships/", "Nobody is in this account yet"),
    ("accounts/A-1/notes/new/?kind=call", "What was said"),
    ("people/", "Lucía"),
    ("people/?q=zzz", "Nobody matches"),
    ("people/?account=A-1&sort=-name", "Pau"),
    ("people/new/?account=A-1", "New person at Cantera"),
    ("people/PE-1/", "Decides"),
    ("people/PE-1/edit/", "What moves them"),
    ("people/PE-1/join/", "Role there"),
    ("duplicates/", "Cantera SL"),
    ("duplicates/?of=people", "same e-mail address"),
    ("settings/fields/", "custom.region"),
    ("settings/fields/person/shift/edit/", "Night"),
]


@pytest.mark.parametrize(("path", "word"), PAGES, ids=lambda value: value)
def test_a_page_opens_and_shows_what_it_is_about(acme, client_of, path, word):
    full(acme)

    answer = client_of(acme.admin).get(f"/w/acme/{path}")

    assert answer.status_code == 200
    assert word in answer.content.decode()


@pytest.mark.parametrize("path", [path for path, _ in PAGES])
def test_a_page_shows_nothing_of_another_workspace(acme, globex, client_of, path):
    full(acme)
    client = client_of(globex.owner)

    through_ours = client.get(f"/w/acme/{path}")
    through_theirs = client.get(f"/w/globex/{path}")

    assert through_ours.status_code == 404
    assert through_theirs.status_code in {200, 404}
    assert "Cantera" not in through_theirs.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "accounts/A-99/edit/",
        "accounts/B-1/edit/",
        "accounts/A-01/edit/",
        "people/PE-99/",
        "people/?cursor=edited",
        "duplicates/?cursor=edited",
        "settings/fields/car/region/edit/",
        "settings/fields/account/nothing/edit/",
        "people/new/?account=A-99",
    ],
)
def test_what_is_not_there_is_missing(acme, client_of, path):
    full(acme)

    assert client_of(acme.admin).get(f"/w/acme/{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["people/?sort=password", "people/?q=%00", "people/?account=nowhere"]
)
def test_an_address_that_makes_no_sense_is_refused(acme, client_of, path):
    assert client_of(acme.member).get(f"/w/acme/{path}").status_code == 422


ACCOUNT = {
    "name": "Bravo",
    "stage": "trial",
    "status": "trial",
    "tags": "vip, north",
    "parent": "cantera",
    "custom_region": "South",
}


def test_an_account_is_added_with_all_that_was_typed(acme, client_of):
    a_field(acme, label="Region")
    parent = an_account(acme, name="Cantera")

    answer = client_of(acme.member).post("/w/acme/accounts/new/", ACCOUNT)

    account = account_with_key(acme.workspace, "A-2")
    assert (answer.status_code, answer["Location"]) == (303, "/w/acme/accounts/A-2/")
    assert (account.name, account.stage, account.parent, account.custom) == (
        "Bravo",
        "trial",
        parent,
        {"region": "South"},
    )
    assert sorted(row.tag.name for row in account.account_tags.all()) == ["north", "vip"]


def test_a_form_with_a_mistake_comes_back_with_what_was_typed(acme, client_of):
    answer = client_of(acme.member).post(
        "/w/acme/accounts/new/", {**ACCOUNT, "parent": "A-99", "custom_region": ""}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "no account we know" in page
    assert 'value="Bravo"' in page
    assert Account.every_workspace.count() == 0


def test_the_second_to_save_sees_what_the_first_wrote(acme, client_of):
    account = an_account(acme, name="Cantera", industry="Logistics")
    edit_account(account, by=acme.admin, now=NOON, industry="Transport")

    answer = client_of(acme.member).post(
        "/w/acme/accounts/A-1/edit/",
        {
            "name": "Cantera",
            "stage": "onboarding",
            "status": "active",
            "industry": "Storage",
            "created_on": "2026-11-02",
            "version": "1",
        },
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Industry: there is “Transport” now, you wrote “Storage”." in page
    assert account_with_key(acme.workspace, "A-1").industry == "Transport"


@pytest.mark.parametrize(
    ("path", "sent", "field", "value"),
    [
        ("stage/", {"stage": "value"}, "stage", "value"),
        ("next-step/", {"next_step": "Call"}, "next_step", "Call"),
        ("archive/", {}, "key", "A-1"),
    ],
)
def test_one_cell_is_changed(acme, client_of, path, sent, field, value):
    an_account(acme)

    answer = client_of(acme.member).post(f"/w/acme/accounts/A-1/{path}", sent)

    assert answer.status_code == 303
    assert getattr(Account.every_workspace.get(), field) == value


def test_an_owner_is_chosen_among_those_who_work_here(acme, globex, client_of):
    an_account(acme)
    client = client_of(acme.member)

    refused = client.post("/w/acme/accounts/A-1/assign/", {"owner": str(globex.owner.pk)})
    accepted = client.post("/w/acme/accounts/A-1/assign/", {"owner": str(acme.viewer.pk)})

    assert (refused.status_code, accepted.status_code) == (422, 303)
    assert Account.every_workspace.get().owner == acme.viewer


def test_a_change_can_return_to_the_page_it_came_from_but_not_to_another_site(acme, client_of):
    an_account(acme)
    client = client_of(acme.member)

    back = client.post("/w/acme/accounts/A-1/tags/", {"tags": "a", "next": "/w/acme/people/"})
    away = client.post("/w/acme/accounts/A-1/tags/", {"tags": "b", "next": "//evil.example/"})

    assert back["Location"] == "/w/acme/people/"
    assert away["Location"] == "/w/acme/accounts/A-1/"


def test_a_person_is_added_into_an_account_joins_another_and_leaves(acme, client_of):
    an_account(acme, name="Cantera")
    an_account(acme, name="Bravo")
    client = client_of(acme.member)

    added = client.post("/w/acme/people/new/?account=A-1", {"name": "Lucía", "language": "es"})
    client.post("/w/acme/people/PE-1/join/", {"account": "bravo", "role": "advises"})
    held = Membership.every_workspace.get(account__name="Cantera")
    client.post(f"/w/acme/people/PE-1/memberships/{held.pk}/leave/")

    present = Membership.every_workspace.filter(until_on=None).get()
    assert added["Location"] == "/w/acme/people/PE-1/"
    assert (present.account.name, present.role) == ("Bravo", "advises")


def test_a_relationship_is_noted_and_taken_back(acme, client_of):
    account = an_account(acme)
    lucia = a_person(acme, name="Lucía", account=account)
    client = client_of(acme.member)

    client.post(
        "/w/acme/accounts/A-1/relationships/relate/", {"person": lucia.pk, "kind": "champion"}
    )
    row = Relationship.every_workspace.get()
    again = client.post(
        "/w/acme/accounts/A-1/relationships/relate/", {"person": lucia.pk, "kind": "champion"}
    )
    client.post(f"/w/acme/accounts/A-1/relationships/{row.pk}/unrelate/")

    assert again.status_code == 422
    assert Relationship.every_workspace.count() == 0


def test_a_meeting_is_written_down_edited_pinned_and_removed(acme, client_of):
    account = an_account(acme)
    lucia = a_person(acme, name="Lucía", account=account)
    client = client_of(acme.member)
    words = {
        "kind": "meeting",
        "body": "**Two** <script>alert(1)</script>",
        "happened_at": "2026-11-02T09:30",
        "participants": [str(lucia.pk)],
        "visibility": "internal",
    }

    client.post("/w/acme/accounts/A-1/notes/new/", words)
    note = Note.every_workspace.get()
    shown = client.get(f"/w/acme/accounts/A-1/notes/{note.pk}/").content.decode()
    client.post(
        f"/w/acme/accounts/A-1/notes/{note.pk}/edit/", {**words, "body": "Three", "version": 1}
    )
    client.post(f"/w/acme/accounts/A-1/notes/{note.pk}/pin/")

    now = Note.every_workspace.get()
    assert "<strong>Two</strong>" in shown
    assert "<script>alert" not in shown
    assert (now.body, now.pinned_at is not None) == ("Three", True)
    client.post(f"/w/acme/accounts/A-1/notes/{note.pk}/remove/")
    assert Note.every_workspace.count() == 0


def test_the_composer_comes_alone_to_htmx(acme, client_of):
    an_account(acme)

    answer = client_of(acme.member).get(
        "/w/acme/accounts/A-1/notes/new/", headers={"HX-Request": "true"}
    )

    page = answer.content.decode()
    assert 'id="compose"' in page
    assert "<html" not in page


def test_a_pair_is_compared_merged_and_undone(acme, client_of):
    full(acme)
    pair = DuplicateSuggestion.every_workspace.get(target="account")
    client = client_of(acme.member)

    compared = client.get(f"/w/acme/duplicates/{pair.pk}/").content.decode()
    client.post(f"/w/acme/duplicates/{pair.pk}/merge/", {"survivor": "second"})
    merge = Merge.every_workspace.get()
    queue = client.get("/w/acme/duplicates/").content.decode()
    client.post(f"/w/acme/merges/{merge.pk}/undo/")

    assert re.search(r"differs", compared)
    assert str(merge.survivor_account) == "A-2 Cantera SL"
    assert f"merges/{merge.pk}/undo" in queue
    assert Merge.every_workspace.get().undone_at is not None
    assert Account.every_workspace.filter(merged_into=None).count() == 3


def test_a_merge_without_a_survivor_changes_nothing(acme, client_of):
    full(acme)
    pair = DuplicateSuggestion.every_workspace.get(target="account")

    answer = client_of(acme.member).post(f"/w/acme/duplicates/{pair.pk}/merge/")

    assert answer.status_code == 422
    assert Merge.every_workspace.count() == 0


def test_a_pair_is_dismissed_and_the_search_repeated(acme, client_of, facts):
    full(acme)
    pair = DuplicateSuggestion.every_workspace.get(target="person")
    client = client_of(acme.member)

    client.post(f"/w/acme/duplicates/{pair.pk}/dismiss/")
    DuplicateSuggestion.every_workspace.filter(target="account").delete()
    client.post("/w/acme/duplicates/look/")
    facts.deliver()

    pair.refresh_from_db()
    assert pair.dismissed_by == acme.member
    assert DuplicateSuggestion.every_workspace.filter(target="person").count() == 1
    assert DuplicateSuggestion.every_workspace.filter(target="account").count() == 1


def test_a_field_is_defined_renamed_archived_and_restored(acme, client_of):
    client = client_of(acme.admin)

    client.post(
        "/w/acme/settings/fields/",
        {"label": "Tier", "target": "account", "type": "choice", "choices": "Gold\nSilver"},
    )
    client.post("/w/acme/settings/fields/account/tier/edit/", {"label": "Level", "choices": "Gold"})
    client.post("/w/acme/settings/fields/account/tier/archive/")
    archived = CustomField.every_workspace.get()
    client.post("/w/acme/settings/fields/account/tier/restore/")

    restored = CustomField.every_workspace.get()
    assert (archived.label, archived.choices, archived.archived_at is None) == (
        "Level",
        ["Gold"],
        False,
    )
    assert restored.archived_at is None


@pytest.mark.parametrize(
    "path",
    [
        "accounts/new/",
        "accounts/A-1/edit/",
        "accounts/A-1/archive/",
        "accounts/A-1/notes/new/",
        "accounts/A-1/relationships/relate/",
        "people/new/",
        "people/PE-1/edit/",
        "duplicates/look/",
        "settings/fields/",
    ],
)
def test_a_viewer_changes_nothing(acme, client_of, path):
    full(acme)
    before = (Account.every_workspace.count(), Person.every_workspace.count())

    answer = client_of(acme.viewer).post(f"/w/acme/{path}", {"name": "Intruder"})

    assert answer.status_code == 403
    assert (Account.every_workspace.count(), Person.every_workspace.count()) == before


def test_the_list_of_people_costs_the_same_for_one_and_for_forty(
    acme, client_of, django_assert_max_num_queries
):
    account = an_account(acme)
    for place in range(40):
        a_person(acme, name=f"P{place}", account=account)
    client = client_of(acme.member)

    with django_assert_max_num_queries(14):
        client.get("/w/acme/people/")


def test_somebody_who_left_the_account_stays_in_what_they_took_part_in(acme, client_of):
    account = an_account(acme)
    lucia = a_person(acme, name="Lucía", account=account)
    note = a_note(account, participants=[lucia])
    leave_account(lucia.memberships.get(), until_on=MORNING.date(), by=acme.member)

    page = client_of(acme.member).get(f"/w/acme/accounts/A-1/notes/{note.pk}/edit/")

    assert "Lucía" in page.content.decode()


def test_the_page_of_a_boss_says_who_reports_to_whom(acme, client_of):
    full(acme)
    client = client_of(acme.viewer)

    pages = [client.get(f"/w/acme/people/{key}/").content.decode() for key in ("PE-1", "PE-2")]

    told = (
        '<a href="/w/acme/people/PE-2/">Pau</a> reports to <a href="/w/acme/people/PE-1/">Lucía</a>'
    )
    assert [told in page for page in pages] == [True, True]


def test_a_role_without_a_job_title_stands_alone(acme, client_of):
    account = an_account(acme, name="Cantera")
    person = a_person(acme, name="Lucía")
    join_account(person, account=account, by=acme.member, role="Sponsor")

    page = client_of(acme.viewer).get(f"/w/acme/people/{person.key}/").content.decode()

    assert '<span class="quiet small words"><span>Sponsor</span></span>' in page

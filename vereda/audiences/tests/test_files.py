"""Audiences go out as a file and come in again: TOML and JSON, all of it or nothing."""

import json

import pytest

from vereda.audiences.audience_files import audiences_as_file, bring_in_audiences
from vereda.audiences.contracts import About, WrongAudienceFile
from vereda.audiences.models import Audience
from vereda.audiences.testing import a_row, an_audience, any_of, not_all
from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING

pytestmark = pytest.mark.django_db


@pytest.fixture
def questions(acme):
    """Two audiences with all that a question can hold."""
    return [
        an_audience(
            acme,
            a_row("customers.stage", "any_of", "trial", "adoption"),
            any_of(
                a_row("customers.owner", "is", str(acme.member.pk)),
                not_all(a_row("customers.arr", "at_least", "10"), a_row("customers.plan", "known")),
            ),
            a_row("events.did", "at_least", "3", event="Report “exported”", days="14"),
            name="Worth a call",
            description="Whom we ring",
        ),
        an_audience(
            acme, a_row("customers.name", "starts_with", "a"), name="A", about=About.PEOPLE
        ),
    ]


@pytest.mark.parametrize("as_json", [True, False])
def test_what_went_out_comes_in_unchanged(acme, questions, as_json):
    before = list(Audience.objects.of(acme.workspace).order_by("pk").values("slug", "question"))
    text = audiences_as_file(acme.workspace, questions, as_json=as_json)

    changed = bring_in_audiences(acme.workspace, text=text, by=acme.member, now=MORNING)
    again = audiences_as_file(
        acme.workspace, list(Audience.objects.of(acme.workspace).order_by("pk")), as_json=as_json
    )

    after = Audience.objects.of(acme.workspace).order_by("pk").values("slug", "question")
    assert (again, changed) == (text, [])
    assert list(after) == before


@pytest.mark.parametrize("as_json", [True, False])
def test_a_file_is_read_into_another_workspace(acme, globex, questions, as_json):
    text = audiences_as_file(acme.workspace, questions, as_json=as_json)
    text = text.replace(acme.member.user.email, globex.member.user.email)

    bring_in_audiences(globex.workspace, text=text, by=globex.member, now=MORNING)

    theirs = list(Audience.objects.of(globex.workspace).order_by("pk"))
    assert audiences_as_file(globex.workspace, theirs, as_json=as_json) == text
    assert [row.about for row in theirs] == ["accounts", "people"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "This is no TOML"),
        ("{", "This is no JSON"),
        ("x = 1", "Write each audience as [[audience]]."),
        ("audience = []", "The file names between 1 and 200 audiences."),
        ("[[audience]]\nabout = 'accounts'", "Audience 1 has no name."),
        ("[[audience]]\nname = 'A'\nabout = 'cats'", "Audience 1: “about” is"),
        ("[[audience]]\nname = 'A'\nwhere = '1=1'", "Audience 1: “where” has no meaning here."),
        ("[[audience]]\nname = 'A'", "A: The question: a group with “rules” was expected."),
        (
            "[[audience]]\nname = 'A'\nquestion = { rules = [{ field = 'x', operator = 'is' }] }",
            "A: Row 1: nothing is called “x” here.",
        ),
    ],
)
def test_a_file_that_holds_no_audiences_is_refused_and_nothing_is_kept(acme, text, sentence):
    question = "[audience.question]\nrules = [{field = 'customers.name', operator = 'known'}]\n"
    good = f"[[audience]]\nname = 'Good'\n{question}"
    text = good + text if text.startswith("[[") else text

    with pytest.raises(WrongAudienceFile) as refused:
        bring_in_audiences(acme.workspace, text=text, by=acme.member, now=MORNING)

    assert sentence.replace("Audience 1", "Audience 2") in str(refused.value)
    assert Audience.every_workspace.count() == 0


def test_the_pages_give_and_take_a_file(acme, client_of, questions, facts):
    an_account(acme)
    client = client_of(acme.member)

    toml = client.get("/w/acme/audiences/file/")
    one = client.get(f"/w/acme/audiences/file/?audience={questions[1].key}&format=json")

    assert toml.headers["Content-Disposition"] == 'attachment; filename="audiences.toml"'
    assert "Report “exported”" in toml.text
    assert [row["slug"] for row in json.loads(one.content)["audience"]] == ["a"]

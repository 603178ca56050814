"""Audiences that ask for other audiences: who is in, followed at once, never in a circle."""

import pytest
from django.urls import reverse

from vereda.audiences.actions.audiences import (
    archive_audience,
    change_audience,
    restore_audience,
    save_audience,
)
from vereda.audiences.actions.by_hand import add_by_hand, hold_out
from vereda.audiences.audience_files import audiences_as_file, bring_in_audiences
from vereda.audiences.contracts import (
    ACCOUNT_INSIDE,
    INSIDE,
    MOST_LEVELS,
    About,
    AudienceAskedFor,
    WrongAudienceFile,
    WrongQuestion,
)
from vereda.audiences.models import Audience
from vereda.audiences.queries.asking import asked_question, vocabulary_of
from vereda.audiences.queries.inclusions import account_ids_in, person_ids_in
from vereda.audiences.queries.reasons import reasons_of
from vereda.audiences.rules.references import asked_for, circle_from, standing_levels
from vereda.audiences.testing import a_row, all_of, an_audience, not_all
from vereda.customers.actions.accounts import edit_account
from vereda.customers.contracts import LifecycleStage
from vereda.customers.testing import a_person, an_account
from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING

pytestmark = pytest.mark.django_db

IN_TRIAL = a_row("customers.stage", "is", "trial")


def in_audience(slug, comparison="is"):
    return a_row(INSIDE, comparison, slug)


def asking(audience, *rules, company):
    """Let the audience ask that instead."""
    row = Audience.objects.of(company.workspace).get(pk=audience.pk)
    return change_audience(
        row,
        name=row.name,
        description="",
        question=all_of(*rules),
        by=company.owner,
        now=MORNING,
    )


def test_being_in_another_audience_or_not(acme):
    inside = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    outside = an_account(acme, name="Dehesa", stage=LifecycleStage.VALUE)
    an_audience(acme, IN_TRIAL, name="Trials")

    both = an_audience(acme, in_audience("trials"), name="In it")
    others = an_audience(acme, in_audience("trials", "is_not"), name="Not in it")
    negated = an_audience(acme, not_all(in_audience("trials")), name="Negated")

    assert list(account_ids_in(both)) == [inside.pk]
    assert list(account_ids_in(others)) == [outside.pk]
    assert list(account_ids_in(negated)) == [outside.pk]


def test_whoever_enters_or_leaves_one_is_looked_at_in_the_others(acme, facts):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.VALUE)
    person = a_person(acme, name="Ana", account=account)
    trials = an_audience(acme, IN_TRIAL, name="A trials", now=now())
    second = an_audience(acme, in_audience("a-trials"), name="Before it by name", now=now())
    third = an_audience(acme, in_audience(second.slug), name="Another", now=now())
    people = an_audience(
        acme, a_row(ACCOUNT_INSIDE, "is", "a-trials"), name="P", about=About.PEOPLE, now=now()
    )
    facts.deliver()
    assert list(account_ids_in(third)) == list(person_ids_in(people)) == []

    add_by_hand(trials, [account.pk], reason="asked", by=acme.owner, now=now())
    facts.deliver()
    assert list(account_ids_in(second)) == list(account_ids_in(third)) == [account.pk]
    assert list(person_ids_in(people)) == [person.pk]

    hold_out(trials, account.pk, reason="left", by=acme.owner, now=now())
    facts.deliver()
    assert list(account_ids_in(second)) == list(account_ids_in(third)) == []
    assert list(person_ids_in(people)) == []


def test_a_change_of_the_account_reaches_those_who_ask_for_its_audience(acme, facts):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.VALUE)
    an_audience(acme, a_row("customers.name", "is", "Canteras"), name="Z named", now=now())
    upon = an_audience(acme, in_audience("z-named"), name="A upon it", now=now())
    facts.deliver()

    edit_account(account, by=acme.owner, now=now(), name="Canteras")
    facts.deliver()

    assert list(account_ids_in(upon)) == [account.pk]


def test_why_somebody_is_in_names_the_audience_and_since_when(acme):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    other = an_account(acme, name="Dehesa", stage=LifecycleStage.VALUE)
    person = a_person(acme, name="Ana", account=account)
    an_audience(acme, IN_TRIAL, name="Trials")
    accounts, people = (vocabulary_of(acme.workspace, about=about) for about in About)

    is_in = asked_question(accounts, all_of(in_audience("trials")), now=MORNING)
    is_not = asked_question(accounts, all_of(in_audience("trials", "is_not")), now=MORNING)
    through = asked_question(people, all_of(a_row(ACCOUNT_INSIDE, "is", "trials")), now=MORNING)

    assert reasons_of(is_in, [account.pk])[account.pk][0].startswith("In “Trials” since ")
    assert reasons_of(is_not, [other.pk])[other.pk] == ["Not in “Trials”"]
    assert reasons_of(through, [person.pk])[person.pk] == ["Cantera: in “Trials”"]


def test_a_circle_is_refused_with_its_names(acme):
    one = an_audience(acme, IN_TRIAL, name="One")
    an_audience(acme, in_audience("one"), name="Two")
    an_audience(acme, in_audience("two"), name="Three")

    with pytest.raises(WrongQuestion, match="“One” → “Three” → “Two” → “One”"):
        asking(one, in_audience("three"), company=acme)
    with pytest.raises(WrongQuestion, match="“One” → “One”"):
        asking(one, in_audience("one", "is_not"), company=acme)

    one.refresh_from_db()
    assert one.asked == all_of(IN_TRIAL)


def test_a_circle_through_peoples_accounts_is_none_but_depth_counts(acme):
    an_audience(acme, IN_TRIAL, name="Level 1")
    for level in range(2, MOST_LEVELS + 1):
        an_audience(acme, in_audience(f"level-{level - 1}"), name=f"Level {level}")

    deepest = all_of(in_audience(f"level-{MOST_LEVELS}"))
    with pytest.raises(WrongQuestion, match="stand on one another"):
        save_audience(
            acme.workspace,
            name="Too deep",
            about=About.ACCOUNTS,
            question=deepest,
            by=acme.owner,
            now=MORNING,
        )
    assert not Audience.objects.of(acme.workspace).filter(name="Too deep").exists()


def test_what_others_ask_for_is_not_archived(acme):
    trials = an_audience(acme, IN_TRIAL, name="Trials")
    upon = an_audience(acme, in_audience("trials"), name="Upon it")

    with pytest.raises(AudienceAskedFor, match="“Upon it” asks for it"):
        archive_audience(trials, by=acme.owner, now=MORNING)
    archive_audience(upon, by=acme.owner, now=MORNING)
    archive_audience(trials, by=acme.owner, now=MORNING)

    trials.refresh_from_db()
    assert trials.archived_at == MORNING
    restore_audience(trials, by=acme.owner)


def test_a_file_may_name_those_it_asks_for_later(acme, globex):
    an_audience(acme, IN_TRIAL, name="Trials")
    an_audience(acme, in_audience("trials"), name="A upon it")
    rows = list(Audience.objects.of(acme.workspace).order_by("name"))
    text = audiences_as_file(acme.workspace, rows)

    brought = bring_in_audiences(globex.workspace, text=text, by=globex.owner, now=MORNING)

    assert [row.slug for row in brought] == ["trials", "a-upon-it"]


def test_a_file_with_a_circle_is_refused(acme):
    an_audience(acme, IN_TRIAL, name="One")
    an_audience(acme, in_audience("one"), name="Two")
    rows = list(Audience.objects.of(acme.workspace).order_by("name"))
    text = audiences_as_file(acme.workspace, rows)
    text = text.replace("customers.stage", INSIDE).replace("trial", "two")

    with pytest.raises(WrongAudienceFile, match="cannot ask for itself"):
        bring_in_audiences(acme.workspace, text=text, by=acme.owner, now=MORNING)


def test_the_person_page_says_in_which_audiences(acme, client_of):
    person = a_person(acme, name="Ana", account=an_account(acme))
    a_person(acme, name="Bea", account=an_account(acme, name="Other"))
    an_audience(acme, a_row("customers.name", "is", "Ana"), name="Named", about=About.PEOPLE)
    address = reverse("customers:person", kwargs={"workspace": "acme", "key": person.key})

    text = client_of(acme.viewer).get(address).text

    assert "In these audiences" in text
    assert "Named" in text


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ({"field": INSIDE, "value": "a"}, {"a"}),
        ({"rules": [{"field": ACCOUNT_INSIDE, "value": ["a", "b"]}, {"field": "x"}]}, {"a", "b"}),
        ({"rules": 7}, set()),
        ({"field": INSIDE, "value": 3}, set()),
        (None, set()),
    ],
)
def test_asked_for_reads_whatever_is_stored(content, names):
    assert asked_for(content) == names


def test_circles_and_levels():
    assert circle_from("a", {"a": ["b", "c"], "b": ["d"], "c": ["a"], "d": ["a"]}) == ("a", "c")
    assert circle_from("a", {"a": ["b"], "b": ["c"], "c": ["b"]}) == ()
    assert standing_levels({"a": ["b", "c"], "b": ["c"], "c": []}) == 3
    assert standing_levels({}) == 0

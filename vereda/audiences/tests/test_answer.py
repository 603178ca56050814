"""Who is in: brought up to date wholly and in part, once each, and announced."""

import pytest

from vereda.audiences.actions.answering import Moved, look_again_at
from vereda.audiences.actions.touched import asks_of_activity, asks_of_use
from vereda.audiences.contracts import (
    About,
    Cause,
    ChangeKind,
    EnteredAudience,
    LeftAudience,
)
from vereda.audiences.models import Audience, AudienceChange, Inclusion
from vereda.audiences.queries.asking import vocabulary_of
from vereda.audiences.queries.inclusions import (
    account_ids_in,
    audience_ids_of_accounts,
    audiences_of_account,
    holds_account,
    person_ids_in,
)
from vereda.audiences.testing import a_row, an_audience, answered, any_of
from vereda.customers.actions.accounts import archive_account, edit_account, restore_account
from vereda.customers.actions.figures import note_money
from vereda.customers.actions.people import archive_person
from vereda.customers.contracts import LifecycleStage, MoneyFigures
from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING, NOON

pytestmark = pytest.mark.django_db

IN_TRIAL = a_row("customers.stage", "is", "trial")


def test_whom_the_question_is_true_of_is_in(acme, facts):
    trial = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    an_account(acme, name="Molino", stage=LifecycleStage.ADOPTION)

    audience = an_audience(acme, IN_TRIAL)

    assert list(account_ids_in(audience)) == [trial.pk]
    assert (audience.size, audience.is_current) == (1, True)
    assert facts.of(EnteredAudience) == [
        EnteredAudience(
            workspace_id=acme.workspace.pk, audience_id=audience.pk, account_ids=(trial.pk,)
        )
    ]


def test_an_answer_without_news_writes_nobody_and_announces_nothing(acme, facts):
    an_account(acme, stage=LifecycleStage.TRIAL)
    audience = an_audience(acme, IN_TRIAL)
    facts.clear()

    moved = answered(audience, now=NOON)

    assert moved == Moved()
    assert AudienceChange.objects.of(acme.workspace).count() == 1
    assert facts == []


def test_a_changed_account_leaves_and_another_enters_when_news_is_heard(acme, facts):
    leaver = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    comer = an_account(acme, name="Molino", stage=LifecycleStage.ADOPTION)
    audience = an_audience(acme, IN_TRIAL)

    edit_account(leaver, stage=LifecycleStage.VALUE, by=acme.owner, now=NOON)
    edit_account(comer, stage=LifecycleStage.TRIAL, by=acme.owner, now=NOON)
    facts.deliver()

    assert list(account_ids_in(audience)) == [comer.pk]
    assert [fact.account_ids for fact in facts.of(LeftAudience)] == [(leaver.pk,)]
    changes = AudienceChange.objects.of(acme.workspace).filter(cause=Cause.NEWS)
    assert {(row.account_id, row.kind) for row in changes} == {
        (leaver.pk, ChangeKind.LEFT),
        (comer.pk, ChangeKind.ENTERED),
    }
    assert Audience.objects.of(acme.workspace).get().size == 1


def test_looking_again_twice_moves_nobody_twice(acme, facts):
    account = an_account(acme, stage=LifecycleStage.TRIAL)
    audience = an_audience(acme, IN_TRIAL)
    Inclusion.objects.of(acme.workspace).all().delete()
    facts.clear()
    vocabulary = vocabulary_of(acme.workspace, about=About.ACCOUNTS)

    moved = [
        look_again_at(audience, [account.pk], vocabulary=vocabulary, cause=Cause.NEWS, now=NOON)
        for _ in range(2)
    ]

    assert moved == [Moved(entered=1), Moved()]
    assert len(facts.of(EnteredAudience)) == 1
    assert Inclusion.objects.of(acme.workspace).count() == 1


def test_who_is_archived_leaves_and_comes_back_when_restored(acme, facts):
    account = an_account(acme, stage=LifecycleStage.TRIAL)
    audience = an_audience(acme, IN_TRIAL)

    archive_account(account, by=acme.owner, now=NOON)
    facts.deliver()
    gone = holds_account(audience, account.pk)
    restore_account(account, by=acme.owner, now=NOON)
    facts.deliver()

    assert not gone
    assert holds_account(audience, account.pk)


def test_people_are_asked_by_the_account_they_are_in(acme, facts):
    account = an_account(acme, stage=LifecycleStage.ADOPTION)
    lucia = a_person(acme, account=account)
    a_person(acme, name="Somebody else")
    audience = an_audience(
        acme, a_row("customers.account.stage", "is", "trial"), about=About.PEOPLE
    )

    edit_account(account, stage=LifecycleStage.TRIAL, by=acme.owner, now=NOON)
    facts.deliver()

    assert list(person_ids_in(audience)) == [lucia.pk]
    assert [fact.person_ids for fact in facts.of(EnteredAudience)] == [(lucia.pk,)]


def test_a_person_who_is_archived_leaves(acme, facts):
    lucia = a_person(acme)
    audience = an_audience(acme, a_row("customers.name", "known"), about=About.PEOPLE)
    assert list(person_ids_in(audience)) == [lucia.pk]

    archive_person(lucia, by=acme.owner, now=NOON)
    facts.deliver()

    assert list(person_ids_in(audience)) == []


def test_ids_of_another_workspace_enter_nothing(acme, globex):
    theirs = an_account(globex, stage=LifecycleStage.TRIAL)
    audience = an_audience(acme, IN_TRIAL)
    vocabulary = vocabulary_of(acme.workspace, about=About.ACCOUNTS)

    moved = look_again_at(audience, [theirs.pk], vocabulary=vocabulary, cause=Cause.NEWS, now=NOON)

    assert moved == Moved()
    assert Inclusion.every_workspace.count() == 0


def test_audiences_of_an_account_are_told_by_name(acme):
    account = an_account(acme, stage=LifecycleStage.TRIAL)
    trial = an_audience(acme, IN_TRIAL, name="Trials")
    named = an_audience(acme, a_row("customers.name", "contains", "cantera"), name="Canteras")

    rows = audiences_of_account(acme.workspace, account.pk)

    assert [row.audience for row in rows] == [named, trial]
    assert audience_ids_of_accounts(acme.workspace, [account.pk]) == {
        account.pk: {trial.pk, named.pk}
    }


def test_what_is_asked_of_days_is_answered_as_days_pass(acme, facts):
    an_account(acme, stage=LifecycleStage.TRIAL)
    audience = an_audience(acme, a_row("customers.stage_days", "at_least", "30"))
    assert audience.by_time

    moved = answered(audience, now=MORNING.replace(month=12, day=20))

    assert moved == Moved(entered=1)


def test_figures_told_from_above_are_news(acme, facts):
    account = an_account(acme)
    audience = an_audience(
        acme,
        any_of(
            a_row("customers.arr", "at_least", "1000"),
            a_row("customers.active_people", "at_least", "5"),
        ),
    )
    figures = MoneyFigures(arr_minor=200_000, currency="EUR")

    note_money(acme.workspace, figures={account.pk: figures})
    facts.deliver()

    assert holds_account(audience, account.pk)


@pytest.mark.parametrize(
    ("criterion", "asks"), [("customers.last_active_on", True), ("customers.stage", False)]
)
def test_only_what_asks_of_activity_follows_every_fold(acme, criterion, asks):
    audience = an_audience(acme, a_row(criterion, "known"))

    assert asks_of_activity(audience) is asks
    assert asks_of_use(audience) is False

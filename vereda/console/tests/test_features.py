"""The view that customer success and product share: each number opens to its rows."""

from datetime import timedelta

import pytest

from vereda.console.features import about_feature, adoption_of, heard_lately
from vereda.customers.actions.accounts import add_external_id
from vereda.customers.actions.figures import note_money
from vereda.customers.contracts import MoneyFigures
from vereda.customers.testing import an_account
from vereda.events.actions.storing import store_submission
from vereda.events.contracts.arriving import workspace_key
from vereda.events.testing import a_submission, an_event
from vereda.foundation.clock import now
from vereda.foundation.shell import searchable
from vereda.product.testing import a_feature, a_product
from vereda.support.testing import a_ticket
from vereda.surveys.testing import a_survey, an_answer


@pytest.fixture
def export(acme):
    return a_feature(a_product(acme), name="Exportación", events=["Report exported"])


def a_payer(acme, name, *, minor, plan, key):
    account = an_account(acme, name=name)
    add_external_id(account, value=key, by=acme.owner)
    figures = MoneyFigures(arr_minor=minor, currency="EUR", plan=plan)
    note_money(acme.workspace, figures={account.pk: figures})
    return account


def used(acme, *keys, days_ago):
    at = now() - timedelta(days=days_ago)
    events = [an_event("Report exported", account_key=key, occurred_at=at) for key in keys]
    store_submission(a_submission(*events, workspace=workspace_key(acme.workspace.pk)))


def test_adoption_is_told_by_accounts_money_and_plan(acme, client_of, export):
    a_payer(acme, "Uses", minor=300_00, plan="Pro", key="a")
    a_payer(acme, "Used long ago", minor=100_00, plan="Pro", key="b")
    a_payer(acme, "Never", minor=100_00, plan="Basic", key="c")
    an_account(acme, name="Pays nothing")
    used(acme, "a", days_ago=3)
    used(acme, "b", days_ago=40)

    page = client_of(acme.viewer).get("/w/acme/reports/features/")

    (line,) = page.context["lines"]
    assert (line.adoption.used, line.adoption.all) == (1, 3)
    assert (line.adoption.share, line.adoption.money_share) == (1 / 3, 0.6)
    assert (line.adoption.unused, line.adoption.unused_minor) == (2, 200_00)
    assert {plan: (each.used, each.all) for plan, each in line.by_plan} == {
        "Pro": (1, 2),
        "Basic": (0, 1),
    }


def test_each_number_opens_to_its_accounts_the_largest_first(acme, client_of, export):
    a_payer(acme, "Uses", minor=300_00, plan="Pro", key="a")
    a_payer(acme, "Small", minor=50_00, plan="Pro", key="b")
    a_payer(acme, "Large", minor=100_00, plan="Basic", key="c")
    used(acme, "a", days_ago=3)
    client, url = client_of(acme.member), f"/w/acme/reports/features/{export.slug}/"

    unused = client.get(f"{url}?show=unused").context
    users = client.get(f"{url}?show=used").context

    assert [account.name for account, _payer in unused["accounts"]] == ["Large", "Small"]
    assert [account.name for account, _payer in users["accounts"]] == ["Uses"]
    assert (unused["used_count"], unused["unused_count"]) == (1, 2)


def test_tickets_and_words_count_when_they_name_it_or_were_asked_about_it(acme, client_of, export):
    account = an_account(acme)
    a_ticket(account, subject="La EXPORTACION tarda minutos", opened_at=now())
    a_ticket(account, subject="Otra cosa", opened_at=now())
    survey = a_survey(acme)
    an_answer(survey, account_id=account.pk, score=3, comment="La exportación falla", now=now())
    an_answer(survey, account_id=account.pk, score=9, feature_id=export.pk, now=now())
    an_answer(survey, account_id=account.pk, score=9, comment="Todo bien", now=now())

    (line,) = client_of(acme.member).get("/w/acme/reports/features/").context["lines"]
    rows = client_of(acme.member).get(f"/w/acme/reports/features/{export.slug}/").context

    assert (line.tickets, line.voices) == (1, 2)
    assert [ticket.subject for ticket in rows["tickets"]] == ["La EXPORTACION tarda minutos"]
    assert len(rows["answers"]) == 2


def test_a_feature_that_no_event_means_is_unknown_and_not_unused(acme, client_of):
    feature = a_feature(a_product(acme), name="Silent", events=[])
    a_payer(acme, "Payer", minor=300_00, plan="Pro", key="a")

    (line,) = client_of(acme.member).get("/w/acme/reports/features/").context["lines"]
    page = client_of(acme.member).get(f"/w/acme/reports/features/{feature.slug}/")

    assert line.measured is False
    assert "nobody knows who uses it" in page.content.decode()


def test_nobody_pays_is_no_share(acme):
    adoption = adoption_of({}, set())
    assert (adoption.share, adoption.money_share, adoption.unused) == (None, None, 0)


def test_short_names_are_not_looked_for_in_other_words(acme):
    feature = a_feature(a_product(acme), name="API", events=[])
    a_ticket(an_account(acme), subject="The rapid one", opened_at=now())

    heard = heard_lately(acme.workspace, now=now() + timedelta(minutes=1))

    assert len(heard.tickets) == 1
    assert about_feature(heard, feature) == ([], [])


def test_each_text_is_made_searchable_once_however_many_features_there_are(
    acme, client_of, monkeypatch
):
    account, product = an_account(acme), a_product(acme)
    for number in range(5):
        a_feature(product, name=f"Feature {number}", events=[])
    for number in range(3):
        a_ticket(account, subject=f"Feature {number} is slow", opened_at=now())
    read: list[str] = []

    def counted(text):
        read.append(text)
        return searchable(text)

    monkeypatch.setattr("vereda.console.features.searchable", counted)
    lines = client_of(acme.member).get("/w/acme/reports/features/").context["lines"]

    assert sorted(line.tickets for line in lines) == [0, 0, 1, 1, 1]
    assert len([text for text in read if text.endswith("is slow")]) == 3

"""The pages of outcomes: a member promises, measures, verifies, and reads the report."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from vereda.customers.testing import a_person, an_account
from vereda.foundation.clock import now
from vereda.outcomes.actions.verdicts import deny_outcome, verify_outcome
from vereda.outcomes.contracts import WhyNot
from vereda.outcomes.models.expectations import Expectation
from vereda.outcomes.models.outcomes import Measurement, Outcome, Verdict
from vereda.outcomes.testing import a_measurement, an_expectation, an_outcome
from vereda.product.testing import a_feature, a_product

pytestmark = pytest.mark.django_db


def url(company, name, **names):
    return reverse(f"outcomes:{name}", kwargs={"workspace": company.workspace.slug, **names})


def tab(company, account):
    names = {"workspace": company.workspace.slug, "account": account.key, "tab": "value"}
    return reverse("console:account-tab", kwargs=names)


def in_days(days):
    return (now() + timedelta(days=days)).date().isoformat()


def promised(**said):
    return {
        "benefit": "Invoices leave the same day",
        "why": "",
        "origin": "sale",
        "unit": "percent",
        "per": "once",
        "direction": "more",
        "baseline": "20",
        "target": "80",
        "due_on": in_days(90),
        "tolerance_percent": "15",
        **said,
    }


def test_a_benefit_is_promised_and_stands_on_the_tab(acme, client_of):
    account = an_account(acme)
    client = client_of(acme.member)
    answer = client.post(url(acme, "promise", account=account.key), promised())
    assert answer.status_code == 303
    outcome = Outcome.objects.of(acme.workspace).get()
    assert answer["Location"] == url(acme, "outcome", outcome=outcome.key)
    page = client.get(tab(acme, account)).content.decode()
    assert "Invoices leave the same day" in page
    assert "From 20% to 80% by" in page


def test_a_promise_that_cannot_be_verified_stays_in_the_form(acme, client_of):
    account = an_account(acme)
    answer = client_of(acme.member).post(
        url(acme, "promise", account=account.key), promised(target="10")
    )
    assert answer.status_code == 422
    assert "The target is worse than where it starts" in answer.content.decode()
    assert not Outcome.every_workspace.exists()


@pytest.mark.parametrize("value", ["", "abc", "NaN", "1e30"])
def test_a_value_that_is_none_is_told_at_its_field(acme, client_of, value):
    outcome = an_outcome(an_account(acme))
    answer = client_of(acme.member).post(
        url(acme, "measure", outcome=outcome.key), {"value": value, "on": in_days(0)}
    )
    assert answer.status_code == 422
    assert not Measurement.every_workspace.exists()


def test_it_is_measured_verified_and_read_in_the_report(acme, client_of):
    account = an_account(acme)
    lucia = a_person(acme, account=account)
    outcome = an_outcome(account)
    client, key = client_of(acme.member), outcome.key
    client.post(
        url(acme, "measure", outcome=key), {"value": "81", "on": in_days(0), "words": "Their ERP"}
    )
    client.post(
        url(acme, "verify", outcome=key), {"person": str(lucia.pk), "words": "Since October"}
    )
    assert Verdict.objects.of(acme.workspace).get().person == lucia
    page = client.get(url(acme, "outcome", outcome=key)).content.decode()
    assert "Their ERP" in page
    assert "Confirmed by the customer (Lucía Martos)" in page
    report = client.get(url(acme, "report", account=account.key)).content.decode()
    assert "Every benefit that was promised is verified." in report
    assert "Since October" in report


def test_it_is_denied_with_a_reason_taken_back_and_dropped(acme, client_of):
    outcome = an_outcome(an_account(acme))
    client, key = client_of(acme.member), outcome.key
    without = client.post(url(acme, "deny", outcome=key), {"words": "No"})
    assert without.status_code == 422
    client.post(url(acme, "deny", outcome=key), {"reason": "not_adopted"})
    outcome.refresh_from_db()
    assert (outcome.state, outcome.why_not) == ("not_verified", WhyNot.NOT_ADOPTED)
    client.post(url(acme, "take-back", outcome=key))
    outcome.refresh_from_db()
    assert outcome.why_not == ""
    client.post(url(acme, "drop", outcome=key), {"because": "They sold that business"})
    outcome.refresh_from_db()
    assert outcome.state == "dropped"
    client.post(url(acme, "pursue", outcome=key))
    outcome.refresh_from_db()
    assert outcome.dropped_at is None


def test_a_promise_is_moved_with_its_reason(acme, client_of):
    outcome = an_outcome(an_account(acme))
    client = client_of(acme.member)
    said = promised(unit="number", target="60", version="1", due_on=outcome.due_on.isoformat())
    address = url(acme, "edit", outcome=outcome.key)
    refused = client.post(address, {**said, "starts_on": outcome.starts_on.isoformat()})
    assert refused.status_code == 422
    assert "Say why the promise is moved" in refused.content.decode()
    client.post(
        address, {**said, "starts_on": outcome.starts_on.isoformat(), "because": "Half the team"}
    )
    page = client.get(url(acme, "outcome", outcome=outcome.key)).content.decode()
    assert "it was from 20 to 80 by" in page
    assert "Half the team" in page


def test_expectations_are_written_down_and_settled(acme, client_of):
    account = an_account(acme)
    client = client_of(acme.member)
    client.post(
        url(acme, "expect", account=account.key),
        {"step": "kick_off", "words": "We answer within a day", "set_on": in_days(0)},
    )
    row = Expectation.objects.of(acme.workspace).get()
    settle = url(acme, "settle", expectation=row.pk)
    assert client.post(settle, {"came": "missed", "words": ""}).status_code == 422
    client.post(settle, {"came": "missed", "words": "It took three; they know"})
    page = client.get(tab(acme, account)).content.decode()
    assert "We answer within a day" in page
    assert "It took three; they know" in page


def test_a_viewer_reads_and_changes_nothing(acme, client_of):
    account = an_account(acme)
    outcome = an_outcome(account)
    client = client_of(acme.viewer)
    assert client.get(url(acme, "outcome", outcome=outcome.key)).status_code == 200
    assert client.get(tab(acme, account)).status_code == 200
    assert client.get(url(acme, "measure", outcome=outcome.key)).status_code == 403
    assert client.post(url(acme, "promise", account=account.key), promised()).status_code == 403
    assert Outcome.objects.of(acme.workspace).count() == 1


# --- The review ---------------------------------------------------------------------


def reviewed(acme):
    product = a_product(acme)
    feature = a_feature(product)
    account = an_account(acme)
    yes, no, behind = (
        an_outcome(account, benefit=f"Benefit {each}", feature_id=feature.pk) for each in "123"
    )
    verify_outcome(yes, by=acme.member, words="Seen", now=now())
    deny_outcome(no, by=acme.member, reason=WhyNot.OVER_PROMISED, now=now())
    a_measurement(behind, "10", by=acme.member, now=now())
    return product


def test_every_count_of_the_review_opens_as_many_rows(acme, client_of):
    reviewed(acme)
    an_outcome(an_account(acme, name="Otra"), benefit="Of no product")
    client = client_of(acme.member)
    page = client.get(url(acme, "review")).content.decode()
    assert "We promised too much (1)" in page
    counted = re.findall(r'<a class="link( num)?" href="([^"]*/outcomes/\?[^"]*)">(\d+)</a>', page)
    told = [(address.replace("&amp;", "&"), int(count)) for _num, address, count in counted]
    assert len(told) >= 20
    opened = [
        (address, client.get(address).content.decode().count('<th scope="row">'))
        for address, _count in told
    ]
    assert opened == told


def test_the_review_asks_as_many_questions_for_many_as_for_few(
    acme, client_of, django_assert_max_num_queries
):
    reviewed(acme)
    client = client_of(acme.member)
    client.get(url(acme, "review"))
    with django_assert_max_num_queries(25) as few:
        client.get(url(acme, "review"))
    for each in range(8):
        an_outcome(an_account(acme, name=f"Cuenta {each}"))
    with django_assert_max_num_queries(25) as many:
        client.get(url(acme, "review"))
    assert len(many) == len(few)


@pytest.mark.parametrize("page", ["report", "customer-report", "report-file"])
def test_a_report_asks_as_many_questions_for_many_as_for_few(
    acme, client_of, django_assert_max_num_queries, page
):
    account = an_account(acme)
    client = client_of(acme.member)

    def furnish(count):
        for _ in range(count):
            row = an_outcome(account)
            a_measurement(row, "30", by=acme.member)
            verify_outcome(row, by=acme.member, now=now())
            an_expectation(account, by=acme.member, outcome=row)

    furnish(1)
    client.get(url(acme, page, account=account.key))
    with django_assert_max_num_queries(40) as few:
        client.get(url(acme, page, account=account.key))
    furnish(6)
    with django_assert_max_num_queries(40) as many:
        client.get(url(acme, page, account=account.key))
    assert len(many) == len(few)


def test_a_foreign_address_of_the_list_asks_for_nothing_wrong(acme, client_of):
    an_outcome(an_account(acme))
    client = client_of(acme.member)
    wrong = "?state=x&why_not=y&product=z&feature=q&cohort=2026-Q9&said_by=w&overdue=2"
    assert client.get(url(acme, "outcomes") + wrong).status_code == 200


def test_a_benefit_leads_to_who_said_it(acme, client_of):
    account = an_account(acme)
    person = a_person(acme, account=account)
    outcome = an_outcome(account, by=acme.member, said_by_id=person.pk)

    page = client_of(acme.viewer).get(f"/w/acme/outcomes/{outcome.key}/").content.decode()

    assert f'href="/w/acme/people/{person.key}/"' in page

"""The value report: what it adds up, what it leaves out, and its PDF in any letters."""

import zlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING, NOON
from vereda.outcomes.actions.promising import drop_outcome
from vereda.outcomes.actions.verdicts import confirm_outcome, deny_outcome, verify_outcome
from vereda.outcomes.contracts import OutcomeState, Per, Unit, WhyNot
from vereda.outcomes.paper import BOX, report_paper, typefaces
from vereda.outcomes.queries.reports import value_report
from vereda.outcomes.rules.reporting import Worth
from vereda.outcomes.testing import a_measurement, an_expectation, an_outcome
from vereda.revenue.testing import a_subscription

pytestmark = pytest.mark.django_db

TODAY = MORNING.date()


def saves(account, acme, *, per=Per.MONTH, value="3000", currency="EUR"):
    row = an_outcome(
        account, unit=Unit.MONEY, currency=currency, per=per, baseline="0", target="2000"
    )
    a_measurement(row, value, by=acme.member)
    return row


def test_money_that_was_verified_is_set_against_what_it_costs_a_year(acme):
    account = an_account(acme)
    a_subscription(account, amount_minor=300_000, currency="EUR", started_on=date(2026, 1, 1))
    verify_outcome(saves(account, acme), by=acme.member, now=NOON)
    saves(account, acme)
    report = value_report(account, until=TODAY)
    assert report.money.cost_a_year == {"EUR": Decimal(36_000)}
    assert report.money.proven_a_year == {"EUR": Decimal(36_000)}
    assert report.money.claimed_a_year == {"EUR": Decimal(36_000)}
    assert report.worth is Worth.PAID_BACK


def test_what_comes_once_and_what_is_denied_is_not_counted_by_the_year(acme):
    account = an_account(acme)
    verify_outcome(saves(account, acme, per=Per.ONCE), by=acme.member, now=NOON)
    deny_outcome(saves(account, acme), reason=WhyNot.OVER_PROMISED, by=acme.member, now=NOON)
    money = value_report(account, until=TODAY).money
    assert (money.proven_a_year, money.proven_once) == ({}, {"EUR": Decimal(3_000)})
    assert (money.claimed_a_year, money.claimed_once) == ({}, {})


def test_currencies_are_never_added(acme):
    account = an_account(acme)
    verify_outcome(saves(account, acme), by=acme.member, now=NOON)
    verify_outcome(saves(account, acme, currency="USD"), by=acme.member, now=NOON)
    money = value_report(account, until=TODAY).money
    assert money.proven_a_year == {"EUR": Decimal(36_000), "USD": Decimal(36_000)}


def test_the_customers_word_is_counted_apart_from_ours(acme):
    account = an_account(acme)
    lucia = a_person(acme, account=account)
    verify_outcome(an_outcome(account), words="Seen", by=acme.member, now=NOON)
    confirm_outcome(an_outcome(account), person=lucia, now=NOON)
    deny_outcome(an_outcome(account), reason=WhyNot.NOT_ADOPTED, by=acme.member, now=NOON)
    counts = value_report(account, until=TODAY).counts
    assert (counts.promised, counts.verified, counts.confirmed) == (3, 2, 1)
    assert value_report(account, until=TODAY).why_not == {WhyNot.NOT_ADOPTED: 1}


def test_a_report_of_an_earlier_day_knows_nothing_of_later_ones(acme):
    account = an_account(acme)
    row = an_outcome(account, promised_on=date(2026, 10, 1))
    a_measurement(row, "30", by=acme.member, on=date(2026, 10, 20))
    verify_outcome(row, by=acme.member, now=NOON)
    report = value_report(account, until=date(2026, 10, 25))
    (view,) = report.views
    assert view.state is not OutcomeState.VERIFIED
    assert view.delivered == Decimal(30)
    assert value_report(account, until=date(2026, 9, 30)).worth is Worth.NOTHING_PROMISED


def test_what_was_dropped_stands_apart_with_its_reason(acme):
    account = an_account(acme)
    drop_outcome(an_outcome(account), because="Sold that business", by=acme.member, now=NOON)
    report = value_report(account, until=TODAY)
    assert (report.counts.promised, len(report.dropped)) == (0, 1)


def test_expectations_are_counted_by_what_came_of_them(acme):
    account = an_account(acme)
    an_expectation(account, set_on=TODAY - timedelta(days=9), by_on=TODAY - timedelta(days=2))
    report = value_report(account, until=TODAY)
    assert (report.expectations_met, report.expectations_missed) == (0, 1)


# --- On paper -----------------------------------------------------------------------


def text_of(body):
    """The text streams of a PDF, inflated."""
    inflated = []
    for part in body.split(b"stream\r\n")[1:] + body.split(b"stream\n")[1:]:
        try:
            inflated.append(zlib.decompress(part.split(b"endstream")[0]))
        except zlib.error:
            continue
    return b"".join(inflated)


def paper(acme, account, language="en"):
    with translation.override(language):
        return report_paper(value_report(account, until=TODAY), workspace=acme.workspace)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_pdf_is_made_in_each_language_and_says_which(acme, language):
    account = an_account(acme, name="Cañón & Łódź <b>")
    row = an_outcome(account, benefit="Ñandú < ü & “más”", why="Línea 1\nlínea 2")
    a_measurement(row, "30", by=acme.member, words="<para>no markup</para>")
    an_expectation(account, by=acme.member)
    body = paper(acme, account, language)
    assert body.startswith(b"%PDF-")
    assert b"/Lang (%s)" % language.encode() in body
    assert b"SourceSansPro" in body


def test_the_same_report_is_the_same_file(acme):
    account = an_account(acme)
    an_outcome(account)
    assert paper(acme, account) == paper(acme, account)


def test_our_typeface_draws_both_languages_and_their_neighbours():
    letters = "áéíóúüñÑ¿¡ªº€«»—–…“”’ŁőşĞΩДệ→≥"  # noqa: RUF001 - the letters are meant
    assert {ord(letter) for letter in letters} <= typefaces()
    assert ord(BOX) in typefaces()


def test_east_asian_names_use_the_readers_own_typefaces(acme):
    body = paper(acme, an_account(acme, name="東京カメラ 서울"))
    assert b"STSong-Light" in body
    assert b"HeiseiKakuGo-W5" in body
    assert b"HYGothic-Medium" in body


def test_letters_that_cannot_be_drawn_are_lozenges_and_the_file_says_so(acme):
    plain = len(paper(acme, an_account(acme, name="Shalom")))
    boxed = len(paper(acme, an_account(acme, name="שלום")))
    assert boxed > plain

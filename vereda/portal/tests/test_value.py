"""The value report in the portal, and the customer's own word about a benefit."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client

from vereda.customers.actions.files import add_file
from vereda.customers.queries.files import place_of_file
from vereda.customers.testing import a_person, an_account
from vereda.foundation.clock import now
from vereda.outcomes.actions.promising import drop_outcome
from vereda.outcomes.actions.verdicts import verify_outcome
from vereda.outcomes.contracts import Side, VerdictKind, WhyNot
from vereda.outcomes.models.outcomes import Verdict
from vereda.outcomes.testing import a_measurement, an_expectation, an_outcome
from vereda.portal.testing import a_visitor

pytestmark = pytest.mark.django_db

HOME = "/p/acme/"
VALUE = "/p/acme/value/"
PDF = "/p/acme/value/report.pdf"


def promised(account, *, due_in=-10, **said):
    """A benefit promised a hundred days ago; due ten days ago, unless said otherwise."""
    moment = now()
    due_on = moment.date() + timedelta(days=due_in)
    return an_outcome(account, now=moment - timedelta(days=100), due_on=due_on, **said)


def measured(outcome, value, acme, **said):
    return a_measurement(outcome, value, by=acme.member, now=now(), **said)


def say(client, outcome, said, **told):
    fields = {f"{said}-{outcome.pk.hex}-{name}": value for name, value in told.items()}
    return client.post(f"{VALUE}{outcome.key}/verdict/", {"said": said, **fields})


def words_of(outcome):
    rows = Verdict.objects.of(outcome.workspace_id).filter(outcome=outcome).order_by("at", "id")
    return [(row.kind, row.side, row.reason, row.words, row.person_id) for row in rows]


def test_the_report_is_read_with_numbers_and_evidence(acme, account, mara):
    row = promised(account, why="Too many calls about late invoices")
    measured(row, "50", acme, words="Their report of May")
    an_expectation(account)

    page = a_visitor(mara).get(VALUE).content.decode()

    assert "Invoices leave the same day" in page
    assert "Too many calls about late invoices" in page
    assert "From 20 to 80 by " in page
    assert "Their report of May" in page
    assert "Still missing: 30." in page
    assert "The first invoice leaves in two weeks." in page


def test_our_words_and_what_they_pay_stay_with_us(acme, account, mara):
    row = promised(account)
    verify_outcome(row, by=acme.member, words="They never read letters", now=now())

    client = a_visitor(mara)
    page = client.get(VALUE).content.decode()

    assert "We verified it on " in page
    assert "They never read letters" not in page
    assert "osts a year" not in page


def test_it_is_a_pdf_too(account, mara):
    promised(account)

    answer = a_visitor(mara).get(PDF)

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="value-report-A-')
    assert answer.content.startswith(b"%PDF")


def test_they_confirm_and_it_is_their_sides_word(account, mara):
    row = promised(account)
    client = a_visitor(mara)

    answer = say(client, row, "yes", words="The phones are quiet")
    page = client.get(VALUE).content.decode()

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"#{row.key}")
    assert words_of(row) == [
        (VerdictKind.VERIFIED, Side.CUSTOMER, "", "The phones are quiet", mara.pk)
    ]
    assert "Confirmed by you" in page
    assert "You confirmed it on " in page


def test_they_say_that_it_did_not_and_why(account, mara):
    row = promised(account)
    client = a_visitor(mara)

    say(client, row, "no", reason="over_promised", words="Half of it at best")
    page = client.get(VALUE).content.decode()

    assert words_of(row) == [
        (VerdictKind.NOT_VERIFIED, Side.CUSTOMER, "over_promised", "Half of it at best", mara.pk)
    ]
    assert "that it did not come true: too much was promised." in page
    assert "Half of it at best" in page


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "This field is required."),
        ({"reason": "no_answer"}, "Select a valid choice"),
        ({"reason": "other"}, "Say what the reason is."),
    ],
)
def test_a_reason_is_needed_and_said_beside_the_field(account, mara, told, sentence):
    row = promised(account)

    answer = say(a_visitor(mara), row, "no", **told)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert words_of(row) == []


def test_the_same_word_twice_is_one_word(account, mara):
    row = promised(account)
    client = a_visitor(mara)

    answers = [say(client, row, "yes", words="Yes").status_code for _ in range(2)]

    assert answers == [303, 303]
    assert len(words_of(row)) == 1


def test_a_word_can_be_changed_and_taken_back_and_nothing_is_erased(account, mara):
    row = promised(account)
    client = a_visitor(mara)

    say(client, row, "yes")
    say(client, row, "no", reason="too_early")
    say(client, row, "back")
    page = client.get(VALUE).content.decode()

    assert [kind for kind, *_rest in words_of(row)] == [
        VerdictKind.VERIFIED,
        VerdictKind.NOT_VERIFIED,
        VerdictKind.TAKEN_BACK,
    ]
    assert "Take my answer back" not in page


def filed(account, acme, name="may.csv", body=b"month;calls\nMay;12\n"):
    return add_file(account, name=name, content=BytesIO(body), by=acme.member, now=now())


def read_to_its_end(answer):
    """The bytes of a file that is handed out; the file is closed."""
    body = b"".join(answer.streaming_content)
    for close in answer._resource_closers:
        close()
    return body


def evidence_of(outcome, file):
    return f"{VALUE}{outcome.key}/files/{file.pk}/"


def test_the_file_that_shows_it_is_handed_out_as_an_attachment(acme, account, mara):
    row, file = promised(account), filed(account, acme)
    measured(row, "50", acme, file_id=file.pk)
    client = a_visitor(mara)

    page = client.get(VALUE).content.decode()
    answer = client.get(evidence_of(row, file))

    assert f'href="{evidence_of(row, file)}"' in page
    assert answer.status_code == 200
    assert read_to_its_end(answer) == b"month;calls\nMay;12\n"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="may.csv"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_only_what_stands_on_their_page_is_handed_out(acme, account, mara):
    row = promised(account)
    ours, other, corrected = (filed(account, acme, name) for name in ("a.txt", "b.txt", "c.txt"))
    measured(promised(account), "50", acme, file_id=other.pk)
    measured(row, "40", acme, file_id=corrected.pk)
    measured(row, "41", acme)
    client = a_visitor(mara)

    answers = [client.get(evidence_of(row, each)) for each in (ours, other, corrected)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_of_a_benefit_that_was_dropped_no_file_is_handed_out(acme, account, mara):
    row, file = promised(account), filed(account, acme)
    measured(row, "50", acme, file_id=file.pk)
    drop_outcome(row, because="You closed the shop", by=acme.member, now=now())

    assert a_visitor(mara).get(evidence_of(row, file)).status_code == 404


def test_a_file_older_than_what_stands_in_words_is_not_handed_out(acme, account, mara):
    row, file = promised(account), filed(account, acme)
    day = now().date()
    measured(row, "30", acme, file_id=file.pk, on=day - timedelta(days=20))
    client = a_visitor(mara)
    shown = read_to_its_end(client.get(evidence_of(row, file)))
    for back in range(12):
        measured(row, "40", acme, on=day - timedelta(days=back))

    assert shown
    assert "may.csv" not in client.get(VALUE).content.decode()
    assert client.get(evidence_of(row, file)).status_code == 404


def test_other_customers_and_those_who_left_get_no_file(acme, account, mara):
    row, file = promised(account), filed(account, acme)
    measured(row, "50", acme, file_id=file.pk)
    theirs = promised(an_account(acme, name="Other"))
    stranger = a_visitor(a_person(acme, email="else@where.example", account=theirs.account))
    client = a_visitor(mara)
    mara.memberships.update(until_on=now().date())

    addresses = [evidence_of(row, file), evidence_of(theirs, file)]

    assert [stranger.get(each).status_code for each in addresses] == [404, 404]
    assert client.get(evidence_of(row, file)).status_code == 404
    assert Client().get(evidence_of(row, file)).status_code == 303


def test_a_file_that_the_disk_has_lost_is_not_there(acme, account, mara):
    row, file = promised(account), filed(account, acme)
    measured(row, "50", acme, file_id=file.pk)
    place_of_file(file).unlink()

    assert a_visitor(mara).get(evidence_of(row, file)).status_code == 404


def test_nobody_takes_back_a_colleagues_word(acme, account, mara):
    leo = a_person(acme, name="Leo", email="leo@muebles.example", account=account)
    row = promised(account)
    say(a_visitor(leo), row, "yes")
    client = a_visitor(mara)

    page, answer = client.get(VALUE).content.decode(), say(client, row, "back")

    assert "Leo confirmed it for you on " in page
    assert "Take my answer back" not in page
    assert answer.status_code == 422
    assert len(words_of(row)) == 1


def test_of_what_is_no_longer_pursued_nothing_can_be_said(acme, account, mara):
    row = promised(account)
    drop_outcome(row, because="You closed the shop", by=acme.member, now=now())
    client = a_visitor(mara)

    answer, page = say(client, row, "yes"), client.get(VALUE).content.decode()

    assert answer.status_code == 409
    assert "No longer pursued" in page
    assert "You closed the shop" in page
    assert words_of(row) == []


def test_a_word_that_is_none_is_not_there(account, mara):
    assert say(a_visitor(mara), promised(account), "maybe").status_code == 404


def test_the_first_page_asks_when_its_day_has_come(account, mara):
    promised(account, benefit="It is due")
    promised(account, benefit="It has time", due_in=50)
    client = a_visitor(mara)

    page = client.get(HOME).content.decode()

    assert "Did it come true? It is due" in page
    assert "Did it come true? It has time" not in page
    assert "2 benefits were promised to you." in page


def test_one_press_on_the_first_page_confirms_and_the_step_is_gone(account, mara):
    row = promised(account)
    client = a_visitor(mara)

    answer = client.post(f"{VALUE}{row.key}/verdict/", {"said": "yes", "then": "home"})

    assert (answer.status_code, answer.headers["Location"]) == (303, HOME)
    assert "Did it come true?" not in client.get(HOME).content.decode()


def test_without_promises_the_first_page_says_nothing_of_them(mara):
    client = a_visitor(mara)

    assert "value/" not in client.get(HOME).content.decode()
    assert "No benefit was promised" in client.get(VALUE).content.decode()


def test_somebody_in_two_accounts_reads_each_by_itself(acme, account, mara):
    second = an_account(acme, name="Zeta")
    twice = a_person(acme, name="Ana", email="ana@both.example", account=account)
    twice.memberships.create(workspace=acme.workspace, account=second)
    promised(account, benefit="Of the first")
    promised(second, benefit="Of the second")
    client = a_visitor(twice)

    first, other = (
        client.get(f"{VALUE}?account={each.key}").content.decode() for each in (account, second)
    )

    assert "Of the first" in first
    assert "Of the second" not in first
    assert "Of the second" in other


@pytest.mark.parametrize("path", ["value/", "value/report.pdf"])
def test_another_customers_report_is_not_there(acme, account, mara, path):
    other = an_account(acme, name="Other")
    promised(other)
    client = a_visitor(mara)

    assert client.get(f"/p/acme/{path}?account={other.key}").status_code == 404
    assert client.get(f"/p/acme/{path}?account=A-9999").status_code == 404


@pytest.mark.parametrize("said", ["yes", "no", "back"])
def test_another_customers_benefit_is_not_theirs_to_judge(acme, mara, said):
    row = promised(an_account(acme, name="Other"))

    answer = say(a_visitor(mara), row, said, reason=WhyNot.OTHER, words="changed")

    assert answer.status_code == 404
    assert words_of(row) == []


@pytest.mark.parametrize("said", ["yes", "no", "back"])
def test_whoever_left_the_account_reads_and_says_nothing(account, mara, said):
    row = promised(account)
    client = a_visitor(mara)
    mara.memberships.update(until_on=now().date())

    answers = [client.get(VALUE), client.get(PDF), say(client, row, said)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert words_of(row) == []


def test_reading_changes_nothing(account, mara):
    row = promised(account)
    client = a_visitor(mara)

    answer = client.get(f"{VALUE}{row.key}/verdict/?said=yes")

    assert answer.status_code == 405
    assert words_of(row) == []


@pytest.mark.parametrize("place", [HOME, VALUE])
def test_a_page_costs_the_same_for_one_benefit_and_for_many(
    acme, account, mara, place, django_assert_num_queries, django_assert_max_num_queries
):
    measured(promised(account), "30", acme)
    client = a_visitor(mara)
    client.get(place)
    with django_assert_max_num_queries(25) as few:
        client.get(place)
    for number in range(8):
        row = promised(account, benefit=f"Benefit {number}")
        measured(row, "40", acme)
        verify_outcome(row, by=acme.member, now=now())

    with django_assert_num_queries(len(few)):
        client.get(place)

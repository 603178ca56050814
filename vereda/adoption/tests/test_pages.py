"""Pages: the report, what was never used, need, who looked like a yes, and one account's way."""

import csv
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from vereda.adoption.actions.everything import adoption_of_day
from vereda.adoption.contracts import Push
from vereda.adoption.models import SentinelPolicy, UseExpectation
from vereda.adoption.queries.false_positives import looked_like_yes
from vereda.adoption.queries.need import needs_of_products
from vereda.adoption.queries.things import things_measured
from vereda.adoption.rules.survival import Spell
from vereda.adoption.testing import a_measured_product, used_on
from vereda.adoption.tests.test_survival import by_lifelines
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Person
from vereda.customers.testing import a_note, a_person, an_account
from vereda.events.actions.folding import fold_workspace
from vereda.foundation.testing import MORNING
from vereda.foundation.wording import percent_words
from vereda.messaging.contracts import LetterKind
from vereda.messaging.testing import a_sent_letter
from vereda.revenue.actions.costs import assume, put_monthly_cost
from vereda.revenue.testing import a_subscription
from vereda.surveys.models.asking import SurveyInvitation
from vereda.surveys.testing import a_survey, an_invitation

pytestmark = pytest.mark.django_db

TODAY = MORNING.date()


@pytest.fixture(autouse=True)
def the_day_of_the_rows(stop_clock):
    stop_clock(MORNING)


def ago(days):
    return TODAY - timedelta(days=days)


def buyer(company, name, *, sold, used=(), **terms):
    account = an_account(company, name=name, external_id=name)
    a_subscription(account, product="Rutas", started_on=ago(sold), **terms)
    if used:
        used_on(account, [ago(days) for days in used], person_key=f"of {name}")
    return account


@pytest.fixture
def world(acme):
    """A product, somebody who uses it every week, one who left, one who never began."""
    a_measured_product(acme)
    buyer(acme, "Oldest", sold=400, used=[399, 2])
    buyer(acme, "Weekly", sold=90, used=range(3, 88, 7))
    buyer(acme, "Gone", sold=200, used=range(100, 199, 5), ends_on=ago(60))
    buyer(acme, "Silent", sold=120)
    while fold_workspace(acme.workspace, now=MORNING):
        pass
    adoption_of_day(acme.workspace, now=MORNING)
    return acme


def address(company, name, **kwargs):
    return reverse(f"adoption:{name}", kwargs={"workspace": company.workspace.slug, **kwargs})


def shown(client, url, **asked):
    response = client.get(url, asked)
    assert response.status_code == 200
    return response.content.decode()


def test_the_report_tells_how_long_it_takes_and_of_whom(world, client_of):
    told = shown(client_of(world.viewer), address(world, "report"))

    assert "Time to first use" in told
    assert "Weekly" in told
    assert "<svg" in told
    assert "Q3 2026" in told


@pytest.mark.parametrize("measure", ["first_use_completed", "regular_use", "interval"])
@pytest.mark.parametrize("whose", ["accounts", "people"])
def test_each_measure_of_each_has_its_curve(world, client_of, measure, whose):
    told = shown(
        client_of(world.viewer),
        address(world, "report"),
        measure=measure,
        whose=whose,
        of="feature:rutas-map",
        cohort="month",
    )

    assert "<svg" in told


def test_what_the_address_says_wrongly_is_the_usual(world, client_of):
    told = shown(client_of(world.viewer), address(world, "report"), measure="x", of="y", whose="z")

    assert "Weekly" in told


def test_the_sentinel_lists_who_never_began_and_why_then(world, client_of):
    told = shown(client_of(world.viewer), address(world, "never-used"))

    assert "Silent" in told
    assert "Weekly" not in told
    assert "Too few have begun to learn from" in told


def test_an_administrator_says_how_many_may_be_called_too_early(world, client_of):
    client = client_of(world.admin)

    answered = client.post(address(world, "false-alarms"), {"percent": "20"})

    assert answered.status_code == 303
    assert SentinelPolicy.objects.of(world.workspace).get().false_alarm_percent == 20


@pytest.mark.parametrize("percent", ["0", "51", "x", ""])
def test_a_share_that_is_none_is_refused(world, client_of, percent):
    answered = client_of(world.admin).post(address(world, "false-alarms"), {"percent": percent})

    assert answered.status_code == 422
    assert not SentinelPolicy.objects.of(world.workspace).exists()


def test_a_viewer_may_not_say_it(world, client_of):
    client = client_of(world.viewer)

    assert client.post(address(world, "false-alarms"), {"percent": "20"}).status_code == 403
    assert client.get(address(world, "expect", product="rutas")).status_code == 403


def test_who_looked_like_a_yes_and_left_is_priced(world, client_of):
    put_monthly_cost(
        world.workspace,
        month=ago(35).replace(day=1),
        goods_minor=0,
        acquisition_minor=900_000,
        by=world.owner,
    )

    told = shown(client_of(world.viewer), address(world, "false-positives"))

    assert "Gone" in told
    assert "Silent" not in told


def test_what_was_expected_of_those_who_left_is_margin_times_years(world):
    assume(world.workspace, margin_percent=Decimal(80), by=world.owner)

    told = looked_like_yes(world.workspace, today=TODAY)

    (gone,) = told.ended
    assert gone.lost is not None
    assert (told.looked, gone.left_on, gone.lost.arr_minor) == (2, ago(60), 1_200_000)
    assert gone.lost.worth_minor == round(1_200_000 * 0.8)
    assert told.lost_minor == gone.lost.worth_minor
    assert told.wasted_minor is None


@pytest.fixture
def beginners(acme):
    """Who began after some days, who has not begun, who left without: as spells, and bought."""
    a_measured_product(acme)
    buyer(acme, "Before", sold=300, used=[300])
    spells = [Spell(0, happened=True)]
    for number, waited in enumerate([1, 3, 3, 7, 12, 30, 45]):
        buyer(acme, f"Began {number}", sold=100, used=[100 - waited])
        spells.append(Spell(waited, happened=True))
    for number, (sold, left) in enumerate([(20, None), (40, None), (90, 85), (90, 61)]):
        terms = {} if left is None else {"ends_on": ago(left)}
        buyer(acme, f"Silent {number}", sold=sold, **terms)
        spells.append(Spell(sold - (left or 0), happened=False))
    while fold_workspace(acme.workspace, now=MORNING):
        pass
    adoption_of_day(acme.workspace, now=MORNING)
    return spells


def steps_in_file(response):
    """The lines of the whole curve in the file, by day."""
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(text.splitlines()))
    return {int(line["Day"]): line for line in lines if line["Began in"] == "All"}


def test_the_steps_as_shown_and_as_a_file_are_those_of_lifelines(acme, beginners, client_of):
    """The shares and ranges in the file to the ninth decimal, those on the page as rounded."""
    client, url = client_of(acme.viewer), address(acme, "report")
    asked = {"of": "product:rutas"}

    told = steps_in_file(client.get(url, {**asked, "format": "csv"}))
    page = shown(client, url, **asked)

    theirs = {day: one for day, one in by_lifelines(beginners).items() if day in told}
    assert sorted(told) == sorted({spell.days for spell in beginners})
    for day, line in told.items():
        remaining, low, high = theirs[day]
        assert float(line["Share"]) == pytest.approx(1 - remaining, abs=1e-9)
        if 0 < remaining < 1:
            assert float(line["Share from"]) == pytest.approx(1 - high, abs=1e-9)
            assert float(line["Share to"]) == pytest.approx(1 - low, abs=1e-9)
            assert percent_words(1 - remaining, decimals=1) in page
            ends = [percent_words(1 - end, decimals=1) for end in (high, low)]
            assert "\u2013".join(ends) in page
        assert int(line["Watched until then"]) == sum(each.days >= day for each in beginners)
        ended = [each.happened for each in beginners if each.days == day]
        assert (int(line["Seen"]), int(line["No longer watched"])) == (
            ended.count(True),
            ended.count(False),
        )


def test_the_file_bears_the_cohorts_and_a_name(acme, beginners, client_of):
    response = client_of(acme.viewer).get(
        address(acme, "report"), {"of": "product:rutas", "cohort": "year", "format": "csv"}
    )

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert response["Content-Disposition"] == (
        'attachment; filename="product-rutas-first-use-accounts.csv"'
    )
    assert {line["Began in"] for line in csv.DictReader(text.splitlines())} == {"All", "2026"}


def test_a_long_curve_ends_on_the_page_and_not_in_the_file(acme, beginners, client_of, monkeypatch):
    monkeypatch.setattr("vereda.adoption.pages.reports.MOST_STEPS", 3)

    page = shown(client_of(acme.viewer), address(acme, "report"), of="product:rutas")

    assert "more are in the file" in page


def test_need_counts_returns_but_not_where_we_called(acme, client_of):
    a_measured_product(acme)
    account = buyer(acme, "Holiday", sold=400, used=[300, 298, 296, 294, 292, 270, 268, 266, 240])
    a_note(account, kind="call", happened_at=MORNING - timedelta(days=255))
    while fold_workspace(acme.workspace, now=MORNING):
        pass
    adoption_of_day(acme.workspace, now=MORNING)

    (told,) = needs_of_products(acme.workspace, things_measured(acme.workspace), today=TODAY)

    assert [(gap.returned, gap.push) for gap in told.gaps] == [
        (False, None),
        (True, Push.CALL),
        (True, None),
    ]
    assert (told.necessity.gaps, told.necessity.returned) == (2, 1)
    page = shown(client_of(acme.viewer), address(acme, "need"))
    assert "Not known yet" in page


def test_a_return_after_a_letter_of_ours_is_not_by_themselves(acme, client_of):
    """Also where the letter was about no account, but to somebody who is there."""
    a_measured_product(acme)
    days = [300, 298, 296, 294, 292, 270, 268, 266, 240]
    account = buyer(acme, "Written to", sold=400, used=days)
    person = a_person(acme, name="Lucía", account=account, email="l@cantera.example")
    a_sent_letter(acme, person, account=account, now=MORNING - timedelta(days=280))
    a_sent_letter(acme, person, now=MORNING - timedelta(days=245))
    a_sent_letter(
        acme, person, account=account, kind=LetterKind.SIGN_IN, now=MORNING - timedelta(days=200)
    )
    while fold_workspace(acme.workspace, now=MORNING):
        pass
    adoption_of_day(acme.workspace, now=MORNING)

    (told,) = needs_of_products(acme.workspace, things_measured(acme.workspace), today=TODAY)
    (same,) = needs_of_products(
        acme.workspace,
        things_measured(acme.workspace),
        today=TODAY,
        account_ids=[account.pk],
    )

    assert [(gap.returned, gap.push) for gap in told.gaps] == [
        (False, None),
        (True, Push.LETTER),
        (True, Push.LETTER),
    ]
    assert same.gaps == told.gaps
    page = shown(client_of(acme.viewer), address(acme, "account", account=account.key))
    assert "a letter of ours left on" in page


def test_a_return_after_a_survey_or_its_reminder_is_not_by_themselves(acme):
    """A survey's letter is a letter of ours; one that is stopped before it leaves is none."""
    a_measured_product(acme)
    days = [300, 298, 296, 294, 292, 270, 268, 266, 240]
    account = buyer(acme, "Asked", sold=400, used=days)
    person = a_person(acme, name="Lucía", account=account, email="l@cantera.example")
    survey = a_survey(acme)
    invited = an_invitation(survey, person, account, now=MORNING - timedelta(days=290))
    rows = SurveyInvitation.objects.of(acme.workspace).filter(pk=invited.invitation.pk)
    while fold_workspace(acme.workspace, now=MORNING):
        pass
    adoption_of_day(acme.workspace, now=MORNING)

    def pushes(**said):
        rows.update(**{"claimed_at": None, "sent_at": None, "reminded_at": None} | said)
        (told,) = needs_of_products(
            acme.workspace,
            things_measured(acme.workspace),
            today=TODAY,
            account_ids=[account.pk],
        )
        return [(gap.push, gap.pushed_on) for gap in told.gaps][1:]

    before, first, second = (MORNING - timedelta(days=ago) for ago in (290, 275, 243))
    assert pushes() == [(None, None)] * 2
    assert pushes(claimed_at=before) == [(None, None), (Push.LETTER, before.date())]
    assert pushes(claimed_at=first, sent_at=first, reminded_at=second) == [
        (Push.LETTER, second.date()),
        (Push.LETTER, first.date()),
    ]
    assert pushes(claimed_at=first, trouble="SMTPRecipientsRefused") == [(None, None)] * 2


def test_an_account_has_its_way_on_one_page(world, client_of):
    account = Account.objects.of(world.workspace).get(name="Weekly")

    told = shown(client_of(world.viewer), address(world, "account", account=account.key))

    assert "Rutas planner" in told
    assert "Regularly" in told


def test_a_person_has_theirs(world, client_of):
    person = Person.objects.of(world.workspace).get(external_ids__value="of Weekly")

    told = shown(client_of(world.viewer), address(world, "person", person=person.key))

    assert "Rutas map" in told


def test_what_was_never_used_is_told_as_expected_and_not_as_used_so(world, client_of):
    account = Account.objects.of(world.workspace).get(name="Silent")

    told = shown(client_of(world.viewer), address(world, "account", account=account.key))

    assert "expected: " in told
    assert ">Regularly<" not in told


def test_what_is_expected_is_kept_and_measured_by(world, client_of):
    client, url = client_of(world.admin), address(world, "expect", product="rutas")

    answered = client.post(url, {"period": "30", "wanted": ["rutas-map"]})

    assert answered.status_code == 303
    row = UseExpectation.objects.of(world.workspace).get()
    assert (row.period_days, row.features) == (30, ["rutas-map"])
    assert "checked" in shown(client, url)


def test_what_a_feature_expects_is_of_its_events(world, client_of):
    client = client_of(world.admin)
    url = address(world, "expect-feature", product="rutas", feature="rutas-map")

    assert client.post(url, {"period": "7", "wanted": ["Rutas planned"]}).status_code == 422
    assert client.post(url, {"period": "7", "wanted": ["Rutas opened"]}).status_code == 303
    assert UseExpectation.objects.of(world.workspace).get().events == ["Rutas opened"]


@pytest.mark.parametrize("name", ["report", "never-used", "need", "false-positives"])
def test_a_page_costs_the_same_for_many_accounts(world, client_of, name):
    client, url = client_of(world.viewer), address(world, name)
    shown(client, url)

    def cost():
        with CaptureQueriesContext(connection) as told:
            shown(client, url)
        return len(told)

    few = cost()
    for number in range(6):
        buyer(world, f"More {number}", sold=80, used=[70, 60, 50, 45] if number % 2 else ())
        buyer(world, f"Left {number}", sold=150, used=range(100, 149, 5), ends_on=ago(60))
    while fold_workspace(world.workspace, now=MORNING):
        pass
    adoption_of_day(world.workspace, now=MORNING)

    assert cost() == few

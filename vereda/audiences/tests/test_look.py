"""The list of audiences and the page of one: who is in and why, at a constant number of queries."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.audiences.models import Audience
from vereda.audiences.testing import a_row, an_audience, answered
from vereda.customers.contracts import LifecycleStage
from vereda.customers.models.fields import CustomField
from vereda.customers.testing import a_field, an_account

pytestmark = pytest.mark.django_db

IN_TRIAL = a_row("customers.stage", "is", "trial")


def test_the_list_says_how_many_are_in_and_who_came(acme, client_of, settings):
    an_account(acme, stage=LifecycleStage.TRIAL)
    an_audience(acme, IN_TRIAL, name="Trials")

    answer = client_of(acme.viewer).get("/w/acme/audiences/")

    assert "Trials" in answer.text
    assert "AU-1" in answer.text
    assert "New audience" not in answer.text


def test_the_page_says_the_question_and_why_each_one_is_in(acme, client_of):
    an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    audience = an_audience(acme, IN_TRIAL, a_row("customers.name", "contains", "cant"))

    answer = client_of(acme.viewer).get(f"/w/acme/audiences/{audience.key}/")

    assert "All of these hold" in answer.text
    assert "Stage is Trial" in answer.text
    assert "Stage: Trial · Name: Cantera" in answer.text


def test_a_page_costs_the_same_with_more_accounts(acme, client_of):
    client = client_of(acme.viewer)
    audience = an_audience(acme, IN_TRIAL)
    path = f"/w/acme/audiences/{audience.key}/"
    counts = []
    for many in (2, 10):
        for number in range(many):
            an_account(acme, name=f"Account {many}-{number}", stage=LifecycleStage.TRIAL)
        answered(audience)
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(path)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_one_account_is_tried_on_a_saved_audience(acme, client_of):
    account = an_account(acme, name="Molino", stage=LifecycleStage.VALUE)
    audience = an_audience(acme, IN_TRIAL)

    answer = client_of(acme.viewer).get(f"/w/acme/audiences/{audience.key}/test/?key={account.key}")

    assert "It is not in the audience now." in answer.text
    assert "Stage: " in answer.text


def test_who_is_in_goes_out_as_csv_that_no_spreadsheet_runs(acme, client_of):
    account = an_account(acme, name="=1+1", stage=LifecycleStage.TRIAL)
    audience = an_audience(acme, IN_TRIAL)

    answer = client_of(acme.member).get(f"/w/acme/audiences/{audience.key}/export/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Key", "Name", "Since", "How", "Why"]
    assert rows[1] == [account.key, "'=1+1", "2026-11-02", "By the question", "Stage: Trial"]


def test_a_question_about_a_field_that_went_away_says_so_and_nobody_moves(acme, client_of):
    field = a_field(acme, label="Region")
    an_account(acme, custom={"region": "North"})
    audience = an_audience(acme, a_row("customers.custom.region", "is", "North"))
    assert audience.size == 1

    CustomField.every_workspace.filter(pk=field.pk).update(archived_at=audience.created_at)
    answered(audience)
    answer = client_of(acme.viewer).get(f"/w/acme/audiences/{audience.key}/")

    row = Audience.objects.of(acme.workspace).get()
    assert row.problem == "Row 1: nothing is called “customers.custom.region” here."
    assert row.size == 1
    assert "The question can no longer be asked" in answer.text


def test_an_archived_audience_is_restored_and_answered(acme, client_of, facts):
    audience = an_audience(acme, IN_TRIAL)
    client, home = client_of(acme.member), f"/w/acme/audiences/{audience.key}/"

    client.post(f"{home}archive/")
    an_account(acme, stage=LifecycleStage.TRIAL)
    facts.deliver()
    while_archived = Audience.objects.of(acme.workspace).get().size
    client.post(f"{home}restore/")
    facts.deliver()

    assert while_archived == 0
    assert Audience.objects.of(acme.workspace).get().size == 1


def test_the_account_page_says_in_which_audiences_it_is(acme, client_of):
    account = an_account(acme, stage=LifecycleStage.TRIAL)
    audience = an_audience(acme, IN_TRIAL, name="Trials")

    answer = client_of(acme.viewer).get(f"/w/acme/accounts/{account.key}/")

    assert f"/w/acme/audiences/{audience.key}/" in answer.text

"""Answers from files, and taken back."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.testing import an_account
from vereda.foundation.importing import Change, ImportRow, Outcome
from vereda.foundation.testing import MORNING
from vereda.surveys.importable import AnswersKind
from vereda.surveys.models.answers import Answer
from vereda.surveys.testing import a_survey

pytestmark = pytest.mark.django_db
WHEN = datetime(2025, 3, 4, 9, tzinfo=UTC)


def applied(company, *values, dry_run=False):
    kind = AnswersKind()
    return kind.apply(
        company.workspace.pk,
        [ImportRow(line, each) for line, each in enumerate(values, start=2)],
        identity=kind.identities(company.workspace.pk)[0],
        import_id=uuid4(),
        by=company.member,
        now=MORNING,
        dry_run=dry_run,
    )


def row(number=1, **values):
    return {
        "external_id": f"r-{number}",
        "survey": "autumn",
        "score": 9,
        "answered_at": WHEN,
        **values,
    }


def test_answers_come_in_by_key_or_name_of_their_survey(acme):
    survey = a_survey(acme, name="Autumn")
    account = an_account(acme)

    results = applied(
        acme,
        row(1, account=account.pk, source="F-Droid"),
        row(2, survey=survey.key.lower(), score=3, comment="Slow"),
        row(3, survey="no such"),
        row(4, score=11),
        row(5, feature="no such"),
    )

    assert [each.outcome for each in results] == [
        Outcome.CREATED,
        Outcome.CREATED,
        Outcome.REJECTED,
        Outcome.REJECTED,
        Outcome.REJECTED,
    ]
    assert [each.line for each in results] == [2, 3, 4, 5, 6]
    first, second = Answer.objects.of(acme.workspace).order_by("external_id")
    assert (first.account_id, first.source, first.channel) == (account.pk, "F-Droid", "import")
    assert (second.account_id, second.comment) == (None, "Slow")


def test_the_same_file_again_changes_nothing_and_a_dry_run_writes_nothing(acme):
    a_survey(acme, name="Autumn")

    applied(acme, row(1), dry_run=True)
    assert not Answer.objects.of(acme.workspace).exists()
    applied(acme, row(1))
    assert [each.outcome for each in applied(acme, row(1))] == [Outcome.UNCHANGED]


def test_an_import_is_taken_back_except_what_was_changed_since(acme):
    a_survey(acme, name="Autumn")
    results = applied(acme, row(1), row(2))
    changes = [
        Change(each.object_id, each.outcome, before=each.before, after=each.after)
        for each in results
    ]
    applied(acme, row(2, score=1))

    undone = AnswersKind().undo(
        acme.workspace.pk, changes, import_id=uuid4(), by=acme.member, now=MORNING
    )

    assert (undone.undone, len(undone.kept)) == (1, 1)
    assert [each.external_id for each in Answer.objects.of(acme.workspace)] == ["r-2"]


def test_many_rows_cost_as_many_queries_as_few(acme):
    a_survey(acme, name="Autumn")

    def cost(numbers):
        with CaptureQueriesContext(connection) as asked:
            applied(acme, *(row(number) for number in numbers))
        return len(asked)

    assert cost(range(1, 3)) == cost(range(10, 60))

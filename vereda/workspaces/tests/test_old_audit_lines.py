from datetime import timedelta

import pytest

from vereda.foundation.clock import now
from vereda.workspaces.actions.audit import KEPT, empty_old_lines, record
from vereda.workspaces.jobs import forget_old_traces
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db


def a_line(company, *, age):
    record(company.owner, "edited", company.workspace, name="Lucía Martos")
    line = AuditLine.objects.of(company.workspace).latest("id")
    AuditLine.every_workspace.filter(pk=line.pk).update(created_at=now() - age)
    return line.pk


def test_after_two_years_a_line_says_what_was_done_and_no_longer_to_whom(acme):
    old = a_line(acme, age=KEPT + timedelta(days=1))
    young = a_line(acme, age=KEPT - timedelta(days=1))

    forget_old_traces()

    lines = {line.pk: line for line in AuditLine.objects.of(acme.workspace)}
    assert (lines[old].verb, lines[old].thing, lines[old].details) == ("edited", "", {})
    assert lines[young].details == {"name": "Lucía Martos"}
    assert lines[young].thing == "Acme"


def test_it_goes_in_steps_and_ends(acme, monkeypatch):
    monkeypatch.setattr("vereda.workspaces.actions.audit.AT_ONCE", 2)
    for _ in range(5):
        a_line(acme, age=KEPT + timedelta(days=1))

    assert empty_old_lines(now=now()) == 5
    assert empty_old_lines(now=now()) == 0

"""Many rows at once: stored as one by one, in few statements, and only the workspace's own."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from vereda.foundation.clock import now
from vereda.foundation.ids import new_id
from vereda.foundation.many_rows import NewRows
from vereda.foundation.testing import NOON
from vereda.workspaces.contracts import Role
from vereda.workspaces.models import AuditLine, Member

pytestmark = pytest.mark.django_db


def line(workspace, **values):
    given = {"verb": "counted", "kind": "thing", "thing_id": new_id(), "thing": "Ñandú"}
    return AuditLine(workspace_id=workspace.pk, **{**given, **values})


def test_rows_stored_together_are_as_those_stored_alone(acme):
    alone, together = (
        [line(acme.workspace, by=by, details=details) for by, details in told]
        for told in [[(acme.owner, {"a": [1, None]}), (None, {})]] * 2
    )
    before = now()

    for row in alone:
        row.save(force_insert=True)
    AuditLine.objects.of(acme.workspace).bulk_create(together)

    kept = AuditLine.objects.of(acme.workspace).in_bulk([row.pk for row in [*alone, *together]])
    for one, other in zip(alone, together, strict=True):
        left, right = kept[one.pk], kept[other.pk]
        assert (left.by, left.verb, left.thing, left.details) == (
            right.by,
            right.verb,
            right.thing,
            right.details,
        )
        assert right.thing_id == other.thing_id
        assert before <= right.created_at == other.created_at


def test_a_row_stored_together_with_others_can_be_saved_again(acme):
    row = line(acme.workspace)
    AuditLine.objects.of(acme.workspace).bulk_create([row])

    row.verb = "recounted"
    row.save()

    assert AuditLine.objects.of(acme.workspace).get(pk=row.pk).verb == "recounted"


def test_hundreds_of_rows_cost_a_statement_or_a_few(acme):
    rows = [line(acme.workspace, thing=str(number)) for number in range(300)]

    with CaptureQueriesContext(
        connection,
    ) as seen:
        AuditLine.objects.of(acme.workspace).bulk_create(rows)

    assert len(seen) <= 3
    assert AuditLine.objects.of(acme.workspace).filter(verb="counted").count() == 300


def test_a_row_that_is_there_already_is_refused_or_left_out(acme, globex):
    user = acme.owner.user
    twice = [Member(workspace=globex.workspace, user=user, role=Role.VIEWER) for _ in range(2)]
    members = Member.objects.of(globex.workspace)

    with pytest.raises(IntegrityError), transaction.atomic():
        members.bulk_create(twice)
    members.bulk_create(twice, ignore_conflicts=True)

    assert Member.objects.of(globex.workspace).filter(user=user).count() == 1


def test_changes_reach_only_rows_of_the_workspace(acme, globex):
    ours, theirs = acme.viewer, globex.viewer
    ours.left_at, theirs.left_at = NOON, NOON

    count = Member.objects.of(acme.workspace).bulk_update([ours, theirs], ["left_at"])

    assert count == 1
    assert Member.objects.of(acme.workspace).get(pk=ours.pk).left_at == NOON
    assert Member.objects.of(globex.workspace).get(pk=theirs.pk).left_at is None


def test_changes_reach_only_the_rows_that_were_chosen(acme):
    admin, viewer = acme.admin, acme.viewer
    admin.left_at, viewer.left_at = NOON, NOON
    chosen = Member.objects.of(acme.workspace).filter(role=Role.VIEWER)

    chosen.bulk_update([admin, viewer], ["left_at"])

    left = Member.objects.of(acme.workspace).filter(left_at=NOON)
    assert set(left) == {viewer}


def test_no_rows_are_no_statement(acme):
    with CaptureQueriesContext(connection) as seen:
        assert AuditLine.objects.of(acme.workspace).bulk_create([]) == []
        assert AuditLine.objects.of(acme.workspace).bulk_update([], ["verb"]) == 0

    assert len(seen) == 0


def test_new_rows_are_as_the_model_itself_makes_them(acme):
    new = NewRows(AuditLine, workspace_id=acme.workspace.pk, verb="counted")
    one, other = new.make(thing="A"), new.make(thing="B", verb="weighed")
    plain = AuditLine(workspace_id=acme.workspace.pk, verb="counted", thing="A")

    assert [one.pk == other.pk, one.details is other.details] == [False, False]
    assert (one.verb, other.verb, one.workspace) == ("counted", "weighed", acme.workspace)
    same = [field.attname for field in AuditLine._meta.concrete_fields if field.attname != "id"]
    assert [getattr(one, name) for name in same] == [getattr(plain, name) for name in same]
    assert one._state.adding


def test_a_new_row_has_defaults_of_its_own_and_no_unknown_columns(acme):
    new = NewRows(AuditLine, workspace_id=acme.workspace.pk, verb="counted")
    one, other = new.make(thing="Ñandú"), new.make(thing="Puma", thing_id=new_id())

    assert (one.workspace_id, one.verb, one.thing) == (acme.workspace.pk, "counted", "Ñandú")
    assert one.pk != other.pk
    assert one.details == {}
    assert one.details is not other.details
    assert one._state.adding
    with pytest.raises(TypeError, match="feathers"):
        new.make(feathers=2)

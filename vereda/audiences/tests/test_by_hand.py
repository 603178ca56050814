"""What people decide against the question is kept with its reason, and can be taken back."""

import pytest

from vereda.audiences.actions.audiences import archive_audience
from vereda.audiences.actions.by_hand import add_by_hand, hold_out, leave_to_question
from vereda.audiences.contracts import (
    About,
    AudienceArchived,
    Cause,
    ChangeKind,
    EnteredAudience,
    LeftAudience,
    Way,
)
from vereda.audiences.models import Audience, AudienceChange, Inclusion
from vereda.audiences.personal_data import AudiencesIn
from vereda.audiences.queries.inclusions import account_ids_in, holds_account, inclusion_of
from vereda.audiences.testing import a_row, an_audience, answered
from vereda.customers.actions.accounts import archive_account, edit_account, restore_account
from vereda.customers.actions.merges import merge_accounts, undo_merge
from vereda.customers.contracts import LifecycleStage
from vereda.customers.testing import a_person, an_account
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.personal_data import PersonRef
from vereda.foundation.testing import NOON

pytestmark = pytest.mark.django_db

IN_TRIAL = a_row("customers.stage", "is", "trial")


@pytest.fixture
def trial(acme):
    """An account that the question takes in."""
    return an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)


@pytest.fixture
def settled(acme):
    """An account that the question leaves out."""
    return an_account(acme, name="Molino", stage=LifecycleStage.VALUE)


def test_who_is_added_by_hand_stays_whatever_the_question_says(acme, settled, facts):
    audience = an_audience(acme, IN_TRIAL)

    add_by_hand(audience, [settled.pk], reason="Asked us to", by=acme.member, now=NOON)
    answered(audience)

    row = inclusion_of(audience, thing_id=settled.pk)
    assert row is not None
    assert (row.way, row.is_in, row.reason, row.by) == (Way.HAND, True, "Asked us to", acme.member)
    assert [fact.account_ids for fact in facts.of(EnteredAudience)] == [(settled.pk,)]
    change = AudienceChange.objects.of(acme.workspace).get()
    assert (change.cause, change.kind, change.by) == (Cause.HAND, ChangeKind.ENTERED, acme.member)
    assert Audience.objects.of(acme.workspace).get().size == 1


def test_who_is_in_already_does_not_enter_again_when_added_by_hand(acme, trial, facts):
    audience = an_audience(acme, IN_TRIAL)
    facts.clear()

    entered = add_by_hand(audience, [trial.pk], reason="To be sure", by=acme.member, now=NOON)

    assert entered == 0
    assert facts.of(EnteredAudience) == []
    assert Audience.objects.of(acme.workspace).get().size == 1


def test_who_is_held_out_leaves_and_does_not_come_back(acme, trial, facts):
    audience = an_audience(acme, IN_TRIAL)

    hold_out(audience, trial.pk, reason="They asked for quiet", by=acme.member, now=NOON)
    edit_account(trial, next_step="Wait", by=acme.owner, now=NOON)
    facts.deliver()
    answered(audience)

    assert not holds_account(audience, trial.pk)
    assert [fact.account_ids for fact in facts.of(LeftAudience)] == [(trial.pk,)]
    assert Audience.objects.of(acme.workspace).get().size == 0


def test_left_to_the_question_again_it_decides(acme, trial, settled, facts):
    audience = an_audience(acme, IN_TRIAL)
    add_by_hand(audience, [settled.pk], reason="Asked us to", by=acme.member, now=NOON)
    hold_out(audience, trial.pk, reason="Quiet", by=acme.member, now=NOON)

    for account in (trial, settled):
        row = inclusion_of(audience, thing_id=account.pk)
        assert row is not None
        leave_to_question(audience, row, by=acme.member, now=NOON)

    assert list(account_ids_in(audience)) == [trial.pk]
    rows = Inclusion.objects.of(acme.workspace)
    assert [(row.way, row.reason) for row in rows] == [(Way.RULE, "")]
    assert Audience.objects.of(acme.workspace).get().size == 1


def test_who_was_added_by_hand_is_out_while_archived_and_in_again_after(acme, settled, facts):
    audience = an_audience(acme, IN_TRIAL)
    add_by_hand(audience, [settled.pk], reason="Asked us to", by=acme.member, now=NOON)

    archive_account(settled, by=acme.owner, now=NOON)
    facts.deliver()
    while_archived = holds_account(audience, settled.pk)
    restore_account(settled, by=acme.owner, now=NOON)
    facts.deliver()

    row = inclusion_of(audience, thing_id=settled.pk)
    assert row is not None
    assert (while_archived, row.is_in, row.reason) == (False, True, "Asked us to")
    assert Audience.objects.of(acme.workspace).get().size == 1


def test_a_decision_about_an_absorbed_account_holds_for_the_one_it_became(acme, trial, facts):
    audience = an_audience(acme, IN_TRIAL)
    double = an_account(acme, name="Cantera again", stage=LifecycleStage.TRIAL)
    answered(audience)
    hold_out(audience, double.pk, reason="They asked us not to", by=acme.member, now=NOON)
    facts.deliver()

    merge = merge_accounts(trial, absorbed=double, by=acme.member, now=NOON)
    facts.deliver()

    row = inclusion_of(audience, thing_id=trial.pk)
    assert row is not None
    assert (row.way, row.is_in, row.reason) == (Way.HELD_OUT, False, "They asked us not to")
    assert row.by == acme.member
    assert list(account_ids_in(audience)) == []
    assert Audience.objects.of(acme.workspace).get().size == 0
    undo_merge(merge, by=acme.member, now=NOON)
    facts.deliver()
    own = inclusion_of(audience, thing_id=double.pk)
    assert own is not None
    assert own.way == Way.HELD_OUT


def test_a_reason_is_asked_for(acme, settled):
    audience = an_audience(acme, IN_TRIAL)

    with pytest.raises(Refused, match="Say why"):
        add_by_hand(audience, [settled.pk], reason=" ", by=acme.member, now=NOON)

    assert Inclusion.every_workspace.count() == 0


def test_an_account_of_another_workspace_is_not_there(acme, globex):
    theirs = an_account(globex)
    audience = an_audience(acme, IN_TRIAL)

    with pytest.raises(Missing):
        add_by_hand(audience, [theirs.pk], reason="Mine now", by=acme.member, now=NOON)
    with pytest.raises(Missing):
        hold_out(audience, theirs.pk, reason="Mine now", by=acme.member, now=NOON)

    assert Inclusion.every_workspace.count() == 0


def test_nobody_is_added_to_an_archived_audience(acme, settled):
    audience = an_audience(acme, IN_TRIAL)
    archive_audience(audience, by=acme.owner, now=NOON)

    with pytest.raises(AudienceArchived):
        add_by_hand(audience, [settled.pk], reason="Late", by=acme.member, now=NOON)


def test_a_person_who_is_forgotten_stands_in_no_list_and_no_log(acme, facts):
    lucia = a_person(acme)
    audience = an_audience(acme, a_row("customers.title", "is", "CTO"), about=About.PEOPLE)
    add_by_hand(audience, [lucia.pk], reason="Speaks at our event", by=acme.member, now=NOON)
    reference = PersonRef(workspace_id=acme.workspace.pk, person_id=lucia.pk)

    told = [record.values for record in AudiencesIn().export(reference)]
    erased = AudiencesIn().erase(reference)

    assert told == [{"audience": audience.name, "way": "hand", "reason": "Speaks at our event"}]
    assert erased == 1
    assert Inclusion.every_workspace.count() == 0
    assert AudienceChange.every_workspace.count() == 0
    assert Audience.objects.of(acme.workspace).get().size == 0


def test_the_pages_add_hold_out_and_leave_to_the_question(acme, client_of, settled):
    audience = an_audience(acme, IN_TRIAL)
    client, home = client_of(acme.member), f"/w/acme/audiences/{audience.key}/"

    added = client.post(f"{home}add/", {"key": settled.key.lower(), "reason": "Asked us to"})
    shown = client.get(home)
    row = inclusion_of(audience, thing_id=settled.pk)
    assert row is not None
    left = client.post(f"{home}inclusions/{row.pk}/leave/")

    assert (added.status_code, left.status_code) == (303, 303)
    assert "“Asked us to”" in shown.text
    assert "Member" in shown.text
    assert not holds_account(audience, settled.pk)


def test_an_unknown_key_is_refused_in_the_form(acme, client_of):
    audience = an_audience(acme, IN_TRIAL)

    answer = client_of(acme.member).post(
        f"/w/acme/audiences/{audience.key}/hold-out/", {"key": "A-999", "reason": "Quiet"}
    )

    assert answer.status_code == 422
    assert "Nobody has the key “A-999” here." in answer.text

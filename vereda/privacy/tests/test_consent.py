import pytest

from vereda.customers.actions.merges import merge_people
from vereda.customers.testing import a_person
from vereda.foundation.testing import MORNING, NOON
from vereda.privacy.actions.consents import give_consent, set_tracking_rule, withdraw_consent
from vereda.privacy.contracts import (
    ConsentGiven,
    ConsentPurpose,
    ConsentWithdrawn,
    TrackingRule,
)
from vereda.privacy.models import Consent
from vereda.privacy.queries import (
    consent_history,
    consents_of,
    is_tracked,
    people_allowing,
    people_allowing_tracking,
    people_refusing_tracking,
    privacy_revision,
    tracking_rule,
)
from vereda.privacy.testing import a_no, a_yes

pytestmark = pytest.mark.django_db

TRACKING = ConsentPurpose.PRODUCT_ANALYTICS


def test_a_yes_says_when_to_what_and_how(acme, facts):
    person = a_person(acme)
    facts.clear()

    give_consent(
        person,
        purpose=TRACKING,
        source="call of 2 November",
        proof="note 12",
        by=acme.member,
        now=NOON,
    )

    consent = Consent.every_workspace.get()
    assert (consent.given_at, consent.source, consent.proof, consent.by) == (
        NOON,
        "call of 2 November",
        "note 12",
        acme.member,
    )
    assert "which parts of the product you use" in consent.wording
    assert facts == [
        ConsentGiven(workspace_id=acme.workspace.pk, person_id=person.pk, purpose=TRACKING)
    ]


def test_a_yes_given_twice_stays_the_first(acme, facts):
    person = a_person(acme)
    first = a_yes(person)
    facts.clear()

    again = give_consent(person, purpose=TRACKING, source="later", by=acme.member, now=NOON)

    assert again == first
    assert Consent.every_workspace.get().given_at == MORNING
    assert facts == []


def test_a_no_replaces_a_yes_and_both_are_kept(acme, facts):
    person = a_person(acme)
    a_yes(person)
    facts.clear()

    withdraw_consent(person, purpose=TRACKING, source="portal", by=None, now=NOON)

    assert [(row.given_at, row.refused_at) for row in consent_history(person)] == [
        (None, NOON),
        (MORNING, None),
    ]
    assert facts == [
        ConsentWithdrawn(workspace_id=acme.workspace.pk, person_id=person.pk, purpose=TRACKING)
    ]


def test_a_no_said_twice_is_one(acme, facts):
    person = a_person(acme)
    a_no(person)
    facts.clear()

    withdraw_consent(person, purpose=TRACKING, source="again", by=None, now=NOON)

    assert Consent.every_workspace.count() == 1
    assert facts == []


def test_purposes_are_answered_one_by_one(acme):
    person = a_person(acme)
    a_yes(person, purpose=ConsentPurpose.MESSAGES)
    a_no(person)

    assert people_allowing(acme.workspace, purpose=ConsentPurpose.MESSAGES) == {person.pk}
    assert people_allowing(acme.workspace, purpose=TRACKING) == set()
    assert consents_of(person)[ConsentPurpose.PROFILING] is None


def test_who_refuses_is_known_by_every_id_they_are_called(acme, globex):
    refusing = a_person(acme, external_id="u-1")
    merge_people(refusing, absorbed=a_person(acme, external_id="u-2"), by=acme.owner, now=NOON)
    a_person(acme, external_id="u-3")
    a_yes(a_person(acme, external_id="u-4"))
    a_no(refusing)
    a_no(a_person(globex, external_id="u-5"))

    assert people_refusing_tracking(acme.workspace) == {"u-1", "u-2"}
    assert people_allowing_tracking(acme.workspace) == {"u-4"}


@pytest.mark.parametrize(
    ("answer", "rule", "tracked"),
    [
        (None, TrackingRule.UNLESS_REFUSED, True),
        (None, TrackingRule.ONLY_WITH_CONSENT, False),
        (a_yes, TrackingRule.ONLY_WITH_CONSENT, True),
        (a_no, TrackingRule.UNLESS_REFUSED, False),
    ],
    ids=["silent, unless refused", "silent, only with consent", "yes", "no"],
)
def test_the_rule_decides_for_those_who_said_nothing(acme, answer, rule, tracked):
    person = a_person(acme)
    set_tracking_rule(acme.workspace, rule=rule, by=acme.admin)
    said = [answer(person)] if answer else []

    assert is_tracked(person) is tracked
    assert Consent.every_workspace.count() == len(said)


def test_every_change_makes_the_revision_grow(acme, globex):
    person = a_person(acme)
    revisions = [privacy_revision(acme.workspace)]
    a_yes(person)
    revisions.append(privacy_revision(acme.workspace))
    a_no(person)
    revisions.append(privacy_revision(acme.workspace))
    set_tracking_rule(acme.workspace, rule=TrackingRule.ONLY_WITH_CONSENT, by=acme.admin)
    revisions.append(privacy_revision(acme.workspace))

    assert revisions == sorted(set(revisions))
    assert privacy_revision(globex.workspace) == 0


def test_a_rule_holds_in_its_own_workspace(acme, globex):
    set_tracking_rule(acme.workspace, rule=TrackingRule.ONLY_WITH_CONSENT, by=acme.admin)

    assert tracking_rule(acme.workspace) is TrackingRule.ONLY_WITH_CONSENT
    assert tracking_rule(globex.workspace) is TrackingRule.UNLESS_REFUSED

"""Raising alerts: one for each cause."""

from datetime import timedelta

import pytest
from django.utils import translation

from vereda.customers.testing import an_account
from vereda.foundation.errors import Missing
from vereda.foundation.testing import MORNING, NOON
from vereda.worklist.actions.alerts import clear_alert, dismiss_alert, finish_alert, raise_alert
from vereda.worklist.contracts import (
    MOST_KINDS,
    AlertKind,
    AlertNotOpen,
    AlertRaised,
    AlertReason,
    CloseReason,
    DismissReason,
)
from vereda.worklist.models.alerts import Alert
from vereda.worklist.testing import an_alert
from vereda.worklist.wording import ACTS, ICONS, KINDS, REASONS, SENTENCES

pytestmark = pytest.mark.django_db


def cleared(acme, account):
    return clear_alert(
        acme.workspace, account_id=account.pk, kind=AlertKind.USAGE, cause="stopped", now=NOON
    )


def test_an_alert_goes_to_who_looks_after_the_account(acme, facts):
    account = an_account(acme, owner_id=acme.admin.pk)
    alert = an_alert(account)
    assert (alert.key, alert.owner) == ("AL-1", acme.admin)
    assert facts.of(AlertRaised) == [
        AlertRaised(workspace_id=acme.workspace.pk, account_id=account.pk, alert_id=alert.pk)
    ]


def test_what_is_noticed_again_refreshes_the_open_alert(acme, facts):
    account = an_account(acme)
    first = an_alert(account)
    again = an_alert(account, details={"last_on": "2026-09-01"}, now=NOON)
    assert again.pk == first.pk
    assert (again.times, again.raised_at, again.last_seen_at) == (2, MORNING, NOON)
    assert again.details == {"last_on": "2026-09-01"}
    assert len(facts.of(AlertRaised)) == 1


def test_another_cause_is_another_alert(acme):
    account = an_account(acme)
    assert an_alert(account).pk != an_alert(account, cause="fell").pk


def test_a_cause_that_goes_away_closes_the_alert_and_may_come_back(acme):
    account = an_account(acme)
    first = an_alert(account)
    assert cleared(acme, account) is True
    assert cleared(acme, account) is False
    first.refresh_from_db()
    assert (first.closed_at, first.closed_because) == (NOON, CloseReason.CLEARED)
    assert an_alert(account, now=NOON).pk != first.pk


def test_what_somebody_dealt_with_stays_quiet_while_it_goes_on(acme, facts):
    account = an_account(acme)
    first = an_alert(account)
    dismiss_alert(first, because=DismissReason.KNOWN, by=acme.member, now=NOON)
    again = an_alert(account, now=NOON + timedelta(days=29))
    assert again.pk == first.pk
    assert again.closed_at == NOON
    assert len(facts.of(AlertRaised)) == 1


def test_what_somebody_dealt_with_speaks_again_after_thirty_days(acme):
    account = an_account(acme)
    first = an_alert(account)
    finish_alert(first, by=acme.member, now=NOON)
    assert an_alert(account, now=NOON + timedelta(days=30)).pk != first.pk


def test_what_somebody_dealt_with_speaks_again_when_it_was_gone_in_between(acme):
    account = an_account(acme)
    first = an_alert(account)
    finish_alert(first, by=acme.member, now=NOON)
    assert cleared(acme, account) is False
    assert an_alert(account, now=NOON + timedelta(days=1)).pk != first.pk


def test_the_second_person_to_finish_an_alert_is_refused(acme):
    alert = an_alert(an_account(acme))
    finish_alert(alert, by=acme.member, now=NOON)
    with pytest.raises(AlertNotOpen):
        dismiss_alert(alert, because=DismissReason.KNOWN, by=acme.admin, now=NOON)
    alert.refresh_from_db()
    assert alert.closed_because == CloseReason.DONE


def test_an_alert_about_an_account_of_others_is_missing(acme, globex):
    account = an_account(globex)
    with pytest.raises(Missing):
        raise_alert(
            acme.workspace,
            account_id=account.pk,
            kind=AlertKind.USAGE,
            cause="stopped",
            reason=AlertReason.USAGE_STOPPED,
            details={},
            now=MORNING,
        )
    assert not Alert.every_workspace.exists()


def test_there_are_eight_kinds_and_every_reason_has_its_words():
    assert len(AlertKind) == MOST_KINDS
    assert set(KINDS) == set(ICONS) == set(AlertKind)
    assert set(REASONS) == set(ACTS) == set(SENTENCES) == set(AlertReason)


EXAMPLES = {
    AlertReason.HEALTH_FELL: {"score": 58, "before": 74, "since_on": "2026-11-01"},
    AlertReason.HEALTH_AT_RISK: {"score": 34, "days": 14},
    AlertReason.HEALTH_OPINION: {"score": 34, "opinion": 80},
    AlertReason.HEALTH_UNKNOWN: {},
    AlertReason.OUTCOME_BEHIND: {
        "outcome": "B-4",
        "percent": 31,
        "expected": 60,
        "tolerance": 15,
        "days": 23,
    },
    AlertReason.OUTCOME_MISSED: {"outcome": "B-4", "due_on": "2026-11-01"},
    AlertReason.OUTCOME_UNMEASURED: {"outcome": "B-4"},
    AlertReason.OUTCOME_WITHOUT_START: {"outcome": "B-4"},
    AlertReason.OUTCOME_TO_VERIFY: {"outcome": "B-4", "due_on": "2026-11-01"},
    AlertReason.PLAN_LATE: {"plan": "OB-3", "due_on": "2026-11-01"},
    AlertReason.PROMISE_LATE: {"plan": "OB-3", "due_on": "2026-11-01"},
    AlertReason.USAGE_STOPPED: {"last_on": "2026-10-01"},
    AlertReason.USAGE_FELL: {"percent": 31, "weeks": 4},
    AlertReason.NEVER_USED: {"since_on": "2026-10-01"},
    AlertReason.RENEWAL_NEAR: {"renewal_on": "2026-12-01"},
    AlertReason.RENEWAL_CLOSE: {"renewal_on": "2026-11-02"},
    AlertReason.RENEWAL_OVERDUE: {"renewal_on": "2026-10-01"},
    AlertReason.SUBSCRIPTION_CANCELLED: {"ended_on": "2026-12-01"},
    AlertReason.SLA_WARNED: {"ticket": "T-4"},
    AlertReason.SLA_BREACHED: {"ticket": "T-4"},
    AlertReason.TICKET_ESCALATED: {"ticket": "T-4"},
    AlertReason.COMMITMENT_DUE: {},
    AlertReason.COMMITMENT_MISSED: {},
    AlertReason.DETRACTOR: {"score": 3, "answered_on": "2026-11-01"},
    AlertReason.LOW_SATISFACTION: {"score": 2, "most": 5, "answered_on": "2026-11-01"},
    AlertReason.ANSWER_UNVERIFIED: {"letter": "an id", "came_on": "2026-10-24"},
    AlertReason.CHAMPION_LEFT: {"left_on": "2026-10-24"},
    AlertReason.DATA_REQUESTED: {"asks": "access", "asked_by": "P-4", "due_on": "2026-11-30"},
    AlertReason.STAGE_LATE: {"stage": "onboarding", "days": 95},
    AlertReason.SEATS_FULL: {"used": 23, "seats": 24},
}


@pytest.mark.parametrize("reason", AlertReason)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_reason_is_a_sentence_and_not_only_its_name(acme, reason, language):
    with translation.override(language):
        alert = Alert(reason=reason, details=EXAMPLES[reason])
        words = alert.sentence(today=MORNING.date())
        assert words.endswith(".")
        assert "%(" not in words


def test_a_reason_without_its_details_still_has_a_name(acme):
    alert = Alert(reason=AlertReason.USAGE_STOPPED, details={})
    assert alert.sentence(today=MORNING.date()) == "Use stopped"


def test_days_are_counted_on_the_day_of_reading(acme):
    alert = Alert(reason=AlertReason.USAGE_STOPPED, details={"last_on": "2026-10-01"})
    assert alert.sentence(today=MORNING.date()) == "Nobody has used it for 32 days."

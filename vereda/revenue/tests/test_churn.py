from datetime import date

import pytest

from vereda.customers.contracts import CommercialStatus
from vereda.foundation.testing import MORNING
from vereda.revenue.actions.churn import record_churn
from vereda.revenue.contracts import ChurnReason, ChurnRecorded, WrongTerms
from vereda.revenue.models import ChurnEvent
from vereda.revenue.testing import a_subscription


def test_a_goodbye_ends_what_runs_and_keeps_the_reason(acme, cantera, facts):
    running = a_subscription(cantera)
    a_subscription(cantera, ends_on=date(2026, 6, 1))

    row = record_churn(
        cantera,
        churned_on=date(2026, 11, 1),
        reason=ChurnReason.NOT_ADOPTED,
        comment="Nunca arrancamos.",
        by=acme.member,
        now=MORNING,
    )

    running.refresh_from_db()
    cantera.refresh_from_db()
    assert running.ends_on == date(2026, 11, 1)
    assert (cantera.status, cantera.arr_minor) == (CommercialStatus.CHURNED, 0)
    assert (row.lost_arr_minor, row.currency, row.reactivation) == (1_200_000, "EUR", False)
    assert [fact.churn_id for fact in facts.of(ChurnRecorded)] == [row.pk]


def test_the_second_goodbye_says_that_they_had_come_back(acme, cantera):
    said = {"reason": ChurnReason.PRICE, "by": acme.member, "now": MORNING}
    record_churn(cantera, churned_on=date(2026, 1, 1), **said)

    again = record_churn(cantera, churned_on=date(2026, 10, 1), **said)

    assert again.reactivation is True


def test_a_negative_refund_is_refused(acme, cantera, facts):
    with pytest.raises(WrongTerms):
        record_churn(
            cantera,
            churned_on=date(2026, 10, 1),
            reason=ChurnReason.PRICE,
            refund_minor=-1,
            by=acme.member,
            now=MORNING,
        )

    assert ChurnEvent.objects.of(acme.workspace).count() == 0
    assert facts.of(ChurnRecorded) == []


def test_a_goodbye_announced_for_later_leaves_the_status(acme, cantera):
    a_subscription(cantera)

    record_churn(
        cantera,
        churned_on=date(2027, 1, 1),
        reason=ChurnReason.PRICE,
        by=acme.member,
        now=MORNING,
    )

    cantera.refresh_from_db()
    assert (cantera.status, cantera.arr_minor) == (CommercialStatus.ACTIVE, 1_200_000)

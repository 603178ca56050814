from datetime import date

from vereda.customers.actions.merges import merge_accounts, undo_merge
from vereda.foundation.testing import MORNING
from vereda.revenue.jobs import refresh_money
from vereda.revenue.testing import a_subscription


def test_figures_follow_the_calendar_and_merges(acme, cantera, delfos, facts, stop_clock):
    stop_clock(MORNING)
    a_subscription(cantera)
    a_subscription(delfos, ends_on=date(2026, 12, 1))
    merge = merge_accounts(cantera, absorbed=delfos, by=acme.member, now=MORNING)
    facts.deliver()
    cantera.refresh_from_db()
    together = cantera.arr_minor
    undo_merge(merge, by=acme.member, now=MORNING)
    facts.deliver()
    changed = refresh_money(now=MORNING.replace(year=2027))

    cantera.refresh_from_db()
    delfos.refresh_from_db()
    assert (together, changed) == (2_400_000, 1)
    assert (cantera.arr_minor, delfos.arr_minor) == (1_200_000, 0)

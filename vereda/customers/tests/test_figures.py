from datetime import date

import pytest

from vereda.customers.actions.figures import note_activity, note_money
from vereda.customers.contracts import ActivityFigures, FiguresNoted, MoneyFigures
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.testing import an_account

pytestmark = pytest.mark.django_db

MONEY = MoneyFigures(
    arr_minor=8_400_000, currency="EUR", renewal_on=date(2027, 1, 2), plan="Pro", seats=24
)


def test_an_account_shows_what_it_was_told_and_its_version_stays(acme, facts):
    account = an_account(acme)
    facts.clear()

    changed = note_money(acme.workspace, figures={account.pk: MONEY})
    note_activity(
        acme.workspace,
        figures={
            account.pk: ActivityFigures(
                last_active_on=date(2026, 11, 1),
                active_people_28d=11,
                usage_8w=(1, 2, 3, 4, 5, 6, 7, 8),
            )
        },
    )

    told = account_with_key(acme.workspace, account.key)
    assert changed == 1
    assert (told.arr_minor, told.renewal_on, told.plan, told.seats) == (
        8_400_000,
        date(2027, 1, 2),
        "Pro",
        24,
    )
    assert (told.active_people_28d, told.usage_8w) == (11, [1, 2, 3, 4, 5, 6, 7, 8])
    assert told.version == 1
    assert facts == [FiguresNoted(workspace_id=acme.workspace.pk, account_ids=(account.pk,))]


def test_what_is_said_again_is_not_written_again(acme):
    account = an_account(acme)
    note_money(acme.workspace, figures={account.pk: MONEY})

    assert note_money(acme.workspace, figures={account.pk: MONEY}) == 0


def test_an_account_of_another_workspace_is_told_nothing(acme, globex):
    theirs = an_account(globex)

    assert note_money(acme.workspace, figures={theirs.pk: MONEY}) == 0
    assert account_with_key(globex.workspace, theirs.key).arr_minor is None

import pytest

from vereda.customers.actions.account_upserts import upsert_accounts
from vereda.customers.contracts import AccountIn
from vereda.customers.queries.accounts import account_with_id, accounts_by_external_id
from vereda.events.importable import UsageKind
from vereda.events.queries.single_events import count_events
from vereda.events.queries.usage import account_usage_by_name, account_usage_per_day
from vereda.events.store.current import another_store
from vereda.events.timeline import UsageTimeline
from vereda.foundation.ids import new_id
from vereda.foundation.importing import ImportRow, Outcome
from vereda.foundation.testing import MORNING

pytestmark = pytest.mark.django_db

DAY = MORNING.date()


@pytest.fixture(autouse=True)
def own_store(store):
    with another_store(store):
        yield


@pytest.fixture
def account(acme):
    upsert_accounts(
        acme.workspace, [AccountIn(external_id="x", name="X")], by=acme.member, now=MORNING
    )
    return account_with_id(acme.workspace, accounts_by_external_id(acme.workspace, ["x"])["x"])


def applied(acme, account, *, import_id=None, dry_run=False, **said):
    kind = UsageKind()
    values = {"usage_id": "1", "account": account.pk, "day": DAY, "feature": "Export", **said}
    (result,) = kind.apply(
        acme.workspace.pk,
        [ImportRow(2, values)],
        identity=kind.identities(acme.workspace.pk)[0],
        import_id=import_id or new_id(),
        by=None,
        now=MORNING,
        dry_run=dry_run,
    )
    return result


def test_a_daily_count_is_that_many_uses(acme, account):
    result = applied(acme, account, count=7)

    (usage,) = account_usage_per_day(account, since=DAY, until=DAY.replace(day=DAY.day + 1))
    assert result.outcome is Outcome.CREATED
    assert usage.count == 7
    assert count_events(acme.workspace) == 1


def test_a_dry_run_stores_nothing(acme, account):
    assert applied(acme, account, dry_run=True).outcome is Outcome.CREATED
    assert count_events(acme.workspace) == 0


def test_a_repeated_chunk_is_created_and_a_second_import_unchanged(acme, account):
    import_id = new_id()
    applied(acme, account, import_id=import_id)

    again = applied(acme, account, import_id=import_id)
    later = applied(acme, account)

    assert (again.outcome, later.outcome) == (Outcome.CREATED, Outcome.UNCHANGED)
    assert count_events(acme.workspace) == 1


def test_the_same_id_for_something_else_is_rejected_with_a_reason(acme, account):
    applied(acme, account)

    other = applied(acme, account, feature="Print")

    assert (other.outcome, other.problem.code) == (Outcome.REJECTED, "repeated_id")


def test_usage_of_tomorrow_is_rejected(acme, account):
    result = applied(acme, account, day=DAY.replace(year=DAY.year + 1))

    assert result.problem.code == "impossible_time"


def test_undo_takes_it_back(acme, account):
    import_id = new_id()
    applied(acme, account, import_id=import_id)

    UsageKind().undo(acme.workspace.pk, [], import_id=import_id, by=None, now=MORNING)

    assert count_events(acme.workspace) == 0
    assert account_usage_by_name(account, since=DAY, until=DAY.replace(day=DAY.day + 1)) == []


def test_the_timeline_has_one_entry_for_each_day_of_use(acme, account):
    applied(acme, account, count=7)
    applied(acme, account, usage_id="2", feature="Print")

    (entry,) = UsageTimeline().entries(
        acme.workspace, account_ids=[account.pk], before=MORNING.replace(day=28), limit=10
    )

    assert entry.title == "8 uses of the product"
    assert "Export" in entry.markdown
    assert entry.at.date() == DAY

from datetime import date

import pytest

from vereda.customers.actions.account_upserts import upsert_accounts
from vereda.customers.contracts import (
    AccountIn,
    AccountsUpserted,
    CommercialStatus,
    FieldType,
    Identity,
    LifecycleStage,
    Outcome,
)
from vereda.customers.models.accounts import Account
from vereda.customers.models.fields import AccountValue
from vereda.customers.queries.accounts import (
    account_with_key,
    external_ids_of,
    moves_of,
    tags_of_all,
)
from vereda.customers.testing import a_field, an_account
from vereda.foundation.testing import NOON
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db


def upsert(company, *rows, identity=Identity.EXTERNAL_ID, by=None, dry_run=False):
    return upsert_accounts(
        company.workspace, rows, identity=identity, source="crm", by=by, now=NOON, dry_run=dry_run
    )


def test_a_row_with_everything_makes_an_account_with_everything(acme):
    a_field(acme, label="Seats sold", type=FieldType.NUMBER)
    row = AccountIn(
        external_id="c-1",
        name="Cantera Logística",
        domain="https://www.cantera.example",
        owner_email="MEMBER@acme.example",
        stage=LifecycleStage.ADOPTION,
        status=CommercialStatus.TRIAL,
        industry="Logistics",
        country="ES",
        next_step="Call",
        tags=("VIP", "North"),
        custom={"seats_sold": "24"},
        created_on=date(2025, 3, 14),
    )

    result = upsert(acme, row)

    account = account_with_key(acme.workspace, "A-1")
    assert result.rows[0].outcome is Outcome.CREATED
    assert result.ids == (account.pk,)
    assert external_ids_of(account) == ("c-1",)
    assert (account.domain, account.owner, account.stage, account.status) == (
        "cantera.example",
        acme.member,
        "adoption",
        "trial",
    )
    assert (account.created_on, account.custom) == (date(2025, 3, 14), {"seats_sold": "24"})
    assert [tag.name for tag in tags_of_all(acme.workspace, [account.pk])[account.pk]] == [
        "North",
        "VIP",
    ]
    assert AccountValue.every_workspace.get().number == 24


def test_the_same_row_twice_changes_nothing_the_second_time(acme, facts):
    row = AccountIn(external_id="c-1", name="Cantera", tags=("vip",), industry="Logistics")
    upsert(acme, row)
    facts.clear()

    result = upsert(acme, row)

    assert [row.outcome for row in result.rows] == [Outcome.UNCHANGED]
    assert account_with_key(acme.workspace, "A-1").version == 1
    assert facts == []


def test_an_update_says_what_it_was_and_became_and_leaves_the_rest(acme):
    upsert(acme, AccountIn(external_id="c-1", name="Cantera", industry="Logistics", country="ES"))

    result = upsert(acme, AccountIn(external_id="c-1", industry="Transport", country=None))

    [row] = result.rows
    assert row.outcome is Outcome.UPDATED
    assert (row.before, row.after) == (
        {"industry": "Logistics", "country": "ES"},
        {"industry": "Transport", "country": ""},
    )
    account = account_with_key(acme.workspace, "A-1")
    assert (account.name, account.industry, account.country) == ("Cantera", "Transport", "")


@pytest.mark.parametrize(
    ("identity", "row"),
    [
        (Identity.DOMAIN, AccountIn(external_id="c-9", domain="www.cantera.example")),
        (Identity.NAME, AccountIn(external_id="c-9", name="cantera LOGISTICA")),
    ],
)
def test_a_row_without_a_known_id_is_recognised_as_asked(acme, identity, row):
    known = an_account(acme, name="Cantera Logística", domain="cantera.example")

    result = upsert(acme, row, identity=identity)

    assert result.ids == (known.pk,)
    assert external_ids_of(known) == ("c-9",)


def test_a_name_that_two_accounts_bear_recognises_neither(acme):
    an_account(acme, name="Cantera")
    an_account(acme, name="Cantera")

    result = upsert(acme, AccountIn(name="Cantera"), identity=Identity.NAME)

    assert result.rows[0].outcome is Outcome.CREATED


def test_two_rows_of_one_call_can_mean_one_account(acme):
    result = upsert(
        acme,
        AccountIn(external_id="c-1", name="Cantera"),
        AccountIn(external_id="c-1", industry="Logistics"),
    )

    assert len(set(result.ids)) == 1
    assert account_with_key(acme.workspace, "A-1").industry == "Logistics"


def test_a_parent_may_come_in_the_same_call_before_its_child(acme):
    upsert(
        acme,
        AccountIn(external_id="top", name="Top"),
        AccountIn(external_id="below", name="Below", parent_external_id="top"),
    )

    assert account_with_key(acme.workspace, "A-2").parent == account_with_key(acme.workspace, "A-1")


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (AccountIn(external_id="x"), "", ""),
        (AccountIn(), "no_name", "name"),
        (AccountIn(name="N" * 201), "too_long", "name"),
        (AccountIn(name="N\x00"), "too_long", "name"),
        (AccountIn(name="N", domain="not a domain"), "not_a_domain", "domain"),
        (AccountIn(name="N", owner_email="owner@globex.example"), "unknown_owner", "owner"),
        (AccountIn(name="N", parent_external_id="nowhere"), "unknown_parent", "parent"),
        (AccountIn(name="N", external_id=" "), "wrong_id", "external_id"),
        (AccountIn(name="N", tags=("a,b",)), "wrong_tag", "tags"),
        (AccountIn(name="N", custom={"nothing": "1"}), "wrong_value", "custom.nothing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_refused_row_says_why_and_the_others_are_stored(acme, globex, row, code, column):
    result = upsert(acme, row, AccountIn(external_id="good", name="Good"))

    assert (result.rows[0].code, result.rows[0].column) == (code, column)
    assert result.rows[1].outcome is Outcome.CREATED


def test_an_id_of_another_workspace_means_nothing_here(acme, globex):
    theirs = an_account(globex, external_id="c-1", name="Theirs")

    result = upsert(acme, AccountIn(external_id="c-1", name="Ours"))

    assert result.ids != (theirs.pk,)
    assert Account.objects.of(globex.workspace).get().name == "Theirs"


def test_an_account_cannot_be_brought_in_below_itself(acme):
    upsert(
        acme,
        AccountIn(external_id="top", name="Top"),
        AccountIn(external_id="below", name="Below", parent_external_id="top"),
    )

    result = upsert(acme, AccountIn(external_id="top", parent_external_id="below"))

    assert result.rows[0].code == "circle"
    assert account_with_key(acme.workspace, "A-1").parent is None


def test_a_dry_run_tells_the_same_and_writes_nothing(acme, facts):
    rows = [AccountIn(external_id="c-1", name="Cantera", tags=("vip",))]

    told = upsert(acme, *rows, dry_run=True)

    assert [row.outcome for row in told.rows] == [Outcome.CREATED]
    assert Account.every_workspace.count() == 0
    assert facts == []


def test_many_rows_make_one_fact_and_one_audit_line(acme, facts):
    lines = AuditLine.objects.of(acme.workspace).count()

    result = upsert(
        acme,
        AccountIn(external_id="1", name="A"),
        AccountIn(external_id="2", name="B"),
        by=acme.owner,
    )

    assert facts == [
        AccountsUpserted(workspace_id=acme.workspace.pk, created=result.ids, updated=())
    ]
    assert AuditLine.objects.of(acme.workspace).count() == lines + 1


def test_a_new_stage_is_remembered_as_a_move(acme):
    upsert(acme, AccountIn(external_id="c-1", name="Cantera", stage=LifecycleStage.TRIAL))

    upsert(acme, AccountIn(external_id="c-1", stage=LifecycleStage.ADOPTION))

    [move] = moves_of(account_with_key(acme.workspace, "A-1"))
    assert (move.kind, move.before, move.after) == ("stage", "trial", "adoption")


def test_twice_the_rows_cost_no_more_questions(acme, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        upsert(
            acme, *(AccountIn(external_id=f"c-{n}", name=f"N{n}", tags=("t",)) for n in range(20))
        )
    with django_assert_max_num_queries(25):
        upsert(
            acme, *(AccountIn(external_id=f"d-{n}", name=f"M{n}", tags=("t",)) for n in range(40))
        )

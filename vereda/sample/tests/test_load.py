import io
import json

import pytest

from vereda.customers.models.accounts import Account
from vereda.customers.models.fields import AccountValue, CustomField
from vereda.customers.models.notes import Note
from vereda.customers.models.people import Membership, Person, Relationship
from vereda.events.contracts.arriving import workspace_key
from vereda.events.queries.metrics import metric_values, metrics_in
from vereda.foundation.testing import NOON, TOMORROW
from vereda.revenue.models import ChurnEvent, Subscription
from vereda.sample.actions.loading import load_sample
from vereda.sample.actions.removal import truth_path
from vereda.sample.contracts import SampleExists
from vereda.sample.rules.labels import SPANISH
from vereda.sample.rules.world import invent_world
from vereda.sample.terminal import run_sample_command
from vereda.sample.testing import COMPANIES, a_small_sample, nobody_watches
from vereda.support.models.tickets import Ticket
from vereda.workspaces.models import Member, User, Workspace

pytestmark = pytest.mark.django_db


def test_it_makes_a_workspace_that_says_it_is_a_sample(small):
    workspace = Workspace.objects.get(slug="muestra")

    assert workspace.pk == small.workspace_id
    assert workspace.sample_loaded_at == NOON
    assert Member.objects.of(workspace).get(pk=small.owner_id).user.email == "ana@muestra.example"
    assert Member.objects.of(workspace).count() == 5


def test_the_fields_and_their_values_speak_the_language_of_the_workspace(small):
    fields = CustomField.objects.of(small.workspace_id).order_by("target", "position")
    words = AccountValue.objects.of(small.workspace_id).filter(field__label="Contacto")
    accounts = Account.objects.of(small.workspace_id)

    assert [field.label for field in fields] == ["Contacto", "Empleados", "Ciudad", "Departamento"]
    assert set(words.values_list("text", flat=True)) <= {"alto", "bajo", "digital"}
    assert words.count() == COMPANIES
    assert set(accounts.values_list("industry", flat=True)) <= set(SPANISH.industries.values())


def test_fifteen_metrics_are_computed_for_every_account(small):
    values = metric_values(small.workspace_id, slugs=["people-28d", "seat-share"])

    assert metrics_in(small.workspace_id).count() == 15
    assert len(values) == COMPANIES
    assert any((told["people-28d"] or 0) > 0 for told in values.values())
    assert any(told["seat-share"] is not None for told in values.values())


def test_nobody_invented_can_sign_in_with_a_password(small):
    members = Member.objects.of(small.workspace_id).select_related("user")

    assert [member.user.has_usable_password() for member in members] == [False] * 5


def test_every_row_of_the_world_is_stored(small):
    world = invent_world(NOON.date(), companies=COMPANIES)
    of_workspace = small.workspace_id

    assert Account.objects.of(of_workspace).count() == COMPANIES
    assert Person.objects.of(of_workspace).count() == sum(len(a.people) for a in world.accounts)
    assert Note.objects.of(of_workspace).count() == sum(
        len(a.conversations) for a in world.accounts
    )
    assert Ticket.objects.of(of_workspace).count() == sum(len(a.tickets) for a in world.accounts)
    assert Subscription.objects.of(of_workspace).count() == sum(
        len(a.subscriptions) for a in world.accounts
    )
    assert ChurnEvent.objects.of(of_workspace).count() == sum(
        a.churn is not None for a in world.accounts
    )


def test_every_event_is_stored_once(small, store):
    assert store.count(workspace_key(small.workspace_id)) == small.events
    assert 30_000 < small.events < 50_000


def test_recurring_revenue_is_what_the_world_says(small):
    world = invent_world(NOON.date(), companies=COMPANIES)
    invented = {
        account.company.external_id: 12
        * sum(
            row.monthly_minor
            for row in account.subscriptions
            if row.started_on <= NOON.date() and (row.ends_on is None or row.ends_on > NOON.date())
        )
        for account in world.accounts
    }
    stored = {
        account.external_ids.get().value: account.arr_minor
        for account in Account.objects.of(small.workspace_id)
    }

    assert stored == {key: minor or stored[key] for key, minor in invented.items()}
    assert sum(minor or 0 for minor in stored.values()) == sum(invented.values())


def test_accounts_know_when_they_were_last_used(small):
    world = invent_world(NOON.date(), companies=COMPANIES)
    alive = [a for a in world.accounts if a.churn is None and a.company.story == "steady"]
    stored = Account.objects.of(small.workspace_id).filter(
        external_ids__value__in=[a.company.external_id for a in alive]
    )

    assert [row.last_active_on is not None for row in stored] == [True] * len(alive)


def test_who_left_an_account_is_no_longer_in_it(small):
    world = invent_world(NOON.date(), companies=COMPANIES)
    gone = [p.external_id for a in world.accounts for p in a.people if p.left_on]
    present = Membership.objects.of(small.workspace_id).filter(
        person__external_ids__value__in=gone, until_on=None
    )

    assert gone
    assert present.count() == 0


def test_every_account_has_a_champion_and_somebody_who_decides(small):
    kinds = Relationship.objects.of(small.workspace_id).values_list("account", "kind")

    assert len({account for account, kind in kinds if kind == "champion"}) == COMPANIES
    assert len({account for account, kind in kinds if kind == "decides"}) == COMPANIES


def test_the_truth_is_kept_aside(small):
    truth = json.loads(truth_path().read_text(encoding="utf-8"))

    assert len(truth["accounts"]) == COMPANIES
    assert truth["today"] == NOON.date().isoformat()


def test_progress_goes_forward_to_the_end(db, store):
    heard: list[float] = []

    load_sample(now=NOON, progress=lambda *said: heard.append(said[0]), companies=6)

    assert heard == sorted(heard)
    assert (heard[0], heard[-1]) == (0.0, 1.0)
    assert len(heard) > 20


def test_a_second_load_is_refused_and_changes_nothing(small, store):
    with pytest.raises(SampleExists, match="--replace"):
        load_sample(now=TOMORROW, progress=nobody_watches, companies=COMPANIES)

    assert Workspace.objects.get(slug="muestra").sample_loaded_at == NOON
    assert store.count(workspace_key(small.workspace_id)) == small.events


def test_replacing_removes_the_old_one_first(small, store):
    loaded = load_sample(now=TOMORROW, progress=nobody_watches, companies=6, replace=True)

    assert Workspace.objects.get(slug="muestra").pk == loaded.workspace_id
    assert store.count(workspace_key(small.workspace_id)) == 0
    assert store.count(workspace_key(loaded.workspace_id)) == loaded.events


def test_a_load_that_fails_is_taken_back(db, store):
    def fail_at_notes(share: float, doing: str) -> None:
        if doing == "notes":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_sample(now=NOON, progress=fail_at_notes, companies=6)

    assert Workspace.objects.count() == 0
    assert User.objects.count() == 0
    assert store.heads() == {}


def test_who_asked_for_it_owns_it_too(acme, store):
    loaded = a_small_sample(now=NOON, by=acme.admin, companies=6)

    member = Member.objects.of(loaded.workspace_id).get(user=acme.admin.user)
    assert member.role == "owner"


def test_the_terminal_says_what_came_of_it(db, store):
    out = io.StringIO()

    run_sample_command(out=out, now=NOON, companies=6)

    stages = ["world", "customers", "usage", "activity", "money", "notes", "done"]
    assert out.getvalue().splitlines()[:7] == stages
    assert out.getvalue().splitlines()[7].startswith("6 accounts, ")

import pytest
from django.apps import apps
from django.urls import reverse

from vereda.customers.testing import an_account
from vereda.events.contracts.arriving import workspace_key
from vereda.foundation.scoping import OwnedByWorkspace
from vereda.foundation.testing import NOON
from vereda.sample.actions.removal import remove_sample, truth_path
from vereda.sample.contracts import NotTheSample
from vereda.sample.testing import a_small_sample
from vereda.workspaces.models import Member, User, Workspace

pytestmark = pytest.mark.django_db

OWNED = [model for model in apps.get_models() if issubclass(model, OwnedByWorkspace)]


def rows_of(workspace_id):
    """How many rows of each model belong to the workspace, where there are any."""
    counts = {
        model.__name__: model.every_workspace.filter(workspace_id=workspace_id).count()
        for model in OWNED
    }
    return {name: count for name, count in counts.items() if count}


def test_nothing_of_it_is_left(small, store):
    workspace = Workspace.objects.get(pk=small.workspace_id)

    remove_sample(workspace)

    assert rows_of(small.workspace_id) == {}
    assert Workspace.objects.count() == 0
    assert User.objects.count() == 0
    assert store.count(workspace_key(small.workspace_id)) == 0
    assert not truth_path().exists()


def test_other_workspaces_are_not_touched(acme, store):
    an_account(acme)
    before = rows_of(acme.workspace.pk)
    loaded = a_small_sample(now=NOON, by=acme.admin, companies=6)

    remove_sample(Workspace.objects.get(pk=loaded.workspace_id))

    assert rows_of(acme.workspace.pk) == before
    assert User.objects.count() == 4


def test_a_real_workspace_is_refused_and_kept(acme, store):
    before = rows_of(acme.workspace.pk)

    with pytest.raises(NotTheSample, match="nothing was removed"):
        remove_sample(acme.workspace)

    assert rows_of(acme.workspace.pk) == before


def test_an_owner_removes_it_with_one_button(small, store, client_of):
    owner = Member.objects.of(small.workspace_id).get(pk=small.owner_id)

    answer = client_of(owner).post(reverse("sample:remove", args=["muestra"]))

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert Workspace.objects.count() == 0


def test_a_member_may_not(small, store, client_of):
    member = Member.objects.of(small.workspace_id).filter(role="member").first()

    answer = client_of(member).post(reverse("sample:remove", args=["muestra"]))

    assert answer.status_code == 403
    assert Workspace.objects.filter(slug="muestra").exists()


def test_the_button_is_not_offered_by_a_real_workspace(acme, store, client_of):
    shown = client_of(acme.owner).get(reverse("sample:sample", args=["acme"])).content.decode()

    assert reverse("sample:remove", args=["acme"]) not in shown


def test_a_real_workspace_survives_the_address_typed_by_hand(acme, store, client_of):
    answer = client_of(acme.owner).post(reverse("sample:remove", args=["acme"]))

    assert answer.status_code == 422
    assert Workspace.objects.filter(slug="acme").exists()

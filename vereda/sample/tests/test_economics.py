"""The invented company can make its business case, and has a register of wins."""

import pytest

from vereda.foundation.testing import NOON
from vereda.revenue.models import ChurnEvent, Win
from vereda.revenue.queries.costs import monthly_costs
from vereda.revenue.queries.economics import economics_of
from vereda.workspaces.queries import workspace_with_id

pytestmark = pytest.mark.django_db


def test_twelve_months_tell_their_costs_and_a_margin_follows(small):
    workspace = workspace_with_id(small.workspace_id)

    told = economics_of(workspace, today=NOON.date())

    assert monthly_costs(workspace).count() == 12
    assert told.margin_months == 12
    assert told.margin is not None
    assert 0.5 < told.margin < 0.9


def test_every_goodbye_is_a_loss_and_some_wins_have_a_story(small):
    wins = Win.objects.of(small.workspace_id)

    assert wins.filter(kind="loss").count() == ChurnEvent.objects.of(small.workspace_id).count()
    assert wins.filter(kind="win").exclude(story="").count() == wins.filter(kind="win").count() > 0
    assert wins.filter(public=True).count() == 1

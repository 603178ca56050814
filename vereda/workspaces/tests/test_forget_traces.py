from datetime import timedelta

import pytest

from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.links import one_time_link, spend_link
from vereda.workspaces.jobs import forget_old_traces
from vereda.workspaces.models import SignInLink

pytestmark = pytest.mark.django_db


def test_spent_and_late_links_go_and_open_ones_stay(acme, monkeypatch):
    spent = one_time_link(acme.owner.user, now=MORNING)
    spend_link(spent.rstrip("/").rpartition("/")[2], now=MORNING)
    one_time_link(acme.owner.user, now=MORNING - timedelta(days=1))
    one_time_link(acme.owner.user, now=MORNING)
    monkeypatch.setattr("vereda.foundation.clock.now", lambda: MORNING + timedelta(minutes=1))

    forget_old_traces()

    assert SignInLink.objects.count() == 1

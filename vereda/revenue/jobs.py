"""What revenue does because time passes."""

from datetime import datetime

from vereda.foundation.clock import now as clock_now
from vereda.revenue.actions.headlines import tell_all_money
from vereda.revenue.models import Subscription
from vereda.workspaces.queries import workspace_with_id


def refresh_money(now: datetime | None = None) -> int:
    """Tell every workspace's accounts what they are worth today: starts, ends and renewals pass.

    Runs daily; answers how many accounts differ from the day before.
    """
    instant = now or clock_now()
    ids = Subscription.every_workspace.values_list("workspace_id", flat=True).distinct()
    return sum(tell_all_money(workspace_with_id(each), now=instant) for each in list(ids))

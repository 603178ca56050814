"""What workspaces do because of time."""

from django.core.management import call_command

from vereda.foundation import clock
from vereda.workspaces.actions.links import forget_spent_links


def forget_old_traces() -> None:
    """Once a night: ended sessions and spent links have served their purpose."""
    forget_spent_links(now=clock.now())
    call_command("clearsessions")

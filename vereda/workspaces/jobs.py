"""What workspaces do because of time."""

from django.core.management import call_command

from vereda.foundation import clock
from vereda.workspaces.actions.answers import forget_old_answers
from vereda.workspaces.actions.links import forget_spent_links


def forget_old_traces() -> None:
    """Once a night: ended sessions, spent links and repeated answers have served their purpose."""
    forget_spent_links(now=clock.now())
    forget_old_answers(now=clock.now())
    call_command("clearsessions")

"""What workspaces do because of time."""

from django.core.management import call_command

from vereda.foundation import clock
from vereda.workspaces.actions.answers import forget_old_answers
from vereda.workspaces.actions.audit import empty_old_lines
from vereda.workspaces.actions.links import forget_spent_links


def forget_old_traces() -> None:
    """Once a night: what has served its purpose goes: ended sessions, spent links, repeated
    answers, and names in audit lines older than two years."""
    forget_spent_links(now=clock.now())
    forget_old_answers(now=clock.now())
    empty_old_lines(now=clock.now())
    call_command("clearsessions")

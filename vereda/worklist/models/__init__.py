"""Tables of the worklist: alerts, tasks and queues, playbooks and their runs, desks.

Django finds models here; everybody else imports them from their module.
"""

from vereda.worklist.models import alerts, desks, playbooks, tasks

__all__ = ["alerts", "desks", "playbooks", "tasks"]

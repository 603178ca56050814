"""Tables of onboarding: templates and their editions; plans, their items and entries, promises,
follow-ups.

Django finds models here; everybody else imports them from their module.
"""

from vereda.onboarding.models import follow_ups, items, plans, promises, templates

__all__ = ["follow_ups", "items", "plans", "promises", "templates"]

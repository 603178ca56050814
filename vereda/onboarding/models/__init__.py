"""Tables of onboarding: templates and their editions; plans, their items and entries, promises.

Django finds models here; everybody else imports them from their module.
"""

from vereda.onboarding.models import items, plans, promises, templates

__all__ = ["items", "plans", "promises", "templates"]

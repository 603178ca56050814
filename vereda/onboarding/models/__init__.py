"""Tables of onboarding: templates and their editions.

Django finds models here; everybody else imports them from their module.
"""

from vereda.onboarding.models import templates

__all__ = ["templates"]

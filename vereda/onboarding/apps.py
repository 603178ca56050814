"""The Django app of onboarding."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OnboardingConfig(AppConfig):
    """Six sets, gates and two clocks."""

    name = "vereda.onboarding"
    label = "onboarding"
    verbose_name = _("Onboarding")

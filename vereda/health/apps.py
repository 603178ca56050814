"""The Django app of health."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    """Scorecards, scores and their record."""

    name = "vereda.health"
    label = "health"
    verbose_name = _("Health")

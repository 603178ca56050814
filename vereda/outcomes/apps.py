"""The Django app of outcomes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutcomesConfig(AppConfig):
    """Promised benefits and their proof."""

    name = "vereda.outcomes"
    label = "outcomes"
    verbose_name = _("Outcomes")

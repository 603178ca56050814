"""The Django app of the console."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    """What members see."""

    name = "vereda.console"
    label = "console"
    verbose_name = _("Console")

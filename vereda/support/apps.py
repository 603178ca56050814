"""The Django app of support."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    """Tickets."""

    name = "vereda.support"
    label = "support"
    verbose_name = _("Support")

"""The Django app of portal."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The page of the people at customers."""

    name = "vereda.portal"
    label = "portal"
    verbose_name = _("Portal")

"""The Django app of adoption."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdoptionConfig(AppConfig):
    """First use, regular use and need, from events."""

    name = "vereda.adoption"
    label = "adoption"
    verbose_name = _("Adoption")

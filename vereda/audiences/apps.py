"""The Django app of audiences."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AudiencesConfig(AppConfig):
    """Saved questions about accounts and people, and who is in."""

    name = "vereda.audiences"
    label = "audiences"
    verbose_name = _("Audiences")

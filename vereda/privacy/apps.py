"""The Django app of privacy."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """Consent and what is known about people."""

    name = "vereda.privacy"
    label = "privacy"
    verbose_name = _("Privacy")

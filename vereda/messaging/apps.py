"""The Django app of messaging."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    """Letters to people and from them."""

    name = "vereda.messaging"
    label = "messaging"
    verbose_name = _("Messaging")

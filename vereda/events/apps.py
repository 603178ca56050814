"""The Django app of events."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """What people do in the workspace's product."""

    name = "vereda.events"
    label = "events"
    verbose_name = _("Events")

"""The Django app of revenue."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RevenueConfig(AppConfig):
    """Subscriptions, and what left."""

    name = "vereda.revenue"
    label = "revenue"
    verbose_name = _("Revenue")

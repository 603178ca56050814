"""The Django app of customers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Accounts and the people in them."""

    name = "vereda.customers"
    label = "customers"
    verbose_name = _("Customers")

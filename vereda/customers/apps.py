"""The Django app of customers."""

from django.apps import AppConfig
from django.db.models.signals import post_delete  # noqa: TID251 - a cascade asks no action
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Accounts and the people in them."""

    name = "vereda.customers"
    label = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        """Rows of files also go with their account or workspace; their bytes go with each."""
        from vereda.customers.actions.files import remove_bytes_of  # noqa: PLC0415 - models first
        from vereda.customers.models.files import AccountFile  # noqa: PLC0415

        post_delete.connect(remove_bytes_of, sender=AccountFile)

"""The Django app of product."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProductConfig(AppConfig):
    """What the workspace sells."""

    name = "vereda.product"
    label = "product"
    verbose_name = _("Product")

"""The Django app of imports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    """Data in by file, with undo."""

    name = "vereda.imports"
    label = "imports"
    verbose_name = _("Imports")

"""The Django app of imports."""

from django.apps import AppConfig
from django.db.models.signals import post_delete  # noqa: TID251 - a cascade asks no action
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    """Data in by file, with undo."""

    name = "vereda.imports"
    label = "imports"
    verbose_name = _("Imports")

    def ready(self) -> None:
        """Imports also go with their workspace; their files go with each."""
        from vereda.imports.actions.files import remove_files_of  # noqa: PLC0415 - models first
        from vereda.imports.models import Import  # noqa: PLC0415

        post_delete.connect(remove_files_of, sender=Import)

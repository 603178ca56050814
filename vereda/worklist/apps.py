"""The Django app of worklist."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorklistConfig(AppConfig):
    """What members should notice or do."""

    name = "vereda.worklist"
    label = "worklist"
    verbose_name = _("Worklist")

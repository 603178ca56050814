"""The Django app of surveys."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """Surveys and their answers."""

    name = "vereda.surveys"
    label = "surveys"
    verbose_name = _("Surveys")

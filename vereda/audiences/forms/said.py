"""Names, reasons and files."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.foundation.forms import AnsweringForm

LARGEST_FILE = 1_000_000


class AudienceForm(AnsweringForm):
    """What an audience is called and is for; its question stands beside it."""

    name = forms.CharField(label=_("Name"), max_length=100)
    description = forms.CharField(label=_("What it is for"), max_length=500, required=False)


class ByHandForm(AnsweringForm):
    """Who is taken in or held out, and why."""

    key = forms.CharField(
        label=_("Key"),
        max_length=20,
        help_text=_("The key of an account, such as A-12, or of a person, such as PE-7."),
    )
    reason = forms.CharField(label=_("Why"), max_length=500)


class AudienceFileForm(AnsweringForm):
    """Audiences as a file."""

    file = forms.FileField(label=_("TOML or JSON file"))

    def text(self) -> str:
        """What the file says."""
        content: bytes = self.cleaned_data["file"].read(LARGEST_FILE + 1)
        return content.decode("utf-8", errors="replace")

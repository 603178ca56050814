"""What people type at the door."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.foundation.forms import AnsweringForm
from vereda.portal import wording
from vereda.portal.data_wording import request_choices
from vereda.portal.rules import code_in
from vereda.privacy.contracts import RequestKind


class AddressForm(forms.Form):
    """Who would like to come in."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "input"}),
    )


class CodeForm(forms.Form):
    """The six digits of our letter."""

    code = forms.CharField(
        label=_("The six digits of our letter"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "input",
            }
        ),
    )

    def clean_code(self) -> Any:
        """Six digits, however they were spaced."""
        code = code_in(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(_("It is six digits, as in 123 456."))
        return code


class ValueForm(forms.Form):
    """A short answer."""

    value = forms.CharField(
        label=_("Your answer"),
        max_length=2_000,
        widget=forms.TextInput(attrs={"class": "input"}),
    )


class ChoiceForm(forms.Form):
    """One of the answers that are offered."""

    choice = forms.ChoiceField(label=_("Your answer"), widget=forms.RadioSelect)


class GivenFileForm(forms.Form):
    """A file, and what they would like to say with it."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"class": "input"}),
        error_messages={"required": _("Choose the file first.")},
    )
    words = forms.CharField(
        label=_("Anything to say about it?"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 2}),
    )


class DoneForm(forms.Form):
    """Something they did themselves, with words where they like."""

    words = forms.CharField(
        label=_("Anything to say about it?"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 2}),
    )


class DeclineForm(forms.Form):
    """Why they do not approve."""

    because = forms.CharField(
        label=_("What would have to change?"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 2}),
    )


class BrandingForm(AnsweringForm):
    """How the portal looks."""

    name = forms.CharField(
        label=_("Name shown"),
        max_length=100,
        required=False,
        help_text=_("Empty: the name of the workspace."),
    )
    accent = forms.CharField(
        label=_("Colour"),
        max_length=20,
        required=False,
        help_text=_(
            "Such as #0b6e4f, dark enough to be read on white. In the dark a lighter one of the"
            " same kind is shown. Empty: ours."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG, GIF or WebP, up to 2 MB; drawn anew, at most 640 by 240 pixels."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
    )
    without_logo = forms.BooleanField(label=_("Show no logo any more"), required=False)


class DataRequestForm(AnsweringForm):
    """What somebody asks for about their data."""

    kind = forms.ChoiceField(
        label=_("What do you ask for?"),
        widget=forms.RadioSelect,
        choices=request_choices,
    )
    note = forms.CharField(
        label=_("In your words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """A correction has to say what is wrong."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("kind") == RequestKind.CORRECTION and not said.get("note"):
            self.add_error("note", _("Say what is wrong, and what is right."))
        return said


def words_on_it(label: Any) -> forms.CharField:
    """A few words about a benefit, where somebody likes to write any."""
    return forms.CharField(
        label=label,
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 2}),
    )


class CameTrueForm(AnsweringForm):
    """A benefit came true."""

    words = words_on_it(_("How do you notice it?"))


class DidNotForm(AnsweringForm):
    """A benefit did not come true, and why not."""

    reason = forms.ChoiceField(
        label=pgettext_lazy("a benefit did not come true", "Why?"),
        widget=forms.RadioSelect,
        choices=lambda: [(str(each), wording.WHY_NOT[each]) for each in wording.REASONS_OFFERED],
    )
    words = words_on_it(_("Anything to say about it?"))

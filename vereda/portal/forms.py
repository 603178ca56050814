"""What people type at the door."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.portal.rules import code_in


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

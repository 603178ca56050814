"""What a person may type about privacy."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.foundation.forms import AnsweringForm
from vereda.privacy import wording


class AnswerForm(AnsweringForm):
    """Where a yes or a no came from."""

    source = forms.CharField(
        label=_("How they said it"),
        max_length=100,
        required=False,
        help_text=_("Such as: call of 3 November, form on the portal."),
    )


class RuleForm(AnsweringForm):
    """The rule for people who have said nothing."""

    rule = forms.ChoiceField(
        label=_("Use of the product is"),
        choices=list(wording.RULES.items()),
        widget=forms.RadioSelect,
    )


class RequestForm(AnsweringForm):
    """What a person asks for."""

    kind = forms.ChoiceField(label=_("They ask for"), choices=list(wording.REQUESTS.items()))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class ErasureForm(AnsweringForm):
    """The key, typed by hand: an erasure cannot be undone."""

    key = forms.CharField(label=_("Type the person's key"), max_length=12)

    def __init__(self, *args: object, key: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.wanted = key
        self.fields["key"].help_text = _("It is %s.") % key

    def clean_key(self) -> str:
        """The key, if it is this person's."""
        if self.cleaned_data["key"].strip().upper() != self.wanted:
            raise forms.ValidationError(_("That is another key."))
        return self.wanted

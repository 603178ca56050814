"""What a person may type about products."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.foundation.forms import AnsweringForm
from vereda.product import wording
from vereda.product.contracts import Cadence, InnovationLevel, PriceClass


class ProductForm(AnsweringForm):
    """A product."""

    name = forms.CharField(label=_("Name"), max_length=100)
    description = forms.CharField(
        label=_("Description"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    innovation = forms.ChoiceField(
        label=_("Innovation level"),
        choices=list(wording.INNOVATION.items()),
        help_text=_("The newer it is to them, the more onboarding it needs."),
    )
    price = forms.ChoiceField(label=_("Price class"), choices=list(wording.PRICES.items()))
    cadence = forms.ChoiceField(
        label=_("How often somebody well served uses it"),
        choices=list(wording.CADENCES.items()),
        initial=Cadence.REGULAR,
    )

    def said(self) -> dict[str, Any]:
        """What was typed, as `add_product` and `edit_product` take it."""
        cleaned = self.cleaned_data
        return {
            "name": cleaned["name"],
            "description": cleaned["description"],
            "innovation": InnovationLevel(cleaned["innovation"]),
            "price": PriceClass(cleaned["price"]),
            "cadence": Cadence(cleaned["cadence"]),
        }


class FeatureForm(AnsweringForm):
    """A feature, with the events that mean it was used."""

    name = forms.CharField(label=_("Name"), max_length=100)
    description = forms.CharField(
        label=_("Description"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    cadence = forms.ChoiceField(
        label=_("How often somebody well served uses it"), choices=list(wording.CADENCES.items())
    )
    events = forms.CharField(
        label=_("Events that mean it was used"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One name a line, as your product sends it."),
    )

    def said(self) -> dict[str, Any]:
        """What was typed, as `add_feature` and `edit_feature` take it."""
        cleaned = self.cleaned_data
        return {
            "name": cleaned["name"],
            "description": cleaned["description"],
            "cadence": Cadence(cleaned["cadence"]),
            "events": [line.strip() for line in cleaned["events"].splitlines() if line.strip()],
        }


class StepForm(AnsweringForm):
    """A place inside a feature."""

    name = forms.CharField(label=_("Name"), max_length=100)
    url_pattern = forms.CharField(
        label=_("Address"),
        max_length=300,
        required=False,
        help_text=_("Such as /routes/*; an asterisk stands for anything."),
    )
    selector = forms.CharField(
        label=_("Element"),
        max_length=300,
        required=False,
        help_text=_("A CSS selector, such as #offline-switch."),
    )
    anchor = forms.CharField(
        label=_("Anchor"),
        max_length=100,
        required=False,
        help_text=_("The value of data-vereda in your page; better than a selector."),
    )


class CatalogueForm(AnsweringForm):
    """The catalogue as a file."""

    file = forms.FileField(label=_("TOML file"))

    def text(self) -> str:
        """What the file says."""
        content: bytes = self.cleaned_data["file"].read(1_000_001)
        return content.decode("utf-8", errors="replace")

"""Forms of health."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vereda.foundation.forms import AnsweringForm
from vereda.health.contracts import MOST_WEIGHT, Bands, CurvePoint, Factor, Shape, WrongRules
from vereda.health.files import LARGEST
from vereda.health.wording import OPINIONS, SHAPES

EMPTY_ROWS = 2


class OpinionForm(AnsweringForm):
    """What a member thinks of an account."""

    value = forms.TypedChoiceField(
        label=_("What do you think of them?"),
        coerce=int,
        choices=[(value, word) for value, word in OPINIONS.items()],
        initial=3,
    )
    comment = forms.CharField(
        label=_("Why"), max_length=1_000, required=False, widget=forms.Textarea({"rows": 2})
    )


class ScorecardForm(AnsweringForm):
    """What a scorecard is called, whom it is for and who keeps it."""

    name = forms.CharField(label=_("Name"), max_length=100)
    description = forms.CharField(label=_("Description"), max_length=500, required=False)
    audience = forms.ChoiceField(
        label=_("Whom it is for"),
        required=False,
        help_text=_("An audience of accounts, or everybody whom no other scorecard is for."),
    )
    precedence = forms.IntegerField(
        label=_("Precedence"),
        min_value=1,
        max_value=999,
        initial=100,
        help_text=_("Where an account is in several audiences, the lowest number applies."),
    )
    owner = forms.ChoiceField(label=_("Kept by"), required=False)

    def __init__(
        self,
        *args: Any,
        audiences: Sequence[tuple[str, str]],
        members: Sequence[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["audience"].choices = [("", _("Everybody else")), *audiences]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", _("Nobody")), *members]  # type: ignore[attr-defined]


class LimitsForm(AnsweringForm):
    """Where the colours begin, and how much must be known."""

    watch_from = forms.IntegerField(label=_("Watch from"), min_value=1, max_value=99)
    healthy_from = forms.IntegerField(label=_("Healthy from"), min_value=2, max_value=100)
    minimum_coverage = forms.IntegerField(
        label=_("Least that must be known, in %"),
        min_value=1,
        max_value=100,
        help_text=_("Below it the colour is unknown."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def bands(self) -> Bands:
        """The colours as they were typed."""
        return Bands(self.cleaned_data["watch_from"], self.cleaned_data["healthy_from"])


class FactorForm(AnsweringForm):
    """One factor: its weight, and the thresholds of its curve."""

    label = forms.CharField(
        label=_("What to call it"),
        max_length=80,
        required=False,
        help_text=_("Empty takes the name of the input."),
    )
    weight = forms.IntegerField(
        label=_("Weight"),
        min_value=1,
        max_value=MOST_WEIGHT,
        initial=10,
        help_text=_("The points it can earn. They are compared with those of the other factors."),
    )
    shape = forms.ChoiceField(
        label=_("Between thresholds points grow"), choices=[(s.value, w) for s, w in SHAPES.items()]
    )
    fresh_days = forms.IntegerField(
        label=_("Counts for so many days"),
        min_value=1,
        max_value=3_650,
        required=False,
        help_text=_("Empty takes what the input says of itself."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = rows
        for row in range(rows):
            self.fields[f"at_{row}"] = forms.FloatField(required=False)
            self.fields[f"share_{row}"] = forms.FloatField(
                required=False, min_value=0, max_value=100
            )
            for name, label in (("at", _("From this value")), ("share", _("Share in %"))):
                said = format_lazy("{} {}: {}", _("Threshold"), row + 1, label)
                self.fields[f"{name}_{row}"].widget.attrs["aria-label"] = said

    @property
    def plain_fields(self) -> list[Any]:
        """The fields that are no thresholds."""
        return [self[name] for name in ("label", "weight", "shape", "fresh_days")]

    @property
    def threshold_rows(self) -> list[tuple[Any, Any]]:
        """The thresholds, a pair of fields each."""
        return [(self[f"at_{row}"], self[f"share_{row}"]) for row in range(self.rows)]

    def clean(self) -> dict[str, Any]:
        """A threshold has both its numbers, or none."""
        cleaned = super().clean() or self.cleaned_data
        for row in range(self.rows):
            at, share = cleaned.get(f"at_{row}"), cleaned.get(f"share_{row}")
            if (at is None) is not (share is None):
                missing = f"share_{row}" if share is None else f"at_{row}"
                self.add_error(missing, _("A threshold has a value and a share, or neither."))
        return cleaned

    def factor(self, name: str, input: str) -> Factor:
        """The factor as it was typed; thresholds in the order of their values."""
        cleaned = self.cleaned_data
        points = [
            CurvePoint(cleaned[f"at_{row}"], cleaned[f"share_{row}"] / 100)
            for row in range(self.rows)
            if cleaned.get(f"at_{row}") is not None
        ]
        return Factor(
            name=name,
            input=input,
            label=cleaned["label"].strip(),
            weight=cleaned["weight"],
            shape=Shape(cleaned["shape"]),
            fresh_days=cleaned["fresh_days"],
            points=tuple(sorted(points, key=lambda point: point.at)),
        )


def initial_of_factor(factor: Factor) -> dict[str, Any]:
    """A factor as the form shows it."""
    told: dict[str, Any] = {
        "label": factor.label,
        "weight": factor.weight,
        "shape": factor.shape.value,
        "fresh_days": factor.fresh_days,
    }
    for row, point in enumerate(factor.points):
        told[f"at_{row}"] = _plain(point.at)
        told[f"share_{row}"] = _plain(round(point.share * 100, 2))
    return told


def _plain(value: float) -> float | int:
    """Whole numbers without a decimal point."""
    return int(value) if float(value).is_integer() else value


class PublishForm(AnsweringForm):
    """Why the rules change."""

    note = forms.CharField(
        label=_("What changed, and why"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("It stands beside the version for whoever asks why scores moved."),
    )


class ScorecardFileForm(AnsweringForm):
    """A scorecard as a file."""

    file = forms.FileField(label=_("File"), help_text=_("A TOML file of one scorecard."))

    def clean_file(self) -> Any:
        """Text, and not too much of it."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 200 kilobytes."))
        return file

    def text(self) -> str:
        """What the file says."""
        try:
            return str(self.cleaned_data["file"].read().decode("utf-8"))
        except UnicodeDecodeError as error:
            raise WrongRules(_("This is no text in UTF-8.")) from error

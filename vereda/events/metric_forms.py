"""What a person may say about a metric: one form that asks only what its measure needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.events.contracts.measuring import (
    OF_ACCOUNTS_ONLY,
    OF_PROPERTY,
    RATIOS,
    Comparison,
    Measure,
    MetricDefinition,
    Per,
    PropertyFilter,
    Unit,
)
from vereda.events.metric_wording import COMPARISONS, PERS, UNITS
from vereda.events.rules.metrics import (
    LARGEST_SCALE,
    LONGEST_NAME,
    LONGEST_VALUE,
    MOST_FILTERS,
)
from vereda.foundation.forms import AnsweringForm

EMPTY_ROWS: Final = 2
NEEDS_EVENTS: Final = frozenset(Measure) - RATIOS - {Measure.BREADTH}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers: event names, features, metrics and fields, each with its words."""

    events: Sequence[str]
    features: Sequence[tuple[str, str]]
    metrics: Sequence[tuple[str, str]]
    fields: Sequence[tuple[str, str]]


class MetricForm(AnsweringForm):
    """A metric of one measure."""

    name = forms.CharField(label=_("Name"), max_length=100)
    description = forms.CharField(label=_("Description"), max_length=500, required=False)

    def __init__(
        self, *args: Any, measure: Measure, choices: Choices, slug: str = "", **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.measure = measure
        self._choices = choices
        self._rows = 0 if measure in RATIOS else self._rows_shown()
        if measure in RATIOS:
            self._ask_for_parts(slug)
        else:
            self._ask_for_events()
            self._ask_for_filters()
            self._ask_for_window()
        if measure not in OF_ACCOUNTS_ONLY:
            self.fields["per"] = forms.ChoiceField(
                label=_("For"), choices=[(per.value, PERS[per]) for per in Per]
            )
        self.fields["trial"] = forms.CharField(
            label=_("Try it with"),
            max_length=20,
            required=False,
            help_text=_("The key of an account, such as A-12, or of a person, such as PE-7."),
        )

    def _ask_for_events(self) -> None:
        if self.measure is Measure.BREADTH:
            self.fields["features"] = forms.MultipleChoiceField(
                label=_("Features"),
                choices=list(self._choices.features),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("None chosen means all of them."),
            )
        starts = self.measure is Measure.DURATION
        if self.measure in NEEDS_EVENTS:
            self._ask_for_names(
                "events",
                _("It starts with") if starts else _("Events"),
                "" if starts else _("None chosen means any use."),
            )
        if starts:
            self._ask_for_names("ends_with", _("It ends with"), "")
        if self.measure in OF_PROPERTY:
            self.fields["property"] = forms.CharField(
                label=_("Property"),
                max_length=LONGEST_NAME,
                help_text=_("A property of these events that is a number."),
            )

    def _ask_for_names(self, field: str, label: Any, help_text: Any) -> None:
        known = [(name, name) for name in self._choices.events]
        self.fields[field] = forms.MultipleChoiceField(
            label=label,
            choices=known,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=help_text,
        )
        self.fields[f"{field}_more"] = forms.CharField(
            label=_("Others, one name a line"),
            max_length=20_000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def _rows_shown(self) -> int:
        """A row for each condition said and two empty ones, up to the limit.

        Rows that were sent are all read, those over the limit too: they are refused with a
        sentence rather than left out.
        """
        told = self.data if self.is_bound else self.initial
        sent = list(takewhile(lambda number: f"property_{number}" in told, count(1)))
        filled = [number for number in sent if str(told[f"property_{number}"]).strip()]
        last = max(filled, default=0)
        return max(last, min(last + EMPTY_ROWS, MOST_FILTERS))

    def _ask_for_filters(self) -> None:
        comparisons = [(one.value, COMPARISONS[one]) for one in Comparison]
        for number in range(1, self._rows + 1):
            self.fields[f"property_{number}"] = forms.CharField(
                label=_("Only if the property"), max_length=LONGEST_NAME, required=False
            )
            self.fields[f"comparison_{number}"] = forms.ChoiceField(
                label=_("compares"), choices=comparisons, required=False
            )
            self.fields[f"value_{number}"] = forms.CharField(
                label=_("with"), max_length=LONGEST_VALUE, required=False, strip=False
            )

    def _ask_for_window(self) -> None:
        self.fields["window"] = forms.IntegerField(
            label=_("Within the last"), initial=28, min_value=1, max_value=400
        )
        self.fields["unit"] = forms.ChoiceField(
            label=_("counted in"), choices=[(unit.value, UNITS[unit]) for unit in Unit]
        )

    def _ask_for_parts(self, slug: str) -> None:
        metrics = [(known, name) for known, name in self._choices.metrics if known != slug]
        over = metrics if self.measure is Measure.METRIC_RATIO else list(self._choices.fields)
        self.fields["of"] = forms.ChoiceField(label=_("Divide"), choices=metrics)
        self.fields["over"] = forms.ChoiceField(label=_("by"), choices=over)
        self.fields["per_how_many"] = forms.IntegerField(
            label=_("For how many"),
            initial=1,
            min_value=1,
            max_value=LARGEST_SCALE,
            help_text=_("1,000 says it for every thousand."),
        )

    @property
    def may_say_more(self) -> bool:
        """Are more conditions possible than there are rows?"""
        return 0 < self._rows < MOST_FILTERS

    def filter_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each condition, for the page."""
        return [
            [self[f"{part}_{number}"] for part in ("property", "comparison", "value")]
            for number in range(1, self._rows + 1)
        ]

    def other_fields(self) -> list[forms.BoundField]:
        """Every field that is neither part of a condition nor the trial."""
        kept = {field.name for row in self.filter_rows() for field in row} | {"trial"}
        return [field for field in self if field.name not in kept]

    def said(self) -> MetricDefinition:
        """The definition that was said."""
        cleaned = self.cleaned_data
        told: dict[str, Any] = {
            name: cleaned[name]
            for name in ("window", "property", "of", "over", "per_how_many")
            if name in cleaned
        }
        if "unit" in cleaned:
            told["unit"] = Unit(cleaned["unit"])
        if "features" in cleaned:
            told["features"] = tuple(cleaned["features"])
        for name in ("events", "ends_with"):
            if name in cleaned:
                told[name] = self._names(name)
        return MetricDefinition(
            measure=self.measure,
            per=Per(cleaned.get("per") or Per.ACCOUNT),
            filters=self._filters(),
            **told,
        )

    def _names(self, field: str) -> tuple[str, ...]:
        lines = self.cleaned_data[f"{field}_more"].splitlines()
        more = [line.strip() for line in lines if line.strip()]
        return tuple(dict.fromkeys([*self.cleaned_data[field], *more]))

    def _filters(self) -> tuple[PropertyFilter, ...]:
        cleaned = self.cleaned_data
        return tuple(
            PropertyFilter(
                property=cleaned[f"property_{number}"],
                comparison=Comparison(cleaned[f"comparison_{number}"] or Comparison.EQUALS),
                value=cleaned[f"value_{number}"],
            )
            for number in range(1, self._rows + 1)
            if cleaned.get(f"property_{number}")
        )


def initial_of(definition: MetricDefinition, *, known: Sequence[str]) -> Mapping[str, Any]:
    """What the form shows for a definition; `known` are the event names it offers."""
    told: dict[str, Any] = {
        "window": definition.window,
        "unit": definition.unit.value,
        "per": definition.per.value,
        "property": definition.property,
        "features": list(definition.features),
        "of": definition.of,
        "over": definition.over,
        "per_how_many": definition.per_how_many,
    }
    for field in ("events", "ends_with"):
        names = getattr(definition, field)
        told[field] = [name for name in names if name in known]
        told[f"{field}_more"] = "\n".join(name for name in names if name not in known)
    for number, one in enumerate(definition.filters, 1):
        told |= {
            f"property_{number}": one.property,
            f"comparison_{number}": one.comparison.value,
            f"value_{number}": one.value,
        }
    return told


class MetricFileForm(AnsweringForm):
    """Metrics as a file."""

    file = forms.FileField(label=_("TOML file"))

    def text(self) -> str:
        """What the file says."""
        content: bytes = self.cleaned_data["file"].read(1_000_001)
        return content.decode("utf-8", errors="replace")

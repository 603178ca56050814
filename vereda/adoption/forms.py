"""What a member types about what is expected of a product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.adoption.actions.expecting import FEWEST_PERCENT, MOST_PERCENT
from vereda.adoption.rules.patterns import USUAL_PERIOD
from vereda.adoption.wording import PERIODS
from vereda.foundation.forms import AnsweringForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vereda.adoption.models import UseExpectation
    from vereda.product.models import Feature


class FalseAlarmsForm(AnsweringForm):
    """Of a hundred customers who would begin by themselves, how many may be called too early."""

    percent = forms.IntegerField(
        label=_("Too early, of a hundred who would begin by themselves"),
        min_value=FEWEST_PERCENT,
        max_value=MOST_PERCENT,
    )


class ExpectationForm(AnsweringForm):
    """How often is regular, and what makes the first use complete."""

    period = forms.TypedChoiceField(
        label=_("Regular use is about"), coerce=int, choices=list(PERIODS.items())
    )
    wanted = forms.MultipleChoiceField(
        label=_("A first use is complete once each of these was used"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: on the second day of use."),
    )

    def __init__(
        self,
        *args: Any,
        features: Sequence[Feature] = (),
        events: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(feature.slug, feature.name) for feature in features]
        choices += [(name, name) for name in events]
        wanted = self.fields["wanted"]
        wanted.choices = choices  # type: ignore[attr-defined]


def expectation_initial(row: UseExpectation | None) -> dict[str, object]:
    """What the form shows of what was said; or the usual."""
    if row is None:
        return {"period": USUAL_PERIOD, "wanted": []}
    return {"period": row.period_days, "wanted": [*row.features, *row.events]}

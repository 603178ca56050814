"""What may be asked of the past."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.foundation.forms import AnsweringForm
from vereda.health.contracts import BacktestSettings, Pace, Target
from vereda.health.record_wording import PACES, TARGETS

LONGEST_SILENCE: Final = 730


class BacktestForm(AnsweringForm):
    """What counts as a departure, who counts as a customer, and how often to look."""

    target = forms.ChoiceField(
        label=_("What counts as a departure"),
        choices=[(each.value, words) for each, words in TARGETS.items()],
    )
    silent_days = forms.IntegerField(
        label=_("Days of silence"),
        min_value=14,
        max_value=LONGEST_SILENCE,
        help_text=_("Only where silence is the departure."),
    )
    active_days = forms.IntegerField(
        label=_("Least days of use in 90 days"),
        min_value=0,
        max_value=90,
        help_text=_("Leaves out customers who hardly began. 0 takes everybody."),
    )
    pace = forms.ChoiceField(
        label=_("How often to look"),
        required=False,
        choices=[
            ("", _("As the length of the history suggests")),
            *((each.value, words) for each, words in PACES.items()),
        ],
    )
    judged_from = forms.DateField(
        label=_("First day that is judged"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Earlier days are only learned from. Empty: the later half is judged."),
    )

    def settings(self) -> BacktestSettings:
        """What was said, once it is valid."""
        said: dict[str, Any] = self.cleaned_data
        return BacktestSettings(
            target=Target(said["target"]),
            silent_days=said["silent_days"],
            active_days=said["active_days"],
            pace=Pace(said["pace"]) if said["pace"] else None,
            judged_from=said["judged_from"],
        )


def initial_of_backtest(asked: BacktestSettings) -> dict[str, Any]:
    """What the form shows before anybody changed it."""
    return {
        "target": asked.target.value,
        "silent_days": asked.silent_days,
        "active_days": asked.active_days,
        "pace": asked.pace.value if asked.pace else "",
        "judged_from": asked.judged_from,
    }

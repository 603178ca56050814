"""When a side works."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from django import forms

from vereda.foundation.hours_forms import WeekForm, written_holidays
from vereda.foundation.working_hours import Hours

if TYPE_CHECKING:
    from django.http import QueryDict


class WorkingHoursForm(WeekForm):
    """Hours of one side. What they do to the clocks is said before they hold: `seen` marks the
    hours of which it was said."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def has_seen(self) -> bool:
        """Whether it was said what these very hours do."""
        return bool(self.cleaned_data["seen"] == self._mark())

    def note_seen(self) -> None:
        """From now on it is said; holidays that were read from a file stand among the others."""
        sent = cast("QueryDict", self.data).copy()
        sent["seen"] = self._mark()
        sent["holidays"] = written_holidays(self.week()["holidays"])
        self.data = sent

    def _mark(self) -> str:
        return sha256(repr(self.week()).encode()).hexdigest()

    def hours(self) -> Hours:
        """The same for the rules."""
        told: dict[str, Any] = self.week()
        return Hours(
            zone=told["time_zone"],
            spans=tuple(sorted(set(told["spans"]))),
            holidays=frozenset(on for on, _ in told["holidays"]),
        )

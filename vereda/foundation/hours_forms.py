"""A form of working hours: a line for each weekday, and the days on which nobody works."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.foundation.calendar_files import LARGEST_FILE, holidays_in_calendar
from vereda.foundation.forms import AnsweringForm
from vereda.foundation.working_hours import (
    DAYS_OF_WEEK,
    MOST_HOLIDAYS,
    WeeklySpan,
    holidays_in,
    spans_in,
    written_spans,
)

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

WEEKDAYS: Final[Sequence[Any]] = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)


def zone_choices() -> list[tuple[str, str]]:
    """The time zones that this machine knows, by name."""
    names = available_timezones() - {"localtime", "Factory"}
    return [(name, name.replace("_", " ")) for name in sorted(names)]


class WeekForm(AnsweringForm):
    """A line for each weekday, a time zone, and the days on which nobody works, typed or from a
    calendar file. today: events that come every year are told around it."""

    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zone_choices)
    holidays = forms.CharField(
        label=gettext_lazy("Holidays"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One a line: 2026-12-25 Christmas"),
    )
    calendar = forms.FileField(
        label=gettext_lazy("Add holidays from a calendar file (.ics)"),
        required=False,
        help_text=gettext_lazy(
            "Every all-day event in it becomes a holiday; those that come every year, for the next"
            " five years."
        ),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for weekday, label in enumerate(WEEKDAYS):
            self.fields[f"day_{weekday}"] = forms.CharField(
                label=label,
                required=False,
                max_length=120,
                help_text=_("For example 9:00-14:00, 16:00-19:00") if weekday == 0 else "",
            )
        last = ("holidays", "calendar")
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    def clean(self) -> dict[str, Any]:
        """The spans of all days together, and the holidays of both places."""
        cleaned = super().clean() or {}
        spans = []
        for weekday in range(DAYS_OF_WEEK):
            told = spans_in(cleaned.get(f"day_{weekday}", ""), weekday=weekday)
            if told is None:
                self.add_error(f"day_{weekday}", _("Write times like 9:00-14:00, 16:00-19:00."))
            spans += told or []
        cleaned["spans"] = spans
        cleaned["free"] = self._free_days(cleaned)
        return cleaned

    def _free_days(self, cleaned: dict[str, Any]) -> dict[date, str]:
        """Days with their names; a day named twice keeps its first name."""
        typed = holidays_in(cleaned.get("holidays", ""))
        if typed is None:
            self.add_error("holidays", _("Write one holiday a line, like 2026-12-25 Christmas."))
        read = self._days_in_file(cleaned.get("calendar"))
        free = dict(reversed([*(typed or []), *read]))
        if len(free) > MOST_HOLIDAYS:
            field = "calendar" if read else "holidays"
            self.add_error(field, _("These are more than %d holidays.") % MOST_HOLIDAYS)
        return free

    def _days_in_file(self, file: UploadedFile[Any] | None) -> list[tuple[date, str]]:
        if not file:
            return []
        fits = (file.size or 0) <= LARGEST_FILE
        read = holidays_in_calendar(file.read(), around=self.today) if fits else None
        if not read:
            self.add_error("calendar", _("No all-day event could be read in this file."))
        return read or []

    def week(self) -> dict[str, Any]:
        """The time zone, the spans and the holidays, as actions take them."""
        return {
            "time_zone": self.cleaned_data["time_zone"],
            "spans": self.cleaned_data["spans"],
            "holidays": sorted(self.cleaned_data["free"].items()),
        }


def week_initial(
    *, time_zone: str, spans: Iterable[WeeklySpan], holidays: Iterable[tuple[object, str]] = ()
) -> dict[str, Any]:
    """The form as it says what these hours are."""
    told = tuple(spans)
    days = {
        f"day_{weekday}": written_spans(told, weekday=weekday) for weekday in range(DAYS_OF_WEEK)
    }
    return {"time_zone": time_zone, "holidays": written_holidays(holidays), **days}


def written_holidays(holidays: Iterable[tuple[object, str]]) -> str:
    """Holidays as they are typed, one a line."""
    return "\n".join(f"{on} {name}".strip() for on, name in holidays)

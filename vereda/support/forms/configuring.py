"""What an admin types about promised times: hours, policies, queues, repair rules."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.customers.queries.accounts import tags_in
from vereda.foundation.forms import AnsweringForm
from vereda.foundation.working_hours import (
    DAYS_OF_WEEK,
    MOST_HOLIDAYS,
    holidays_in,
    spans_in,
    written_spans,
)
from vereda.support import wording
from vereda.support.calendars import LARGEST_FILE, holidays_in_calendar
from vereda.support.contracts import Clock, Deed, Moment, Priority, Reach
from vereda.support.queries.promises import all_business_hours
from vereda.support.queries.repairs import ticket_queues
from vereda.support.rules.spans import minutes_in, written_minutes
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from vereda.support.models.promises import BusinessHours, SlaPolicy
    from vereda.support.models.repairs import TicketQueue
    from vereda.workspaces.models import Workspace

WORKING_DAYS = 5
MOST_NAMES = 40


def zone_choices() -> list[tuple[str, str]]:
    """The time zones that this machine knows, by name."""
    names = available_timezones() - {"localtime", "Factory"}
    return [(name, name.replace("_", " ")) for name in sorted(names)]


class HoursForm(AnsweringForm):
    """Business hours: a line for each weekday, and the days on which nobody works."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
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
        days = {
            f"day_{weekday}": forms.CharField(
                label=label,
                required=False,
                max_length=120,
                help_text=_("For example 9:00-14:00, 16:00-19:00") if weekday == 0 else "",
            )
            for weekday, label in enumerate(wording.WEEKDAYS)
        }
        first = {name: self.fields[name] for name in ("name", "time_zone")}
        last = {name: self.fields[name] for name in ("holidays", "calendar")}
        self.fields = {**first, **days, **last}

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

    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        return {
            "name": self.cleaned_data["name"],
            "time_zone": self.cleaned_data["time_zone"],
            "spans": self.cleaned_data["spans"],
            "holidays": sorted(self.cleaned_data["free"].items()),
        }


def hours_initial(row: BusinessHours) -> dict[str, Any]:
    """The form as it says what these hours are."""
    spans = row.hours.spans
    days = {
        f"day_{weekday}": written_spans(spans, weekday=weekday) for weekday in range(DAYS_OF_WEEK)
    }
    holidays = "\n".join(f"{on} {name}".strip() for on, name in row.holidays)
    return {"name": row.name, "time_zone": row.time_zone, "holidays": holidays, **days}


def office_initial(workspace: Workspace) -> dict[str, Any]:
    """What new hours begin with: nine to six on working days, where the workspace is."""
    days = {f"day_{weekday}": "09:00-18:00" for weekday in range(WORKING_DAYS)}
    return {"name": _("Office hours"), "time_zone": workspace.time_zone, **days}


class PolicyForm(AnsweringForm):
    """What is promised to whom."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    hours = forms.ChoiceField(label=gettext_lazy("Counted in"))
    plans = forms.CharField(
        label=gettext_lazy("Only accounts on these plans"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Separated by commas. Empty: every plan."),
    )
    tags = forms.MultipleChoiceField(
        label=gettext_lazy("Only accounts with one of these tags"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    pauses = forms.BooleanField(
        label=gettext_lazy("Clocks stand still while a ticket waits for the customer"),
        required=False,
        initial=True,
    )
    warn_percent = forms.IntegerField(
        label=gettext_lazy("Warn when so many per cent of the time are used"),
        required=False,
        min_value=1,
        max_value=99,
    )
    warn_minutes = forms.CharField(
        label=gettext_lazy("Warn so long before the time is up"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Working time, like 30 min or 1 h. With both, the earlier counts."),
    )
    position = forms.IntegerField(
        label=gettext_lazy("Place in the order"),
        min_value=1,
        max_value=99,
        required=False,
        help_text=gettext_lazy(
            "Policies are asked in this order; the first that fits counts. Empty: a new one last."
        ),
    )
    reach = forms.ChoiceField(
        label=gettext_lazy("Which tickets come under it"),
        choices=lambda: wording.labelled_choices(wording.REACHES),
        initial=Reach.NEW,
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hours_by_id = {str(row.pk): row for row in all_business_hours(workspace)}
        self._offer("hours", [(key, row.name) for key, row in self.hours_by_id.items()])
        tags = [(tag.slug, tag.name) for tag in tags_in(workspace)]
        self._offer("tags", tags)
        if not tags:
            del self.fields["tags"]
        for priority in reversed(Priority):
            for clock in Clock:
                words = {"priority": wording.PRIORITIES[priority], "clock": wording.CLOCKS[clock]}
                self.fields[target_name(priority, clock)] = forms.CharField(
                    label=_("%(priority)s: %(clock)s") % words,
                    required=False,
                    max_length=40,
                    help_text=_("Working time, like 30 min or 4 h. Empty: nothing is promised.")
                    if priority is Priority.URGENT and clock is Clock.FIRST_RESPONSE
                    else "",
                )
        self.order_fields(["name", "hours", *self._target_names(), *self.fields])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def _target_names(self) -> list[str]:
        return [target_name(each, clock) for each in reversed(Priority) for clock in Clock]

    def clean(self) -> dict[str, Any]:
        """Every length of time in minutes."""
        cleaned = super().clean() or {}
        for name in (*self._target_names(), "warn_minutes"):
            text = cleaned.get(name, "")
            minutes = minutes_in(text) if text else None
            if text and minutes is None:
                self.add_error(name, _("Write a time like 30 min, 4 h or 1 h 30 min."))
            cleaned[name] = minutes
        return cleaned

    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        cleaned = self.cleaned_data
        plans = [plan.strip() for plan in cleaned["plans"].split(",")]
        return {
            "name": cleaned["name"],
            "hours": self.hours_by_id[cleaned["hours"]],
            "targets": {
                priority: {
                    clock: cleaned[target_name(priority, clock)]
                    for clock in Clock
                    if cleaned[target_name(priority, clock)] is not None
                }
                for priority in Priority
            },
            "plans": [plan for plan in plans if plan][:MOST_NAMES],
            "tags": cleaned.get("tags", []),
            "pauses": cleaned["pauses"],
            "warn_percent": cleaned["warn_percent"],
            "warn_minutes": cleaned["warn_minutes"],
            "position": cleaned["position"],
            "reach": Reach(cleaned["reach"]),
        }


def target_name(priority: Priority, clock: Clock) -> str:
    """The field of one promised time."""
    return f"{priority}_{clock}"


def policy_initial(row: SlaPolicy) -> dict[str, Any]:
    """The form as it says what a policy promises."""
    targets = {
        target_name(priority, clock): written_minutes(row.target_minutes(priority, clock))
        for priority in Priority
        for clock in Clock
    }
    return {
        "name": row.name,
        "hours": str(row.hours_id),
        "plans": ", ".join(row.plans),
        "tags": row.tags,
        "pauses": row.pauses,
        "warn_percent": row.warn_percent,
        "warn_minutes": written_minutes(row.warn_minutes),
        "position": row.position,
        "reach": Reach.NEW,
        **targets,
    }


class QueueForm(AnsweringForm):
    """A queue and who takes its tickets."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    members = forms.MultipleChoiceField(
        label=gettext_lazy("Who takes its tickets"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(row.pk): row for row in members_of(workspace)}
        field = self.fields["members"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [(key, row.name) for key, row in self.by_id.items()]

    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        chosen = [self.by_id[key] for key in self.cleaned_data["members"]]
        return {"name": self.cleaned_data["name"], "members": chosen}


def queue_initial(row: TicketQueue) -> dict[str, Any]:
    """The form as it says who is in a queue."""
    members = row.members.values_list("member_id", flat=True)
    return {"name": row.name, "members": [str(each) for each in members]}


class RuleForm(AnsweringForm):
    """One thing to do by itself."""

    moment = forms.ChoiceField(
        label=gettext_lazy("When"), choices=lambda: wording.labelled_choices(wording.MOMENTS)
    )
    clock = forms.ChoiceField(label=gettext_lazy("Of which time"), required=False)
    priorities = forms.MultipleChoiceField(
        label=gettext_lazy("Only of these priorities"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: wording.labelled_choices(wording.PRIORITIES),
        help_text=gettext_lazy("None chosen: all."),
    )
    deed = forms.ChoiceField(
        label=gettext_lazy("What to do"), choices=lambda: wording.labelled_choices(wording.DEEDS)
    )
    member = forms.ChoiceField(
        label=gettext_lazy("Member"),
        required=False,
        help_text=gettext_lazy(
            "Who gets it, or is told. Nobody chosen: who has the ticket or owns the account is"
            " told."
        ),
    )
    queue = forms.ChoiceField(label=gettext_lazy("Queue"), required=False)

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(row.pk): row for row in members_of(workspace)}
        self.queues = {str(row.pk): row for row in ticket_queues(workspace)}
        offered: dict[str, list[Any]] = {
            "clock": [("", _("Either")), *wording.labelled_choices(wording.CLOCKS)],
            "member": [("", _("Nobody")), *((key, row.name) for key, row in self.members.items())],
            "queue": [("", _("No queue")), *((key, row.name) for key, row in self.queues.items())],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = choices

    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        cleaned = self.cleaned_data
        return {
            "moment": Moment(cleaned["moment"]),
            "deed": Deed(cleaned["deed"]),
            "clock": Clock(cleaned["clock"]) if cleaned["clock"] else None,
            "priorities": [Priority(each) for each in cleaned["priorities"]],
            "member": self.members.get(cleaned["member"]),
            "queue": self.queues.get(cleaned["queue"]),
        }

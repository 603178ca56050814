"""What an admin types about promised times: hours, policies, queues, repair rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.customers.queries.accounts import tags_in
from vereda.foundation.forms import AnsweringForm
from vereda.foundation.hours_forms import WeekForm, week_initial
from vereda.support import wording
from vereda.support.contracts import Clock, Deed, Moment, Priority, Reach
from vereda.support.queries.promises import all_business_hours
from vereda.support.queries.repairs import ticket_queues
from vereda.support.rules.spans import minutes_in, written_minutes
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.support.models.promises import BusinessHours, SlaPolicy
    from vereda.support.models.repairs import TicketQueue
    from vereda.workspaces.models import Workspace

WORKING_DAYS = 5
MOST_NAMES = 40


class HoursForm(WeekForm):
    """Business hours: what they are called, and when they are."""

    field_order = ("name",)

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)

    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        return {"name": self.cleaned_data["name"], **self.week()}


def hours_initial(row: BusinessHours) -> dict[str, Any]:
    """The form as it says what these hours are."""
    return {
        "name": row.name,
        **week_initial(time_zone=row.time_zone, spans=row.hours.spans, holidays=row.holidays),
    }


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

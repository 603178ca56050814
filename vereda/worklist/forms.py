"""What members say about alerts, tasks, queues and playbooks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.customers.queries.people import people_of
from vereda.foundation.forms import AnsweringForm
from vereda.worklist import wording
from vereda.worklist.contracts import (
    AlertKind,
    DismissReason,
    PlaybookIn,
    PlaybookStep,
    SnoozeReason,
    StepRole,
    TaskPriority,
)
from vereda.worklist.models.desks import LARGEST_BUDGET, SMALLEST_BUDGET
from vereda.worklist.queries.playbooks import playbooks_for
from vereda.worklist.queries.tasks import queues_in
from vereda.worklist.rules.workdays import working_days_after
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from django.http import QueryDict

    from vereda.customers.models.accounts import Account
    from vereda.worklist.models.playbooks import Playbook
    from vereda.workspaces.models import Member, Workspace

MORNING_AT = time(6)
"""What waits comes back before anybody begins to work."""


def day_input() -> forms.DateInput:
    """A field of a day as browsers take it: ISO, in every language."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def back_at(day: date, *, workspace: Workspace) -> datetime:
    """The moment on that day at which what waits comes back."""
    return datetime.combine(day, MORNING_AT, tzinfo=ZoneInfo(workspace.time_zone))


class SnoozeForm(AnsweringForm):
    """Until when it waits, and why."""

    until = forms.DateField(label=_("Comes back on"), widget=day_input())
    because = forms.ChoiceField(
        label=_("Because"),
        choices=lambda: wording.choices_in_order(wording.SNOOZE_REASONS),
        initial=SnoozeReason.NOT_NOW,
    )

    def __init__(self, said: QueryDict | None = None, *, today: date) -> None:
        if said is not None and "quick" in said:
            said = said.copy()
            said["until"] = said.get("quick", "")
        super().__init__(said, initial={"until": working_days_after(today, days=1)})
        self.quick = [
            (_("Tomorrow"), today + timedelta(days=1)),
            (_("In three working days"), working_days_after(today, days=3)),
            (_("In a week"), today + timedelta(days=7)),
            (_("In a month"), today + timedelta(days=30)),
        ]

    def said(self, *, workspace: Workspace) -> dict[str, Any]:
        """The values as the actions take them."""
        return {
            "until": back_at(self.cleaned_data["until"], workspace=workspace),
            "because": SnoozeReason(self.cleaned_data["because"]),
        }


class DelegateForm(AnsweringForm):
    """Who has it from now on: a member or, for a task, a queue."""

    to = forms.ChoiceField(label=_("Hand it to"))

    def __init__(
        self, *args: Any, workspace: Workspace, but: Member | None, queues: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.doers: dict[str, Any] = {
            f"member:{each.pk}": each for each in members_of(workspace) if each != but
        }
        if queues:
            self.doers |= {f"queue:{each.pk}": each for each in queues_in(workspace)}
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(key, doer_words(key, each)) for key, each in self.doers.items()]

    def chosen(self) -> Any:
        """The member or queue."""
        return self.doers[self.cleaned_data["to"]]


def doer_words(key: str, doer: Any) -> str:
    """A member by their name, a queue as such."""
    return str(_("Queue: %s") % doer.name) if key.startswith("queue:") else doer.name


class DismissForm(AnsweringForm):
    """Why nothing is done about an alert."""

    because = forms.ChoiceField(
        label=_("Why is nothing done?"),
        widget=forms.RadioSelect,
        choices=lambda: wording.choices_in_order(wording.DISMISS_REASONS),
    )

    def reason(self) -> DismissReason:
        """The reason."""
        return DismissReason(self.cleaned_data["because"])


class TaskForm(AnsweringForm):
    """A task, as it was when the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("What is to do"), max_length=200)
    due_on = forms.DateField(label=_("Due on"), required=False, widget=day_input())
    to = forms.ChoiceField(label=_("Who does it"))
    priority = forms.ChoiceField(
        label=_("Priority"),
        choices=lambda: wording.choices_in_order(wording.PRIORITIES),
        initial=TaskPriority.NORMAL,
    )
    person = forms.ChoiceField(label=_("About"), required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(
        self, *args: Any, workspace: Workspace, account: Account | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.doers: dict[str, Any] = {"": None}
        self.doers |= {f"member:{each.pk}": each for each in members_of(workspace)}
        self.doers |= {f"queue:{each.pk}": each for each in queues_in(workspace)}
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)  # noqa: S101 - declared above
        to.required = False
        to.choices = [
            (key, doer_words(key, each) if each else _("Nobody yet"))
            for key, each in self.doers.items()
        ]
        self.people = (
            {str(row.person_id): row.person for row in people_of(account)} if account else {}
        )
        chosen = self.initial.get("person")
        if chosen is not None:
            self.people.setdefault(str(chosen.pk), chosen)
            self.initial["person"] = str(chosen.pk)
        person = self.fields["person"]
        assert isinstance(person, forms.ChoiceField)  # noqa: S101 - declared above
        person.choices = [
            ("", _("Nobody in particular")),
            *((key, each.called) for key, each in self.people.items()),
        ]
        if not self.people:
            del self.fields["person"]

    def said(self) -> dict[str, Any]:
        """The values as the actions take them."""
        cleaned, doer = self.cleaned_data, self.doers[self.cleaned_data["to"]]
        said = {name: cleaned[name] for name in ("title", "due_on", "note")}
        said["priority"] = TaskPriority(cleaned["priority"])
        is_queue = cleaned["to"].startswith("queue:")
        said["queue"] = doer if is_queue else None
        said["owner"] = None if is_queue else doer
        if "person" in cleaned:
            said["person"] = self.people.get(cleaned["person"])
        return said


class QueueForm(AnsweringForm):
    """A queue and who serves it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    members = forms.MultipleChoiceField(
        label=_("Who serves it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = {str(each.pk): each for each in members_of(workspace)}
        field = self.fields["members"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [(key, each.name) for key, each in self.team.items()]

    def said(self) -> dict[str, Any]:
        """The values as the actions take them."""
        members = [self.team[key] for key in self.cleaned_data["members"]]
        return {"name": self.cleaned_data["name"], "members": members}


class BudgetForm(forms.Form):
    """How much is listed at once."""

    budget = forms.IntegerField(
        label=_("At once"), min_value=SMALLEST_BUDGET, max_value=LARGEST_BUDGET
    )


EMPTY_STEPS = 3
MOST_ROWS = 30


class StepForm(forms.Form):
    """One task of a playbook; without a title it is none."""

    title = forms.CharField(label=_("Task"), required=False, max_length=200)
    working_days = forms.IntegerField(
        label=_("Working days after the start"), initial=0, min_value=0, max_value=260
    )
    role = forms.ChoiceField(
        label=_("Who does it"),
        choices=lambda: wording.choices_in_order(wording.ROLES),
        initial=StepRole.ACCOUNT_OWNER,
    )
    who = forms.CharField(
        label=_("E-mail or queue"),
        required=False,
        max_length=254,
        help_text=_("The member's e-mail address, or the name of the queue."),
    )
    priority = forms.ChoiceField(
        label=_("Priority"),
        choices=lambda: wording.choices_in_order(wording.PRIORITIES),
        initial=TaskPriority.NORMAL,
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def step(self) -> PlaybookStep | None:
        """The task; None when its row was left empty."""
        said = self.cleaned_data
        if not said.get("title", "").strip():
            return None
        role = StepRole(said["role"])
        return PlaybookStep(
            title=said["title"].strip(),
            working_days=said["working_days"],
            note=said["note"].strip(),
            role=role,
            member=said["who"].strip().lower() if role is StepRole.MEMBER else "",
            queue=said["who"].strip() if role is StepRole.QUEUE else "",
            priority=TaskPriority(said["priority"]),
        )


StepForms = forms.formset_factory(StepForm, extra=EMPTY_STEPS, max_num=MOST_ROWS)


class PlaybookForm(AnsweringForm):
    """What a playbook is called and for."""

    name = forms.CharField(label=_("Name"), max_length=120)
    purpose = forms.CharField(
        label=_("What it is for"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kind = forms.ChoiceField(
        label=_("Offered first for alerts about"),
        required=False,
        choices=lambda: [
            ("", _("Nothing in particular")),
            *wording.choices_in_order(wording.KINDS),
        ],
    )

    def said(self, steps: tuple[PlaybookStep, ...]) -> PlaybookIn:
        """The playbook with these tasks."""
        cleaned = self.cleaned_data
        kind = AlertKind(cleaned["kind"]) if cleaned["kind"] else None
        return PlaybookIn(name=cleaned["name"], purpose=cleaned["purpose"], kind=kind, steps=steps)


class StartForm(AnsweringForm):
    """Which playbook to start for an account."""

    playbook = forms.ChoiceField(label=_("Playbook"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, workspace: Workspace, kind: AlertKind | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.playbooks: dict[str, Playbook] = {
            each.slug: each for each in playbooks_for(workspace, kind=kind)
        }
        field = self.fields["playbook"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(slug, each.name) for slug, each in self.playbooks.items()]
        if self.playbooks and not self.is_bound:
            self.initial.setdefault("playbook", next(iter(self.playbooks)))

    def chosen(self) -> Playbook:
        """The playbook."""
        return self.playbooks[self.cleaned_data["playbook"]]


class FileForm(AnsweringForm):
    """A playbook as a file."""

    file = forms.FileField(label=_("File"), help_text=_("A playbook exported as TOML."))

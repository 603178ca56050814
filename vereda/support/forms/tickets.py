"""What a member types about a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.customers.queries.people import people_of
from vereda.foundation.forms import AnsweringForm
from vereda.support import wording
from vereda.support.contracts import Priority, TicketState
from vereda.support.queries.repairs import ticket_queues
from vereda.support.rules.tickets import BEST
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Member


class TicketForm(AnsweringForm):
    """A ticket of an account, as it was when the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    subject = forms.CharField(label=_("Subject"), max_length=300)
    priority = forms.ChoiceField(
        label=_("Priority"),
        choices=lambda: wording.labelled_choices(wording.PRIORITIES),
        initial=Priority.NORMAL,
    )
    state = forms.ChoiceField(
        label=_("State"), choices=lambda: wording.labelled_choices(wording.STATES)
    )
    person = forms.ChoiceField(label=_("Asked by"), required=False)
    satisfaction = forms.TypedChoiceField(
        label=_("Satisfaction"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Not known")), *((each, str(each)) for each in range(1, BEST + 1))],
    )
    escalated = forms.BooleanField(label=_("Escalated"), required=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(row.person_id): row.person for row in people_of(account)}
        chosen = self.initial.get("person")
        if chosen is not None:
            self.people.setdefault(str(chosen.pk), chosen)
            self.initial["person"] = str(chosen.pk)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            ("", _("Nobody in particular")),
            *((key, person.called) for key, person in self.people.items()),
        ]

    def said(self) -> dict[str, Any]:
        """The values as the actions take them."""
        cleaned = self.cleaned_data
        return {
            "subject": cleaned["subject"],
            "priority": Priority(cleaned["priority"]),
            "state": TicketState(cleaned["state"]),
            "person": self.people.get(cleaned["person"]),
            "satisfaction": cleaned["satisfaction"],
            "escalated": cleaned["escalated"],
        }


class ReasonForm(AnsweringForm):
    """Why, for the ticket's history."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        required=False,
        help_text=_("It stands in the history of the ticket."),
    )


class AssignForm(AnsweringForm):
    """Who has a ticket."""

    assignee = forms.ChoiceField(label=_("Who has it"), required=False)
    queue = forms.ChoiceField(label=_("Queue"), required=False)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workspace = member.workspace
        self.members = {str(row.pk): row for row in members_of(workspace)}
        self.queues = {str(row.pk): row for row in ticket_queues(workspace)}
        offers = (("assignee", self.members), ("queue", self.queues))
        for name, rows in offers:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [("", _("Nobody") if name == "assignee" else _("No queue"))] + [
                (key, row.name) for key, row in rows.items()
            ]
        if not self.queues:
            del self.fields["queue"]

    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        return {
            "to": self.members.get(self.cleaned_data["assignee"]),
            "queue": self.queues.get(self.cleaned_data.get("queue", "")),
        }

"""What narrows a list of tickets, as it stands in an address."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.support import wording
from vereda.support.contracts import Due, Priority, SlaOutcome, TicketState
from vereda.support.queries.listing import NOBODY, TicketFilter
from vereda.support.queries.repairs import ticket_queues
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from django.http import QueryDict

    from vereda.workspaces.models import Member

ALL = "all"
ME = "me"


class TicketFilterForm(forms.Form):
    """The filters that people set; `filter_in` reads the whole address, reports' words too."""

    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    assignee = forms.ChoiceField(label=gettext_lazy("Who has it"), required=False)
    queue = forms.ChoiceField(label=gettext_lazy("Queue"), required=False)
    due = forms.ChoiceField(label=gettext_lazy("Promised time"), required=False)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workspace = member.workspace
        anybody = [("", _("Anybody")), (ME, _("Me")), (NOBODY, _("Nobody"))]
        people = [(str(one.pk), one.name) for one in members_of(workspace) if one != member]
        queues = [(str(row.pk), row.name) for row in ticket_queues(workspace)]
        self._offer("priority", [("", _("Any")), *wording.labelled_choices(wording.PRIORITIES)])
        self._offer("assignee", [*anybody, *people])
        self._offer("queue", [("", _("Any")), *queues])
        self._offer("due", [("", _("Any")), *wording.labelled_choices(wording.DUES)])
        if not queues:
            del self.fields["queue"]

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices
        field.widget.attrs["class"] = "select"


def filter_in(address: QueryDict, *, member: Member) -> TicketFilter:
    """What an address narrows the list to; what makes no sense narrows nothing."""
    state = address.get("state", "")
    assignee = address.get("assignee", "")
    return TicketFilter(
        state=_one_of(TicketState, state),
        unresolved=not state,
        priority=_one_of(Priority, address.get("priority", "")),
        assignee=member.pk if assignee == ME else _somebody(assignee),
        queue=_id(address.get("queue", "")),
        due=_one_of(Due, address.get("due", "")),
        owner=_somebody(address.get("owner", "")),
        plan=address.get("plan"),
        answered_from=_month(address.get("answered_from", "")),
        answered_to=_month(address.get("answered_to", "")),
        resolved_from=_month(address.get("resolved_from", "")),
        resolved_to=_month(address.get("resolved_to", "")),
        reopened=True if address.get("reopened") == "yes" else None,
        rated=True if address.get("rated") == "yes" else None,
        sla=_one_of(SlaOutcome, address.get("sla", "")),
    )


def _one_of(kind: Any, text: str) -> Any:
    return kind(text) if text in set(kind) else None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _somebody(text: str) -> UUID | str | None:
    return NOBODY if text == NOBODY else _id(text)


def _month(text: str) -> date | None:
    """The first day of "2026-10"."""
    try:
        month = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return None
    return month if 1900 <= month.year < 9999 else None

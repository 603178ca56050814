"""To which audience a survey is sent, and to whom of its accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.audiences.queries.audiences import live_audiences
from vereda.audiences.queries.surveys import ROLES
from vereda.customers.contracts import RelationKind
from vereda.customers.wording import RELATIONS
from vereda.foundation.forms import AnsweringForm

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


class SurveySendingForm(AnsweringForm):
    """An audience, the roles of those to ask, and whether whoever enters later is asked too."""

    audience = forms.ChoiceField(label=_("Audience"))
    roles = forms.TypedMultipleChoiceField(
        label=_("Only people who"),
        required=False,
        coerce=RelationKind,
        choices=lambda: [(str(role), RELATIONS[role]) for role in ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Of an audience of accounts; none chosen: everybody there. An audience of people is "
            "asked as it is."
        ),
    )
    keeps_on = forms.BooleanField(
        label=_("Keep asking whoever enters later"),
        required=False,
        help_text=_("Once a day, in the daytime, each person once, until you stop it."),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audiences = {row.key: row for row in live_audiences(workspace)}
        field = self.fields["audience"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            ("", _("Choose one")),
            *(
                (key, f"{row.name} · {row.get_about_display()}")
                for key, row in self.audiences.items()
            ),
        ]

    def said(self) -> dict[str, Any]:
        """What was chosen, as the actions take it."""
        return {
            "audience": self.audiences[self.cleaned_data["audience"]],
            "roles": self.cleaned_data["roles"],
        }

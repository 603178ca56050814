"""To which audience a survey is sent, and to whom of its accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.audiences.contracts import SendingTerms
from vereda.audiences.queries.audiences import live_audiences
from vereda.audiences.queries.surveys import ROLES
from vereda.customers.contracts import RelationKind
from vereda.customers.wording import RELATIONS
from vereda.foundation.forms import AnsweringForm
from vereda.surveys.contracts import MOST_AGAIN, RepeatUnit, Repetition
from vereda.surveys.wording import REPEAT_UNITS, enum_choices

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


class SurveySendingForm(AnsweringForm):
    """An audience, the roles of those to ask, how many of a hundred, whether whoever enters later
    is asked too, and after how long the same people again."""

    audience = forms.ChoiceField(label=_("Audience"))
    roles = forms.TypedMultipleChoiceField(
        label=_("Only whoever"),
        required=False,
        coerce=RelationKind,
        choices=lambda: [(str(role), RELATIONS[role]) for role in ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Of an audience of accounts; none chosen: everybody there. An audience of people is "
            "asked as it is."
        ),
    )
    share = forms.IntegerField(
        label=_("Ask so many of a hundred"),
        min_value=1,
        max_value=100,
        initial=100,
        help_text=_(
            "Drawn by lot once: it is always the same people, and whoever enters later is drawn in "
            "the same way."
        ),
    )
    keeps_on = forms.BooleanField(
        label=_("Keep asking whoever enters later"),
        required=False,
        help_text=_("Once a day, in the daytime, each person once, until you stop it."),
    )
    again_every = forms.IntegerField(
        label=_("Ask the same people again after"),
        required=False,
        min_value=1,
        max_value=max(MOST_AGAIN.values()),
        help_text=_(
            "While they are in the audience, until you stop it; whoever enters later is asked too. "
            "Empty: each person once."
        ),
    )
    again_unit = forms.TypedChoiceField(
        label=_("Days or months"),
        required=False,
        coerce=RepeatUnit,
        choices=lambda: enum_choices(REPEAT_UNITS),
        initial=RepeatUnit.MONTHS,
        empty_value=RepeatUnit.MONTHS,
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
        cleaned = self.cleaned_data
        every = cleaned["again_every"]
        return {
            "audience": self.audiences[cleaned["audience"]],
            "terms": SendingTerms(
                roles=tuple(cleaned["roles"]),
                share=cleaned["share"],
                again=Repetition(every, cleaned["again_unit"]) if every else None,
            ),
        }

    @property
    def goes_on(self) -> bool:
        """Is whoever enters later asked too? Asking again implies it."""
        return bool(self.cleaned_data["keeps_on"] or self.cleaned_data["again_every"])

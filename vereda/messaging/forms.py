"""What a member types about letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.customers.wording import choices_of
from vereda.foundation.forms import AnsweringForm
from vereda.messaging import wording
from vereda.messaging.contracts import LetterKind, LetterState
from vereda.messaging.rules.budget import LEAST_BUDGET, MOST_BUDGET
from vereda.messaging.rules.kinds import REFUSABLE_KINDS
from vereda.messaging.rules.text import SUBJECT_LENGTH

ANY = ("", _("All"))


class LetterFilterForm(forms.Form):
    """Which letters are listed."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=lambda: [ANY, *choices_of(wording.KINDS)],
        widget=forms.Select(attrs={"class": "select"}),
    )

    def chosen_kind(self) -> LetterKind | None:
        """The kind that was chosen; None for all."""
        said = self.cleaned_data.get("kind", "") if self.is_valid() else ""
        return LetterKind(said) if said else None


class ComposeForm(AnsweringForm):
    """A letter from a member to one person."""

    subject = forms.CharField(label=_("Subject"), max_length=SUBJECT_LENGTH)
    text = forms.CharField(
        label=_("Letter"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "Plain text; addresses of pages become links. {{ name }}, {{ email }}, {{ account }} "
            "and {{ sender }} are filled in as they stand."
        ),
    )


class LettersForm(AnsweringForm):
    """How the workspace writes."""

    sender_name = forms.CharField(
        label=_("Sender's name"),
        max_length=100,
        required=False,
        help_text=_("Empty: the name of the workspace."),
    )
    reply_domain = forms.CharField(
        label=_("Domain of reply addresses"),
        max_length=200,
        required=False,
        help_text=_("Such as reply.example.com. Empty: letters cannot be answered by e-mail."),
    )
    weekly_budget = forms.IntegerField(
        label=_("Letters a person gets in seven days"),
        min_value=LEAST_BUDGET,
        max_value=MOST_BUDGET,
        help_text=_(
            "Over all kinds, surveys included. What they asked for themselves does not count."
        ),
    )


class WishesForm(AnsweringForm):
    """What a person told a member that they want to hear."""

    wanted = forms.MultipleChoiceField(
        label=_("They want to get"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(str(kind), wording.KINDS[kind]) for kind in REFUSABLE_KINDS],
    )

    def wanted_letters(self) -> list[LetterKind]:
        """The kinds that were ticked."""
        return [LetterKind(kind) for kind in self.cleaned_data["wanted"]]


def state_in(said: dict[str, Any] | Any) -> LetterState | None:
    """The state that an address asks for; None for all or for none that there is."""
    text = said.get("state", "")
    return LetterState(text) if text in set(LetterState) else None

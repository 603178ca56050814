"""An item that a plan has of its own."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.onboarding.contracts.plans import AddingEffect, GateEffect
from vereda.onboarding.contracts.templates import (
    GIVEN_KINDS,
    Breadth,
    EditionSpec,
    ItemKind,
    ItemSpec,
    SetNumber,
)
from vereda.onboarding.forms.plans import LONGEST_REASON, in_lines, people_at
from vereda.onboarding.forms.templates import TEXTS, ItemForm, languages_here
from vereda.onboarding.rules.templates import EXEMPLARY_ITEMS, problems_in_item
from vereda.onboarding.wording.templates import template_problem_words

if TYPE_CHECKING:
    from django.http import QueryDict

    from vereda.customers.models.people import Person
    from vereda.onboarding.queries.histories import PlanStory


class AddItemForm(ItemForm):
    """One item more, in the language of whoever adds it. What it does to the gate is said before it
    is done: `seen` is what was said."""

    person = forms.ChoiceField(label=_("Who of them"), required=False)
    because = in_lines(
        _("Why you ask for it only now"),
        most=LONGEST_REASON,
        rows=2,
        required=False,
        help_text=_("It is kept as evidence, and counts against us."),
    )
    seen = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: ItemKind, story: PlanStory, **options: Any) -> None:
        self.story = story
        super().__init__(*args, kind=kind, spec=spec_of_story(story), **options)
        self.people = people_at(story.plan.account)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", _("Anybody there")),
            *((str(row.pk), row.called) for row in self.people),
        ]
        self._speak_one_language()
        self._place_fields()
        if self["seen"].value() != self._seen_at_shut_gate():
            del self.fields["because"]

    def _seen_at_shut_gate(self) -> str:
        """What has been said where the gate would shut again."""
        number = self["set_number"].value()
        return f"{GateEffect.SHUTS} {number}"

    def _speak_one_language(self) -> None:
        """Only the reader's own language, and no need to name it."""
        own, *others = languages_here()
        labels = {name: label for name, _kept, label, *_rest in TEXTS}
        labels["answers"] = _("Answers, one on each line")
        for name, label in labels.items():
            for other in others:
                self.fields.pop(f"{name}_{other}", None)
            if f"{name}_{own}" in self.fields:
                self.fields[f"{name}_{own}"].label = label
        needed = {
            "title": True,
            "wanted": self.kind in GIVEN_KINDS,
            "example": self.kind in EXEMPLARY_ITEMS,
            "answers": True,
        }
        for name, is_needed in needed.items():
            if is_needed and f"{name}_{own}" in self.fields:
                self.fields[f"{name}_{own}"].required = True

    def _place_fields(self) -> None:
        for name in ("version", "after", f"who_{languages_here()[0]}"):
            self.fields.pop(name, None)
        own = languages_here()[0]
        first = [f"title_{own}", "set_number", "party", "required"]
        self.order_fields([*first, *(name for name in self.fields if name not in first)])

    def clean(self) -> dict[str, Any]:
        """It asks for something that somebody can give."""
        cleaned = super().clean()
        if not self.errors:
            spec = self.said()
            for problem in problems_in_item(spec):
                self.add_error(None, template_problem_words(problem, EditionSpec(items=(spec,))))
        return cleaned

    def whom(self) -> Person | None:
        """The person who was chosen, if one was."""
        chosen = self.cleaned_data["person"]
        return next((row for row in self.people if str(row.pk) == chosen), None)

    def has_seen(self, effect: AddingEffect) -> bool:
        """Whether whoever adds it was told what it does."""
        return bool(self.cleaned_data["seen"] == self._mark(effect))

    def note_seen(self, effect: AddingEffect) -> None:
        """From now on the form says what it does; a shut gate asks for a reason."""
        sent = cast("QueryDict", self.data).copy()
        sent["seen"] = self._mark(effect)
        self.data = sent
        if effect.gate is GateEffect.SHUTS:
            self.fields["because"] = deepcopy(self.base_fields["because"])
            self.show_reason_needed()

    def show_reason_needed(self) -> None:
        """Where the gate shuts again, nobody reads that a reason is optional; whether one was given
        the action says, with its sentence."""
        if "because" in self.fields:
            self.fields["because"].required = True

    def _mark(self, effect: AddingEffect) -> str:
        return f"{effect.gate} {self.cleaned_data['set_number']}"


def spec_of_story(story: PlanStory) -> EditionSpec:
    """The plan's own checklist, as an edition says one."""
    short = story.last_set is SetNumber.FIRST_CONTACT
    items: tuple[ItemSpec, ...] = tuple(row.asks for row in story.items)
    return EditionSpec(breadth=Breadth.STANDARD if short else Breadth.ADVANCED, items=items)

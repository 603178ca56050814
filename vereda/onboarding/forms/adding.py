"""An item that a plan has of its own."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.foundation.wording import language_words
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
    from django.forms import BoundField
    from django.http import QueryDict

    from vereda.customers.models.people import Person
    from vereda.onboarding.queries.histories import PlanStory

SAID_IN_WORDS: Final = ("title", "wanted", "example", "answers")
"""The fields in which an item is said."""


@dataclass(frozen=True, slots=True)
class InAnotherLanguage:
    """What may be said in another language than the author's, for those who read that one.

    is_open: something is said there, or missing.
    """

    name: str
    fields: tuple[BoundField, ...]
    is_open: bool


class AddItemForm(ItemForm):
    """One item more, in the language of whoever adds it, and in another too if they like. What it
    does to the gate is said before it is done: `seen` is what was said."""

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
        """The reader's own language, with no need to name it; the others ask for nothing."""
        own = languages_here()[0]
        labels = {name: label for name, _kept, label, *_rest in TEXTS}
        labels["answers"] = _("Answers, one on each line")
        needed = {
            "title": True,
            "wanted": self.kind in GIVEN_KINDS,
            "example": self.kind in EXEMPLARY_ITEMS,
            "answers": True,
        }
        for name, label in labels.items():
            field = self.fields.get(f"{name}_{own}")
            if field is not None:
                field.label, field.required = label, needed.get(name, False)

    def _place_fields(self) -> None:
        for name in ("version", "after", *(f"who_{language}" for language in languages_here())):
            self.fields.pop(name, None)
        own = languages_here()[0]
        first = [f"title_{own}", "set_number", "party", "required"]
        self.order_fields([*first, *(name for name in self.fields if name not in first)])

    def own_fields(self) -> list[BoundField]:
        """What everybody fills in."""
        others = {field.name for each in self.in_other_languages() for field in each.fields}
        return [field for field in self.visible_fields() if field.name not in others]

    def in_other_languages(self) -> list[InAnotherLanguage]:
        """What may be left empty: whoever reads that language then reads the author's words."""
        told = []
        for language in languages_here()[1:]:
            names = [f"{name}_{language}" for name in SAID_IN_WORDS]
            fields = tuple(self[name] for name in names if name in self.fields)
            is_open = any(field.value() or field.errors for field in fields)
            told.append(InAnotherLanguage(language_words(language), fields, is_open))
        return told

    def clean(self) -> dict[str, Any]:
        """It asks for something that somebody can give, in another language wholly or not."""
        cleaned = super().clean()
        for language in languages_here()[1:]:
            self._refuse_half(language)
        if not self.errors:
            spec = self.said()
            for problem in problems_in_item(spec):
                self.add_error(None, template_problem_words(problem, EditionSpec(items=(spec,))))
        return cleaned

    def _refuse_half(self, language: str) -> None:
        """What is said in their own language and not in this one, where anything is."""
        own = languages_here()[0]
        said = {name: self.words(name) for name in SAID_IN_WORDS if f"{name}_{own}" in self.fields}
        if not any(language in words for words in said.values()):
            return
        for name, words in said.items():
            if own in words and language not in words:
                self.add_error(
                    f"{name}_{language}",
                    _("Say it in this language too, or leave this language empty."),
                )
        answers = said.get("answers", {})
        if (
            own in answers
            and language in answers
            and _lines(answers[own]) != _lines(answers[language])
        ):
            self.add_error(
                f"answers_{language}", _("The same answers in the same order, one on each line.")
            )

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


def _lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


def spec_of_story(story: PlanStory) -> EditionSpec:
    """The plan's own checklist, as an edition says one."""
    short = story.last_set is SetNumber.FIRST_CONTACT
    items: tuple[ItemSpec, ...] = tuple(row.asks for row in story.items)
    return EditionSpec(breadth=Breadth.STANDARD if short else Breadth.ADVANCED, items=items)

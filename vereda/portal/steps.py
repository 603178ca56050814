"""A step as a visitor sees it: in their words, with the form that takes what is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import get_language

from vereda.onboarding.contracts.templates import ItemKind, ItemSpec, words_for_reader
from vereda.onboarding.wording.templates import FILE_KINDS, KIND_ICONS, item_title
from vereda.portal.forms import ChoiceForm, DeclineForm, DoneForm, GivenFileForm, ValueForm

if TYPE_CHECKING:
    from vereda.onboarding.models.items import PlanItem
    from vereda.onboarding.models.plans import Plan
    from vereda.onboarding.queries.plans import NextStep

FORMS: Final[Mapping[ItemKind, type[forms.Form]]] = {
    ItemKind.VALUE: ValueForm,
    ItemKind.CHOICE: ChoiceForm,
    ItemKind.FILE: GivenFileForm,
    ItemKind.EXPORT: GivenFileForm,
    ItemKind.TASK: DoneForm,
    ItemKind.MEETING: DoneForm,
    ItemKind.TRAINING: DoneForm,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """One next step: what it is, exactly what is wanted, until when, and its form."""

    item: PlanItem
    plan: Plan
    title: str
    wanted: str
    example: str
    files: tuple[str, ...]
    icon: str
    minutes: int
    due_on: date | None
    late_days: int
    mine: bool
    returned: bool
    because: str
    form: forms.Form | None
    decline: forms.Form | None

    @property
    def is_file(self) -> bool:
        """Whether its form sends a file."""
        return isinstance(self.form, GivenFileForm)

    @property
    def is_done(self) -> bool:
        """Whether its form says that it is done."""
        return isinstance(self.form, DoneForm)


def step_form(
    asks: ItemSpec, *, prefix: str, said: Any = None, files: Any = None
) -> forms.Form | None:
    """The form for what is asked; None for what has none: an approval, a milestone."""
    kind = FORMS.get(asks.kind)
    if kind is None:
        return None
    form = kind(said, files, prefix=prefix)
    if asks.kind is ItemKind.CHOICE:
        field = form.fields["choice"]
        language = get_language() or "en"
        field.choices = [  # type: ignore[attr-defined]
            (each.key, words_for_reader(each.titles, language)) for each in asks.choices
        ]
    return form


def shown_step(
    step: NextStep, *, because: str = "", bound: Mapping[str, forms.Form] | None = None
) -> ShownStep:
    """The step in the reader's language; `bound` holds forms that came back with an error.

    because: why what they gave came back.
    """
    asks, prefix = step.asks, step.item.pk.hex
    language = get_language() or "en"
    held = bound or {}
    form = held.get(prefix) or step_form(asks, prefix=prefix)
    decline = None
    if asks.kind is ItemKind.APPROVAL:
        decline = held.get(f"no-{prefix}") or DeclineForm(prefix=f"no-{prefix}")
    return ShownStep(
        item=step.item,
        plan=step.plan,
        title=item_title(asks),
        wanted=words_for_reader(asks.wanted, language),
        example=words_for_reader(asks.example, language),
        files=tuple(str(FILE_KINDS[each]) for each in asks.file_kinds),
        icon=KIND_ICONS[asks.kind],
        minutes=asks.minutes,
        due_on=step.due_on,
        late_days=step.late_days,
        mine=step.mine,
        returned=step.item.state == "returned",
        because=because,
        form=form,
        decline=decline,
    )

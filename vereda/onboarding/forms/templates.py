"""Forms of templates: what one is called and for, its items, its gates, its file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.text import format_lazy, slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vereda.foundation.forms import AnsweringForm
from vereda.foundation.wording import language_words
from vereda.onboarding.contracts.templates import (
    GIVEN_KINDS,
    LANGUAGES,
    Breadth,
    EditionSpec,
    FileKind,
    GateSpec,
    ItemChoice,
    ItemKind,
    ItemSpec,
    MilestoneMeasure,
    Party,
    SetNumber,
    Words,
    WrongTemplate,
)
from vereda.onboarding.rules.editing import spare_key
from vereda.onboarding.rules.templates import (
    FILE_ITEMS,
    LONGEST_KEY,
    LONGEST_ROLE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_LEAD_DAYS,
    MOST_MINUTES,
    TIMED_ITEMS,
)
from vereda.onboarding.template_files import LARGEST
from vereda.onboarding.wording.templates import (
    BREADTHS,
    FILE_KINDS,
    MEASURES,
    PARTIES,
    SETS,
    item_title,
)
from vereda.product.contracts import InnovationLevel, PriceClass
from vereda.product.wording import INNOVATION, PRICES

if TYPE_CHECKING:
    from vereda.product.models import Product

LENGTHY: Final = TIMED_ITEMS | {ItemKind.TASK}
OURS_AT_FIRST: Final = TIMED_ITEMS
LONGEST_ANSWERS: Final = 7_000
LATEST_VERSION: Final = 2**31 - 2

TEXTS: Final = (
    ("title", "titles", _("Title"), LONGEST_TITLE, 0),
    ("wanted", "wanted", _("Exactly what is wanted"), LONGEST_TEXT, 3),
    ("example", "example", _("An example of a good one"), LONGEST_TEXT, 2),
    ("who", "who", _("Who does it: their role"), LONGEST_ROLE, 0),
)
"""By field: where it is kept, its label, its length, how many rows it shows (0: one line)."""


def languages_here() -> list[str]:
    """The languages of texts, the reader's own first."""
    own = (get_language() or LANGUAGES[0]).split("-")[0]
    return sorted(LANGUAGES, key=lambda each: (each != own, LANGUAGES.index(each)))


def text_field(label: Any, language: str, *, most: int, rows: int = 0) -> forms.CharField:
    """A text in one language."""
    widget = (
        forms.Textarea({"rows": rows, "lang": language})
        if rows
        else forms.TextInput({"lang": language})
    )
    return forms.CharField(
        label=format_lazy("{} ({})", label, language_words(language)),
        max_length=most,
        required=False,
        widget=widget,
    )


def choices_of_words(words: Any) -> list[tuple[Any, Any]]:
    """Choices of a field, from words by value."""
    return [(each.value, word) for each, word in words.items()]


class TemplateForm(AnsweringForm):
    """What a template is called, what it is for, and how far it goes."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("Description"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )
    breadth = forms.ChoiceField(
        label=_("How far it goes"), choices=choices_of_words(BREADTHS), initial=Breadth.ADVANCED
    )
    product = forms.ChoiceField(
        label=_("Product"),
        required=False,
        help_text=_("A template can be made before its product is sold, or for no product."),
    )
    innovation = forms.ChoiceField(
        label=_("Innovation level"),
        choices=choices_of_words(INNOVATION),
        initial=InnovationLevel.FAMILIAR,
        help_text=_("This and the price count while no product is chosen; then the product's own."),
    )
    price = forms.ChoiceField(
        label=_("Price class"), choices=choices_of_words(PRICES), initial=PriceClass.MIDDLE
    )

    def __init__(self, *args: Any, products: Sequence[Product], **options: Any) -> None:
        super().__init__(*args, **options)
        self.products = {each.slug: each for each in products}
        self.fields["product"].choices = [  # type: ignore[attr-defined]
            ("", _("No product yet")),
            *((slug, each.name) for slug, each in self.products.items()),
        ]

    def said(self) -> dict[str, Any]:
        """The values as the actions take them; `breadth` has its own."""
        cleaned = self.cleaned_data
        return {
            "name": cleaned["name"],
            "description": cleaned["description"],
            "product": self.products.get(cleaned["product"]),
            "innovation": InnovationLevel(cleaned["innovation"]),
            "price": PriceClass(cleaned["price"]),
        }

    @property
    def breadth_said(self) -> Breadth:
        """How far it goes."""
        return Breadth(self.cleaned_data["breadth"])


class VersionedForm(AnsweringForm):
    """A form about a draft, which says which draft it has seen."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=LATEST_VERSION
    )

    @property
    def version_seen(self) -> int | None:
        """The draft's version when the form was shown."""
        version: int | None = self.cleaned_data["version"]
        return version

    def words(self, name: str) -> Words:
        """A text in every language in which it was written."""
        return {
            language: text
            for language in LANGUAGES
            if (text := self.cleaned_data.get(f"{name}_{language}", "").strip())
        }


class ItemForm(VersionedForm):
    """One item; which fields it has depends on its kind."""

    set_number = forms.TypedChoiceField(label=_("Set"), coerce=int)
    party = forms.ChoiceField(label=_("Whose turn it is"), choices=choices_of_words(PARTIES))
    lead_days = forms.IntegerField(
        label=_("Work days they get"),
        min_value=0,
        max_value=MOST_LEAD_DAYS,
        initial=3,
        required=False,
    )
    minutes = forms.IntegerField(
        label=_("Minutes it takes"),
        min_value=0,
        max_value=MOST_MINUTES,
        initial=0,
        required=False,
    )
    file_kinds = forms.MultipleChoiceField(
        label=_("Kinds of file that are accepted"),
        choices=choices_of_words(FILE_KINDS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    measure = forms.ChoiceField(label=_("What shows it"), choices=choices_of_words(MEASURES))
    after = forms.MultipleChoiceField(
        label=_("What comes first"), required=False, widget=forms.CheckboxSelectMultiple
    )
    required = forms.BooleanField(
        label=_("Required: the gate stays shut without it"), required=False, initial=True
    )
    smile = forms.BooleanField(
        label=_("Ask everybody afterwards, with one tap, how it was"), required=False
    )

    def __init__(
        self,
        *args: Any,
        kind: ItemKind,
        spec: EditionSpec,
        item: ItemSpec | None = None,
        set_number: SetNumber = SetNumber.NEEDS,
        **options: Any,
    ) -> None:
        self.kind, self.spec, self.item = kind, spec, item
        number = item.set_number if item is not None else set_number
        initial = {"set_number": int(number), "party": Party.THEM.value}
        if kind in OURS_AT_FIRST:
            initial["party"] = Party.US.value
        if item is not None:
            initial |= initial_of_item(item)
        options["initial"] = {**initial, **options.get("initial", {})}
        super().__init__(*args, **options)
        self._add_texts()
        self._offer(number)
        self._leave_out()

    def _add_texts(self) -> None:
        for name, _kept, label, most, rows in TEXTS:
            for language in languages_here():
                self.fields[f"{name}_{language}"] = text_field(
                    label, language, most=most, rows=rows
                )
        for language in languages_here():
            self.fields[f"answers_{language}"] = text_field(
                _("Answers, one on each line"), language, most=LONGEST_ANSWERS, rows=4
            )
        texts = [name for name in self.fields if name.endswith(tuple(f"_{e}" for e in LANGUAGES))]
        self.order_fields([*texts, *(name for name in self.fields if name not in texts)])

    def _offer(self, number: SetNumber) -> None:
        sets = {*self.spec.breadth.sets, number}
        self.fields["set_number"].choices = [  # type: ignore[attr-defined]
            (int(each), format_lazy("{} · {}", int(each), SETS[each])) for each in sorted(sets)
        ]
        siblings = [
            each
            for each in self.spec.items_of_set(number)
            if self.item is None or each.key != self.item.key
        ]
        self.fields["after"].choices = [(each.key, item_title(each)) for each in siblings]  # type: ignore[attr-defined]
        if not siblings:
            del self.fields["after"]

    def _leave_out(self) -> None:
        """What this kind of item has no use for."""
        kept = {
            "example": self.kind in GIVEN_KINDS,
            "answers": self.kind is ItemKind.CHOICE,
            "minutes": self.kind in LENGTHY,
            "file_kinds": self.kind in FILE_ITEMS,
            "measure": self.kind is ItemKind.MILESTONE,
            "smile": self.kind in TIMED_ITEMS,
        }
        for name, is_kept in kept.items():
            if not is_kept:
                for each in (name, *(f"{name}_{language}" for language in LANGUAGES)):
                    self.fields.pop(each, None)

    def clean(self) -> dict[str, Any]:
        """A title in one language at least."""
        cleaned = super().clean() or self.cleaned_data
        if not self.words("title"):
            self.add_error(f"title_{languages_here()[0]}", _("Say what it is called."))
        return cleaned

    def said(self) -> ItemSpec:
        """The item as it was typed."""
        cleaned, titles = self.cleaned_data, self.words("title")
        wanted_key = slugify(titles.get("en") or next(iter(titles.values())))[:LONGEST_KEY]
        measure = cleaned.get("measure")
        return ItemSpec(
            key=self.item.key
            if self.item
            else spare_key(self.spec, wanted_key.strip("-_").replace("_", "-") or self.kind.value),
            set_number=SetNumber(cleaned["set_number"]),
            kind=self.kind,
            titles=titles,
            wanted=self.words("wanted"),
            example=self.words("example"),
            who=self.words("who"),
            party=Party(cleaned["party"]),
            lead_days=cleaned["lead_days"] or 0,
            minutes=cleaned.get("minutes") or 0,
            required=cleaned["required"],
            choices=self._answers(),
            file_kinds=tuple(FileKind(each) for each in cleaned.get("file_kinds", ())),
            after=tuple(cleaned.get("after", ())),
            smile=cleaned.get("smile", False),
            measure=MilestoneMeasure(measure) if measure else None,
        )

    def _answers(self) -> tuple[ItemChoice, ...]:
        """The answers, line by line in every language; one that was there keeps its short name."""
        lines = {
            language: [line.strip() for line in text.splitlines() if line.strip()]
            for language, text in self.words("answers").items()
        }
        known = {
            (language, title): choice.key
            for choice in (self.item.choices if self.item else ())
            for language, title in choice.titles.items()
        }
        found: dict[str, ItemChoice] = {}
        for place in range(max(map(len, lines.values()), default=0)):
            titles = {each: many[place] for each, many in lines.items() if place < len(many)}
            key = next((known[said] for said in titles.items() if said in known), "")
            key = key or slugify(next(iter(titles.values())))[:LONGEST_KEY].strip("-_")
            key = key.replace("_", "-") or f"answer-{place + 1}"
            if key in found:
                key = f"{key[: LONGEST_KEY - 4]}-{place + 1}"
            found[key] = ItemChoice(key=key, titles=titles)
        return tuple(found.values())


def initial_of_item(item: ItemSpec) -> dict[str, Any]:
    """An item as its form shows it."""
    told: dict[str, Any] = {
        "set_number": int(item.set_number),
        "party": item.party.value,
        "lead_days": item.lead_days,
        "minutes": item.minutes,
        "file_kinds": [each.value for each in item.file_kinds],
        "measure": item.measure.value if item.measure else None,
        "after": list(item.after),
        "required": item.required,
        "smile": item.smile,
    }
    for name, kept, *_rest in TEXTS:
        for language, text in getattr(item, kept).items():
            told[f"{name}_{language}"] = text
    for language in LANGUAGES:
        answers = [choice.titles.get(language, "") for choice in item.choices]
        told[f"answers_{language}"] = "\n".join(answers).strip()
    return told


class GateForm(VersionedForm):
    """What a set opens, and for whom."""

    def __init__(self, *args: Any, gate: GateSpec, **options: Any) -> None:
        self.gate = gate
        initial = {f"label_{language}": text for language, text in gate.labels.items()}
        initial |= {f"unlocks_{language}": text for language, text in gate.unlocks.items()}
        options["initial"] = {**initial, **options.get("initial", {})}
        super().__init__(*args, **options)
        for name, label in (("label", _("What it is called")), ("unlocks", _("Who may go on"))):
            for language in languages_here():
                self.fields[f"{name}_{language}"] = text_field(label, language, most=LONGEST_TITLE)

    def said(self) -> GateSpec:
        """The gate as it was typed."""
        return GateSpec(
            set_number=self.gate.set_number,
            labels=self.words("label"),
            unlocks=self.words("unlocks"),
        )


class EditionForm(VersionedForm):
    """Why the checklist changes."""

    note = forms.CharField(
        label=_("What changed, and why"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("It stands beside the edition for whoever leads a customer by it."),
    )


class CopyForm(AnsweringForm):
    """What the copy is called."""

    name = forms.CharField(label=_("Name of the copy"), max_length=120)


class TemplateFileForm(AnsweringForm):
    """A template as a file."""

    file = forms.FileField(label=_("File"), help_text=_("A template exported as TOML."))

    def clean_file(self) -> Any:
        """Not too much of it."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 400 kilobytes."))
        return file

    def text(self) -> str:
        """What the file says."""
        try:
            return str(self.cleaned_data["file"].read().decode("utf-8"))
        except UnicodeDecodeError as error:
            raise WrongTemplate(str(_("This is no text in UTF-8."))) from error

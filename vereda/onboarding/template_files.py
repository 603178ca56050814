"""Templates as TOML files: the presets, exports and imports.

    name = "Business software"
    description = "From the signature to the first benefit."
    breadth = "advanced"
    language = "en"

    [[gate]]
    set = 1
    label = "We have everything"
    unlocks = "our engineers, to start"

    [[item]]
    key = "customer-list"
    set = 1
    kind = "export"
    title = "An export of your customers"
    wanted = "All customers with at least one order since January, one per row."
    example = "number; name; e-mail; since"
    lead_days = 5
    files = ["csv", "xlsx"]

A text is in the file's language, or says its languages: title = { en = "…", es = "…" }. A file is
closed: a word that it does not know is refused, with where it stands and what was expected there.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import msgspec
import tomli_w
from django.utils.translation import gettext as _

from vereda.onboarding.contracts.templates import (
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
from vereda.onboarding.rules.editing import tidied
from vereda.product.contracts import InnovationLevel, PriceClass

if TYPE_CHECKING:
    from vereda.onboarding.models.templates import Template

LARGEST: Final = 400_000
LONGEST_NAME: Final = 120
LONGEST_DESCRIPTION: Final = 500
PRESETS: Final = ("b2b-saas", "b2c", "physical-product")

Said = str | dict[str, str]


class ChoiceTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of `choices`."""

    key: str
    title: Said


class ItemTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One [[item]] of a file."""

    key: str
    set: SetNumber
    kind: ItemKind
    title: Said
    wanted: Said = ""
    example: Said = ""
    who: Said = ""
    party: Party = Party.THEM
    lead_days: int = 0
    minutes: int = 0
    required: bool = True
    files: list[FileKind] = []
    choices: list[ChoiceTable] = []
    after: list[str] = []
    smile: bool = False
    measure: MilestoneMeasure | None = None


class GateTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One [[gate]] of a file."""

    set: SetNumber
    label: Said = ""
    unlocks: Said = ""


class TemplateTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A file."""

    name: str
    description: str = ""
    language: str = "en"
    innovation: InnovationLevel = InnovationLevel.FAMILIAR
    price: PriceClass = PriceClass.MIDDLE
    breadth: Breadth = Breadth.ADVANCED
    gate: list[GateTable] = []
    item: list[ItemTable] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFile:
    """What a file says of a template."""

    name: str
    description: str = ""
    innovation: InnovationLevel = InnovationLevel.FAMILIAR
    price: PriceClass = PriceClass.MIDDLE
    spec: EditionSpec


def template_in_file(text: str) -> TemplateFile:
    """The template that a file describes, or the sentence that says why it is none."""
    if len(text) > LARGEST:
        raise WrongTemplate(_("The file is larger than 400 kilobytes."))
    try:
        table = msgspec.convert(tomllib.loads(text), TemplateTable)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise WrongTemplate(_("This is no TOML: %s.") % error) from error
    except msgspec.ValidationError as error:
        raise WrongTemplate(_("This is no template: %s.") % error) from error
    if table.language not in LANGUAGES:
        raise WrongTemplate(
            _("The language of the file is “%s”; it is en or es.") % table.language[:20]
        )
    return TemplateFile(
        name=_name_said(table.name),
        description=_description_said(table.description),
        innovation=table.innovation,
        price=table.price,
        spec=tidied(_spec_told(table)),
    )


def _name_said(name: str) -> str:
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise WrongTemplate(
            _('Say the name of the template: name = "…", at most %s letters.') % LONGEST_NAME
        )
    return name.strip()


def _description_said(description: str) -> str:
    if len(description) > LONGEST_DESCRIPTION:
        raise WrongTemplate(_("The description has more than %s letters.") % LONGEST_DESCRIPTION)
    return description.strip()


def _spec_told(table: TemplateTable) -> EditionSpec:
    def words(said: Said) -> Words:
        return {table.language: said} if isinstance(said, str) else said

    return EditionSpec(
        breadth=table.breadth,
        gates=tuple(
            GateSpec(set_number=each.set, labels=words(each.label), unlocks=words(each.unlocks))
            for each in table.gate
        ),
        items=tuple(
            ItemSpec(
                key=each.key,
                set_number=each.set,
                kind=each.kind,
                titles=words(each.title),
                wanted=words(each.wanted),
                example=words(each.example),
                who=words(each.who),
                party=each.party,
                lead_days=each.lead_days,
                minutes=each.minutes,
                required=each.required,
                choices=tuple(
                    ItemChoice(key=choice.key, titles=words(choice.title))
                    for choice in each.choices
                ),
                file_kinds=tuple(each.files),
                after=tuple(each.after),
                smile=each.smile,
                measure=each.measure,
            )
            for each in table.item
        ),
    )


def template_as_file(told: TemplateFile) -> str:
    """The text of the file that describes the template; reading it gives the same again."""
    spec, language = told.spec, _common_language(told.spec)

    def said(words: Words) -> Said:
        if not words:
            return ""
        return words[language] if set(words) == {language} else words

    table = TemplateTable(
        name=told.name,
        description=told.description,
        language=language,
        innovation=told.innovation,
        price=told.price,
        breadth=spec.breadth,
        gate=[
            GateTable(set=each.set_number, label=said(each.labels), unlocks=said(each.unlocks))
            for each in spec.gates
        ],
        item=[
            ItemTable(
                key=each.key,
                set=each.set_number,
                kind=each.kind,
                title=said(each.titles),
                wanted=said(each.wanted),
                example=said(each.example),
                who=said(each.who),
                party=each.party,
                lead_days=each.lead_days,
                minutes=each.minutes,
                required=each.required,
                files=list(each.file_kinds),
                choices=[
                    ChoiceTable(key=choice.key, title=said(choice.titles))
                    for choice in each.choices
                ],
                after=list(each.after),
                smile=each.smile,
                measure=each.measure,
            )
            for each in spec.items
        ],
    )
    content: dict[str, Any] = msgspec.to_builtins(table)
    return tomli_w.dumps(content)


def told_template(template: Template, spec: EditionSpec) -> TemplateFile:
    """What a file says of this template, with that checklist."""
    return TemplateFile(
        name=template.name,
        description=template.description,
        innovation=InnovationLevel(template.innovation),
        price=PriceClass(template.price),
        spec=spec,
    )


def _common_language(spec: EditionSpec) -> str:
    """The language of most titles: texts that are only in it are written without saying so."""
    spoken = [language for item in spec.items for language in item.titles]
    return max(LANGUAGES, key=spoken.count)


# --- Presets -----------------------------------------------------------------------------


@cache
def preset_file(preset: str, language: str) -> TemplateFile:
    """One of the templates that come with Vereda, in that language only."""
    folder = files("vereda.onboarding").joinpath("presets", language)
    return template_in_file(folder.joinpath(f"{preset}.toml").read_text(encoding="utf-8"))


def preset_template(preset: str, *, language: str) -> TemplateFile:
    """The preset, named in that language, its items in every language: customers read their own."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    told = preset_file(preset, known)
    specs = [preset_file(preset, each).spec for each in LANGUAGES]
    return TemplateFile(
        name=told.name,
        description=told.description,
        innovation=told.innovation,
        price=told.price,
        spec=_in_every_language(specs),
    )


def _in_every_language(specs: list[EditionSpec]) -> EditionSpec:
    """The same checklist in several languages as one; they name the same keys."""
    first = specs[0]
    items = tuple(
        _item_in_every_language([spec.items[place] for spec in specs])
        for place in range(len(first.items))
    )
    gates = tuple(
        GateSpec(
            set_number=gate.set_number,
            labels=_merged([spec.gate_of_set(gate.set_number).labels for spec in specs]),
            unlocks=_merged([spec.gate_of_set(gate.set_number).unlocks for spec in specs]),
        )
        for gate in first.gates
    )
    return EditionSpec(breadth=first.breadth, gates=gates, items=items)


def _item_in_every_language(items: list[ItemSpec]) -> ItemSpec:
    first = items[0]
    return msgspec.structs.replace(
        first,
        titles=_merged([item.titles for item in items]),
        wanted=_merged([item.wanted for item in items]),
        example=_merged([item.example for item in items]),
        who=_merged([item.who for item in items]),
        choices=tuple(
            ItemChoice(
                key=choice.key, titles=_merged([item.choices[place].titles for item in items])
            )
            for place, choice in enumerate(first.choices)
        ),
    )


def _merged(many: list[Words]) -> Words:
    return {language: text for words in many for language, text in words.items()}

"""A template as people read it: six sets, each with its items and its gate, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from vereda.foundation.wording import number_words
from vereda.onboarding.contracts.templates import (
    GIVEN_KINDS,
    LANGUAGES,
    Breadth,
    EditionSpec,
    ItemKind,
    ItemSpec,
    SetNumber,
    words_for_reader,
)
from vereda.onboarding.rules.editing import ItemDifference, TemplateDifference
from vereda.onboarding.rules.templates import all_words_of
from vereda.onboarding.wording.templates import (
    FILE_KINDS,
    ITEM_FIELDS,
    ITEM_KINDS,
    KIND_ICONS,
    KIND_PURPOSES,
    MEASURES,
    PARTIES,
    SET_PURPOSES,
    SETS,
    gate_label,
    gate_unlocks,
    item_title,
    minutes_words,
    titled_or_key,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """One item in the reader's language. `place` is its number within its set."""

    item: ItemSpec
    place: int
    last: bool
    kind: Promise
    icon: str
    title: str
    wanted: str
    example: str
    who: str
    party: Promise
    time: str
    length: str
    choices: tuple[str, ...]
    files: tuple[str, ...]
    after: tuple[str, ...]
    measure: str
    unsaid_in: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSet:
    """One of the sets: what it is for, its items, what its gate opens."""

    number: SetNumber
    name: Promise
    purpose: Promise
    items: tuple[ShownItem, ...]
    label: str
    unlocks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownKind:
    """A kind of item, and what it is for."""

    kind: ItemKind
    name: Promise
    purpose: Promise
    icon: str


def kinds_for_set(number: SetNumber) -> list[ShownKind]:
    """The kinds of item that a set can be given: nothing is measured before the first contact."""
    early = number < SetNumber.FIRST_CONTACT
    return [
        ShownKind(kind=kind, name=name, purpose=KIND_PURPOSES[kind], icon=KIND_ICONS[kind])
        for kind, name in ITEM_KINDS.items()
        if not (early and kind is ItemKind.MILESTONE)
    ]


def shown_sets(spec: EditionSpec) -> list[ShownSet]:
    """The sets that the checklist has, and any other in which an item was left."""
    numbers = [
        number for number in SetNumber if number in spec.breadth.sets or spec.items_of_set(number)
    ]
    return [_shown_set(spec, number) for number in numbers]


def _shown_set(spec: EditionSpec, number: SetNumber) -> ShownSet:
    gate, items = spec.gate_of_set(number), spec.items_of_set(number)
    return ShownSet(
        number=number,
        name=SETS[number],
        purpose=SET_PURPOSES[number],
        items=tuple(
            shown_item(spec, item, place=place, last=place == len(items))
            for place, item in enumerate(items, start=1)
        ),
        label=gate_label(gate),
        unlocks=gate_unlocks(gate),
    )


def shown_item(spec: EditionSpec, item: ItemSpec, *, place: int, last: bool) -> ShownItem:
    """One item in words."""
    language = get_language() or "en"
    return ShownItem(
        item=item,
        place=place,
        last=last,
        kind=ITEM_KINDS[item.kind],
        icon=KIND_ICONS[item.kind],
        title=item_title(item),
        wanted=words_for_reader(item.wanted, language),
        example=words_for_reader(item.example, language),
        who=words_for_reader(item.who, language),
        party=PARTIES[item.party],
        time=time_words(item),
        length=minutes_words(item.minutes),
        choices=tuple(words_for_reader(choice.titles, language) for choice in item.choices),
        files=tuple(str(FILE_KINDS[kind]) for kind in item.file_kinds),
        after=tuple(titled_or_key(spec, key) for key in item.after),
        measure=str(MEASURES[item.measure]) if item.measure else "",
        unsaid_in=tuple(
            each
            for each in LANGUAGES
            if any(words and not words.get(each) for words in all_words_of(item))
        ),
    )


def time_words(item: ItemSpec) -> str:
    """How long they have: to prepare it, to do it, or until it is expected."""
    if not item.lead_days:
        return ""
    count = number_words(item.lead_days)
    if item.kind is ItemKind.MILESTONE:
        return (
            ngettext("expected within %s work day", "expected within %s work days", item.lead_days)
            % count
        )
    if item.kind in GIVEN_KINDS:
        return (
            ngettext("%s work day to prepare it", "%s work days to prepare it", item.lead_days)
            % count
        )
    return ngettext("within %s work day", "within %s work days", item.lead_days) % count


def template_changes(difference: TemplateDifference, before: EditionSpec) -> list[str]:
    """What differs between two editions, a sentence each."""
    said = [_item_difference_words(each) for each in difference.items]
    said += [
        _("Set %s opens something else") % number_words(int(number)) for number in difference.gates
    ]
    if difference.breadth and before.breadth is Breadth.STANDARD:
        said.append(_("It ends with set 6 now"))
    elif difference.breadth:
        said.append(_("It ends with set 3 now"))
    return said


def _item_difference_words(each: ItemDifference) -> str:
    title = item_title(each.item)
    if each.before is None:
        return _("“%(item)s” is new, in set %(set)s") % {
            "item": title,
            "set": int(each.item.set_number),
        }
    if each.after is None:
        return _("“%s” is no longer asked for") % title
    if not each.changed:
        return _("“%s” has another place") % title
    fields = ", ".join(str(ITEM_FIELDS[name]) for name in each.changed)
    return _("“%(item)s” says something else: %(fields)s") % {"item": title, "fields": fields}

"""Whether customers can be led by an edition, and what is the matter where they cannot."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from vereda.onboarding.contracts.templates import (
    GIVEN_KINDS,
    LANGUAGES,
    EditionSpec,
    ItemChoice,
    ItemKind,
    ItemSpec,
    MilestoneMeasure,
    Party,
    SetNumber,
    Words,
)

KEY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
LONGEST_KEY: Final = 60
LONGEST_TITLE: Final = 200
LONGEST_TEXT: Final = 2_000
LONGEST_ROLE: Final = 100
MOST_ITEMS: Final = 120
MOST_CHOICES: Final = 30
FEWEST_CHOICES: Final = 2
MOST_LEAD_DAYS: Final = 260
MOST_MINUTES: Final = 2_400

FILE_ITEMS: Final = frozenset({ItemKind.FILE, ItemKind.EXPORT})
TIMED_ITEMS: Final = frozenset({ItemKind.MEETING, ItemKind.TRAINING})
EXEMPLARY_ITEMS: Final = frozenset({ItemKind.VALUE, ItemKind.FILE, ItemKind.EXPORT})
"""Kinds that need an example; a choice shows its answers, and an approval is a yes."""


class TemplateProblem(StrEnum):
    """What keeps an edition from being published."""

    NO_ITEMS = "no_items"
    TOO_MANY_ITEMS = "too_many_items"
    SET_EMPTY = "set_empty"
    SET_OUTSIDE = "set_outside"
    KEY_WRONG = "key_wrong"
    KEY_TWICE = "key_twice"
    TITLE_MISSING = "title_missing"
    TEXT_TOO_LONG = "text_too_long"
    LANGUAGE_UNKNOWN = "language_unknown"
    WANTED_MISSING = "wanted_missing"
    EXAMPLE_MISSING = "example_missing"
    LEAD_MISSING = "lead_missing"
    LEAD_OUT_OF_RANGE = "lead_out_of_range"
    MINUTES_MISSING = "minutes_missing"
    MINUTES_OUT_OF_RANGE = "minutes_out_of_range"
    CHOICES_TOO_FEW = "choices_too_few"
    CHOICES_TOO_MANY = "choices_too_many"
    CHOICES_NOT_ASKED = "choices_not_asked"
    CHOICE_KEY_WRONG = "choice_key_wrong"
    CHOICE_TWICE = "choice_twice"
    CHOICE_UNTITLED = "choice_untitled"
    FILE_KINDS_MISSING = "file_kinds_missing"
    FILE_KINDS_NOT_ASKED = "file_kinds_not_asked"
    MEASURE_MISSING = "measure_missing"
    MEASURE_NOT_ASKED = "measure_not_asked"
    MILESTONE_TOO_EARLY = "milestone_too_early"
    AFTER_ITSELF = "after_itself"
    AFTER_UNKNOWN = "after_unknown"
    AFTER_OTHER_SET = "after_other_set"
    AFTER_LATER = "after_later"
    AFTER_OPTIONAL = "after_optional"
    AFTER_CIRCLE = "after_circle"
    GATE_TWICE = "gate_twice"
    GATE_OUTSIDE = "gate_outside"
    GATE_TOO_LONG = "gate_too_long"


MALFORMED: Final = frozenset(
    {
        TemplateProblem.TOO_MANY_ITEMS,
        TemplateProblem.KEY_WRONG,
        TemplateProblem.KEY_TWICE,
        TemplateProblem.TEXT_TOO_LONG,
        TemplateProblem.LANGUAGE_UNKNOWN,
        TemplateProblem.LEAD_OUT_OF_RANGE,
        TemplateProblem.MINUTES_OUT_OF_RANGE,
        TemplateProblem.CHOICES_TOO_MANY,
        TemplateProblem.CHOICE_KEY_WRONG,
        TemplateProblem.CHOICE_TWICE,
        TemplateProblem.GATE_TWICE,
        TemplateProblem.GATE_TOO_LONG,
    }
)
"""What not even a draft may be: it is not unfinished, it is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundInTemplate:
    """One thing that is the matter: what, in which set or item, and with what else."""

    problem: TemplateProblem
    set_number: SetNumber | None = None
    item: str = ""
    other: str = ""


class Advice(StrEnum):
    """What a good checklist has, and this one does without. It can be published all the same."""

    NO_TRAINING = "no_training"
    NO_SMILE = "no_smile"
    NO_FIRST_USE = "no_first_use"
    NO_REGULAR_USE = "no_regular_use"
    NO_BENEFIT = "no_benefit"
    NOTHING_FROM_THEM = "nothing_from_them"


def problems_in_template(spec: EditionSpec) -> list[FoundInTemplate]:
    """Everything that keeps this from being published, in the order in which it is read."""
    found = [*_problems_of_whole(spec), *_problems_of_gates(spec)]
    circle = circle_in(spec.items)
    for item in spec.items:
        for problem, other in (*_problems_of_item(item), *_problems_of_order(item, spec, circle)):
            found.append(
                FoundInTemplate(
                    problem=problem, set_number=item.set_number, item=item.key, other=other
                )
            )
    return found


def problems_in_item(item: ItemSpec) -> list[FoundInTemplate]:
    """What keeps one item, taken by itself, from being asked of anybody."""
    return [
        FoundInTemplate(problem=problem, set_number=item.set_number, item=item.key, other=other)
        for problem, other in _problems_of_item(item)
    ]


def advice_about(spec: EditionSpec) -> list[Advice]:
    """What a good checklist of this breadth has and this one has not."""
    measures = {(item.set_number, item.measure) for item in spec.items}
    kinds = {(item.set_number, item.kind) for item in spec.items}
    wanted = {
        Advice.NOTHING_FROM_THEM: any(
            item.party is Party.THEM for item in spec.items_of_set(SetNumber.NEEDS)
        ),
        Advice.NO_TRAINING: (SetNumber.FIRST_CONTACT, ItemKind.TRAINING) in kinds,
        Advice.NO_SMILE: any(item.smile for item in spec.items_of_set(SetNumber.FIRST_CONTACT)),
        Advice.NO_FIRST_USE: (SetNumber.ADOPTION, MilestoneMeasure.FIRST_USE) in measures,
        Advice.NO_REGULAR_USE: (SetNumber.ENGAGEMENT, MilestoneMeasure.REGULAR_USE) in measures,
        Advice.NO_BENEFIT: (SetNumber.SUCCESS, MilestoneMeasure.BENEFIT_VERIFIED) in measures,
    }
    of_later_sets = {
        Advice.NO_FIRST_USE: SetNumber.ADOPTION,
        Advice.NO_REGULAR_USE: SetNumber.ENGAGEMENT,
        Advice.NO_BENEFIT: SetNumber.SUCCESS,
    }
    return [
        each
        for each, is_there in wanted.items()
        if not is_there and of_later_sets.get(each, SetNumber.NEEDS) in spec.breadth.sets
    ]


def missing_in_language(spec: EditionSpec, language: str) -> list[str]:
    """Keys of the items some of whose texts are not there in that language: another is shown."""
    return [
        item.key
        for item in spec.items
        if any(words and not words.get(language) for words in all_words_of(item))
    ]


def all_words_of(item: ItemSpec) -> Iterator[Words]:
    """Each of its texts, by language."""
    yield from (item.titles, item.wanted, item.example, item.who)
    yield from (choice.titles for choice in item.choices)


def _problems_of_whole(spec: EditionSpec) -> Iterator[FoundInTemplate]:
    if not spec.items:
        yield FoundInTemplate(problem=TemplateProblem.NO_ITEMS)
    if len(spec.items) > MOST_ITEMS:
        yield FoundInTemplate(problem=TemplateProblem.TOO_MANY_ITEMS)
    for number in spec.breadth.sets if spec.items else ():
        if not spec.items_of_set(number):
            yield FoundInTemplate(problem=TemplateProblem.SET_EMPTY, set_number=number)
    for key in repeated(item.key for item in spec.items):
        yield FoundInTemplate(problem=TemplateProblem.KEY_TWICE, item=key)
    for item in spec.items:
        if item.set_number not in spec.breadth.sets:
            yield FoundInTemplate(
                problem=TemplateProblem.SET_OUTSIDE, set_number=item.set_number, item=item.key
            )


def repeated(keys: Iterable[object]) -> list[str]:
    """Those that are there more than once."""
    return [str(key) for key, times in Counter(keys).items() if times > 1]


def _problems_of_gates(spec: EditionSpec) -> Iterator[FoundInTemplate]:
    numbers = Counter(gate.set_number for gate in spec.gates)
    for number, times in numbers.items():
        if times > 1:
            yield FoundInTemplate(problem=TemplateProblem.GATE_TWICE, set_number=number)
        if number not in spec.breadth.sets:
            yield FoundInTemplate(problem=TemplateProblem.GATE_OUTSIDE, set_number=number)
    for gate in spec.gates:
        if _too_long(gate.labels, LONGEST_TITLE) or _too_long(gate.unlocks, LONGEST_TITLE):
            yield FoundInTemplate(problem=TemplateProblem.GATE_TOO_LONG, set_number=gate.set_number)
        for strange in _strange_languages(gate.labels, gate.unlocks):
            yield FoundInTemplate(
                problem=TemplateProblem.LANGUAGE_UNKNOWN,
                set_number=gate.set_number,
                other=strange,
            )


Trouble = tuple[TemplateProblem, str]


def _problems_of_item(item: ItemSpec) -> Iterator[Trouble]:
    if not KEY.match(item.key) or len(item.key) > LONGEST_KEY:
        yield TemplateProblem.KEY_WRONG, ""
    yield from _problems_of_texts(item)
    yield from _problems_of_times(item)
    yield from _problems_of_choices(item)
    if item.kind in FILE_ITEMS and not item.file_kinds:
        yield TemplateProblem.FILE_KINDS_MISSING, ""
    if item.kind not in FILE_ITEMS and item.file_kinds:
        yield TemplateProblem.FILE_KINDS_NOT_ASKED, ""
    if item.kind is ItemKind.MILESTONE and item.measure is None:
        yield TemplateProblem.MEASURE_MISSING, ""
    if item.kind is not ItemKind.MILESTONE and item.measure is not None:
        yield TemplateProblem.MEASURE_NOT_ASKED, ""
    if item.kind is ItemKind.MILESTONE and item.set_number < SetNumber.FIRST_CONTACT:
        yield TemplateProblem.MILESTONE_TOO_EARLY, ""


def _problems_of_texts(item: ItemSpec) -> Iterator[Trouble]:
    if not any(item.titles.values()):
        yield TemplateProblem.TITLE_MISSING, ""
    texts = ((item.titles, LONGEST_TITLE), (item.who, LONGEST_ROLE))
    longer = ((item.wanted, LONGEST_TEXT), (item.example, LONGEST_TEXT))
    if any(_too_long(words, most) for words, most in (*texts, *longer)):
        yield TemplateProblem.TEXT_TOO_LONG, ""
    for strange in _strange_languages(*all_words_of(item)):
        yield TemplateProblem.LANGUAGE_UNKNOWN, strange
    if item.kind in GIVEN_KINDS and not any(item.wanted.values()):
        yield TemplateProblem.WANTED_MISSING, ""
    if item.kind in EXEMPLARY_ITEMS and not any(item.example.values()):
        yield TemplateProblem.EXAMPLE_MISSING, ""


def _problems_of_times(item: ItemSpec) -> Iterator[Trouble]:
    if not 0 <= item.lead_days <= MOST_LEAD_DAYS:
        yield TemplateProblem.LEAD_OUT_OF_RANGE, ""
    elif item.kind in GIVEN_KINDS and item.lead_days == 0:
        yield TemplateProblem.LEAD_MISSING, ""
    if not 0 <= item.minutes <= MOST_MINUTES:
        yield TemplateProblem.MINUTES_OUT_OF_RANGE, ""
    elif item.kind in TIMED_ITEMS and item.minutes == 0:
        yield TemplateProblem.MINUTES_MISSING, ""


def _problems_of_choices(item: ItemSpec) -> Iterator[Trouble]:
    if item.kind is not ItemKind.CHOICE:
        if item.choices:
            yield TemplateProblem.CHOICES_NOT_ASKED, ""
        return
    if len(item.choices) < FEWEST_CHOICES:
        yield TemplateProblem.CHOICES_TOO_FEW, ""
    if len(item.choices) > MOST_CHOICES:
        yield TemplateProblem.CHOICES_TOO_MANY, ""
    for key in repeated(choice.key for choice in item.choices):
        yield TemplateProblem.CHOICE_TWICE, key
    for choice in item.choices:
        yield from _problems_of_choice(choice)


def _problems_of_choice(choice: ItemChoice) -> Iterator[Trouble]:
    if not KEY.match(choice.key) or len(choice.key) > LONGEST_KEY:
        yield TemplateProblem.CHOICE_KEY_WRONG, choice.key
    if not any(choice.titles.values()):
        yield TemplateProblem.CHOICE_UNTITLED, choice.key
    if _too_long(choice.titles, LONGEST_TITLE):
        yield TemplateProblem.TEXT_TOO_LONG, ""


def _problems_of_order(
    item: ItemSpec, spec: EditionSpec, circle: Collection[str]
) -> Iterator[Trouble]:
    for key in item.after:
        before = spec.item_with_key(key)
        if key == item.key:
            yield TemplateProblem.AFTER_ITSELF, key
        elif before is None:
            yield TemplateProblem.AFTER_UNKNOWN, key
        elif before.set_number is not item.set_number:
            yield TemplateProblem.AFTER_OTHER_SET, key
        elif item.key in circle and key in circle:
            yield TemplateProblem.AFTER_CIRCLE, key
        elif spec.items.index(before) > spec.items.index(item):
            yield TemplateProblem.AFTER_LATER, key
        elif item.required and not before.required:
            yield TemplateProblem.AFTER_OPTIONAL, key


def circle_in(items: Iterable[ItemSpec]) -> set[str]:
    """The keys of items that wait for each other in a circle, and so could never begin."""
    waiting = {item.key: {each for each in item.after if each != item.key} for item in items}
    return {key for key in waiting if key in _reached(key, waiting)}


def _reached(start: str, waiting: Mapping[str, set[str]]) -> set[str]:
    """All that comes before, directly or not."""
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        fresh = waiting.get(ahead.pop(), set()) - seen
        seen |= fresh
        ahead += fresh
    return seen


def _too_long(words: Words, most: int) -> bool:
    return any(len(text) > most for text in words.values())


def _strange_languages(*many: Words) -> list[str]:
    """Languages that nobody reads here, each once."""
    return sorted({each for words in many for each in words if each not in LANGUAGES})

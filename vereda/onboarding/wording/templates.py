"""Templates in words: sets, kinds, what is the matter with a draft, what differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from vereda.foundation.wording import number_words
from vereda.onboarding.contracts.intensity import (
    FollowUpBy,
    Intensity,
    IntensityCause,
    IntensityPart,
    Newness,
)
from vereda.onboarding.contracts.templates import (
    Breadth,
    EditionSpec,
    FileKind,
    GateSpec,
    ItemKind,
    ItemSpec,
    MilestoneMeasure,
    Party,
    SetNumber,
    words_for_reader,
)
from vereda.onboarding.rules.templates import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_CHOICES,
    MOST_ITEMS,
    MOST_LEAD_DAYS,
    MOST_MINUTES,
    Advice,
    FoundInTemplate,
    TemplateProblem,
)
from vereda.product.contracts import InnovationLevel, PriceClass
from vereda.product.wording import INNOVATION, PRICES

SETS: Final[Mapping[SetNumber, Promise]] = {
    SetNumber.NEEDS: gettext_lazy("What we need from you"),
    SetNumber.START: gettext_lazy("We start"),
    SetNumber.FIRST_CONTACT: gettext_lazy("First contact"),
    SetNumber.ADOPTION: gettext_lazy("Adoption"),
    SetNumber.ENGAGEMENT: gettext_lazy("Engagement"),
    SetNumber.SUCCESS: gettext_lazy("Success"),
}
"""As customers read them, too: “you” is the customer."""

SET_PURPOSES: Final[Mapping[SetNumber, Promise]] = {
    SetNumber.NEEDS: gettext_lazy(
        "Everything that is needed of the customer, asked once, even what is needed later."
    ),
    SetNumber.START: gettext_lazy(
        "Our work. It begins when everything of set 1 is accepted, and not before."
    ),
    SetNumber.FIRST_CONTACT: gettext_lazy(
        "Training, what others have to provide, installation, and the opening with somebody there. "
        "Whoever gets this far was sold to; they are not onboarded yet."
    ),
    SetNumber.ADOPTION: gettext_lazy(
        "How long until they first use it, and how long that first use takes."
    ),
    SetNumber.ENGAGEMENT: gettext_lazy("How long until using it has become a habit."),
    SetNumber.SUCCESS: gettext_lazy("Whether they get the benefit that they were promised."),
}

GATE_LABELS: Final[Mapping[SetNumber, Promise]] = {
    SetNumber.NEEDS: gettext_lazy("We have everything"),
    SetNumber.START: gettext_lazy("Ready for you"),
    SetNumber.FIRST_CONTACT: gettext_lazy("In your hands"),
    SetNumber.ADOPTION: gettext_lazy("In use"),
    SetNumber.ENGAGEMENT: gettext_lazy("A habit"),
    SetNumber.SUCCESS: gettext_lazy("It was worth it"),
}

GATE_UNLOCKS: Final[Mapping[SetNumber, Promise]] = {
    SetNumber.NEEDS: gettext_lazy("our team, to start work"),
    SetNumber.START: gettext_lazy("everybody who will use it"),
    SetNumber.FIRST_CONTACT: gettext_lazy("your people, to use it for real work"),
    SetNumber.ADOPTION: gettext_lazy("everybody, to make it a habit"),
    SetNumber.ENGAGEMENT: gettext_lazy("whoever decided to buy, to see what it brings"),
    SetNumber.SUCCESS: gettext_lazy("both of us, to go further"),
}

BREADTHS: Final[Mapping[Breadth, Promise]] = {
    Breadth.STANDARD: gettext_lazy("Standard: sets 1 to 3, until the product is in their hands"),
    Breadth.ADVANCED: gettext_lazy("Advanced: sets 1 to 6, until the benefit is verified"),
}

BREADTHS_SHORT: Final[Mapping[Breadth, Promise]] = {
    Breadth.STANDARD: pgettext_lazy("breadth", "Standard, sets 1 to 3"),
    Breadth.ADVANCED: pgettext_lazy("breadth", "Advanced, sets 1 to 6"),
}

ITEM_KINDS: Final[Mapping[ItemKind, Promise]] = {
    ItemKind.VALUE: pgettext_lazy("kind of item", "Value"),
    ItemKind.CHOICE: pgettext_lazy("kind of item", "Choice"),
    ItemKind.FILE: pgettext_lazy("kind of item", "File"),
    ItemKind.EXPORT: pgettext_lazy("kind of item", "Export"),
    ItemKind.APPROVAL: pgettext_lazy("kind of item", "Approval"),
    ItemKind.MEETING: pgettext_lazy("kind of item", "Meeting"),
    ItemKind.TRAINING: pgettext_lazy("kind of item", "Training"),
    ItemKind.TASK: pgettext_lazy("kind of item", "Task"),
    ItemKind.MILESTONE: pgettext_lazy("kind of item", "Milestone"),
}

KIND_PURPOSES: Final[Mapping[ItemKind, Promise]] = {
    ItemKind.VALUE: gettext_lazy("A line to write: a size, a name, a number."),
    ItemKind.CHOICE: gettext_lazy("One of the answers that you offer."),
    ItemKind.FILE: gettext_lazy("A document or a picture."),
    ItemKind.EXPORT: gettext_lazy("A table taken out of what they use today."),
    ItemKind.APPROVAL: gettext_lazy("A yes of somebody who may say it."),
    ItemKind.MEETING: gettext_lazy("People talk, at a time that is fixed."),
    ItemKind.TRAINING: gettext_lazy("Somebody learns how, and why."),
    ItemKind.TASK: gettext_lazy("Work of ours, of theirs or of a third party."),
    ItemKind.MILESTONE: gettext_lazy("Something that is measured, and that nobody types."),
}

KIND_ICONS: Final[Mapping[ItemKind, str]] = {
    ItemKind.VALUE: "pencil",
    ItemKind.CHOICE: "list-checks",
    ItemKind.FILE: "file-text",
    ItemKind.EXPORT: "file-spreadsheet",
    ItemKind.APPROVAL: "badge-check",
    ItemKind.MEETING: "users",
    ItemKind.TRAINING: "book-open",
    ItemKind.TASK: "briefcase",
    ItemKind.MILESTONE: "target",
}

PARTIES: Final[Mapping[Party, Promise]] = {
    Party.US: pgettext_lazy("party", "We"),
    Party.THEM: pgettext_lazy("party", "The customer"),
    Party.THIRD_PARTY: pgettext_lazy("party", "A third party"),
}

FILE_KINDS: Final[Mapping[FileKind, Promise]] = {
    FileKind.PDF: pgettext_lazy("kind of file", "PDF"),
    FileKind.IMAGE: pgettext_lazy("kind of file", "Picture"),
    FileKind.CSV: pgettext_lazy("kind of file", "CSV"),
    FileKind.XLSX: pgettext_lazy("kind of file", "Excel"),
    FileKind.DOCX: pgettext_lazy("kind of file", "Word"),
    FileKind.TEXT: pgettext_lazy("kind of file", "Text"),
}

MEASURES: Final[Mapping[MilestoneMeasure, Promise]] = {
    MilestoneMeasure.FIRST_USE: gettext_lazy("They use it for the first time"),
    MilestoneMeasure.FIRST_USE_COMPLETED: gettext_lazy("They complete the first use"),
    MilestoneMeasure.REGULAR_USE: gettext_lazy("They use it as regularly as is expected"),
    MilestoneMeasure.BENEFIT_VERIFIED: gettext_lazy("The promised benefit is verified with them"),
    MilestoneMeasure.SMILE: gettext_lazy("They smile at the opening"),
}

ITEM_FIELDS: Final[Mapping[str, Promise]] = {
    "key": pgettext_lazy("field of an item", "short name"),
    "set_number": pgettext_lazy("field of an item", "set"),
    "kind": pgettext_lazy("field of an item", "kind"),
    "titles": pgettext_lazy("field of an item", "title"),
    "wanted": pgettext_lazy("field of an item", "what is wanted"),
    "example": pgettext_lazy("field of an item", "example"),
    "who": pgettext_lazy("field of an item", "who does it"),
    "party": pgettext_lazy("field of an item", "whose turn it is"),
    "lead_days": pgettext_lazy("field of an item", "time to prepare"),
    "minutes": pgettext_lazy("field of an item", "length"),
    "required": pgettext_lazy("field of an item", "whether it is required"),
    "choices": pgettext_lazy("field of an item", "answers"),
    "file_kinds": pgettext_lazy("field of an item", "kinds of file"),
    "after": pgettext_lazy("field of an item", "what comes first"),
    "smile": pgettext_lazy("field of an item", "the smile"),
    "measure": pgettext_lazy("field of an item", "what shows it"),
}

ADVICE: Final[Mapping[Advice, Promise]] = {
    Advice.NOTHING_FROM_THEM: gettext_lazy(
        "Set 1 asks nothing of the customer. Is there really nothing that you need of them?"
    ),
    Advice.NO_TRAINING: gettext_lazy(
        "Set 3 has no training. People need time to learn how, and to hear why."
    ),
    Advice.NO_SMILE: gettext_lazy(
        "Nothing of set 3 asks for a smile. Be there when they open it, and ask with one tap."
    ),
    Advice.NO_FIRST_USE: gettext_lazy(
        "Set 4 does not measure the first use: nobody would notice what was sold and never used."
    ),
    Advice.NO_REGULAR_USE: gettext_lazy("Set 5 does not measure whether using it becomes a habit."),
    Advice.NO_BENEFIT: gettext_lazy("Set 6 does not verify the benefit that they were promised."),
}

NEWNESS: Final[Mapping[Newness, Promise]] = {
    Newness.FIRST_TIME: gettext_lazy("New to us: nobody has finished this way with us yet"),
    Newness.LEARNING: gettext_lazy("Still new to us: fewer than five have finished this way"),
    Newness.KNOWN: gettext_lazy("Known to us: five or more have finished this way"),
}

FOLLOW_UPS_BY: Final[Mapping[FollowUpBy, Promise]] = {
    FollowUpBy.EMAIL: pgettext_lazy("follow-up", "by e-mail"),
    FollowUpBy.CALL: pgettext_lazy("follow-up", "by a call of the onboarding lead"),
    FollowUpBy.MEETING: pgettext_lazy("follow-up", "in a meeting with the onboarding lead"),
}

CAUSES: Final[Mapping[IntensityCause, Promise]] = {
    IntensityCause.INNOVATION: pgettext_lazy("cause", "How unfamiliar it is"),
    IntensityCause.PRICE: pgettext_lazy("cause", "How expensive it is"),
    IntensityCause.NEWNESS: pgettext_lazy("cause", "How new it is to us"),
}


def intensity_words(intensity: Intensity) -> str:
    """How closely they are followed up, in a sentence."""
    first = ngettext(
        "%s day after the opening", "%s days after the opening", intensity.first_after_days
    ) % number_words(intensity.first_after_days)
    by = FOLLOW_UPS_BY[intensity.by]
    if intensity.follow_ups == 1:
        return _("One follow-up %(by)s, %(first)s.") % {"by": by, "first": first}
    if intensity.by is not FollowUpBy.EMAIL:
        told = _(
            "%(count)s follow-ups: the first by e-mail %(first)s, then every %(days)s days %(by)s."
        )
    else:
        told = _("%(count)s follow-ups %(by)s: the first %(first)s, then every %(days)s days.")
    return told % {
        "count": number_words(intensity.follow_ups),
        "by": by,
        "first": first,
        "days": number_words(intensity.every_days),
    }


def intensity_value_words(part: IntensityPart) -> str:
    """The value behind one cause: “New to everybody: …”."""
    if isinstance(part.value, InnovationLevel):
        return str(INNOVATION[part.value])
    if isinstance(part.value, PriceClass):
        return str(PRICES[part.value])
    return str(NEWNESS[part.value])


def item_title(item: ItemSpec, language: str = "") -> str:
    """What the item is called, in that language or in the reader's."""
    return words_for_reader(item.titles, language or get_language() or "en") or item.key


def gate_label(gate: GateSpec, language: str = "") -> str:
    """What opens: the workspace's words, else ours."""
    said = words_for_reader(gate.labels, language or get_language() or "en")
    return said or str(GATE_LABELS[gate.set_number])


def gate_unlocks(gate: GateSpec, language: str = "") -> str:
    """Who may go on when it opens."""
    said = words_for_reader(gate.unlocks, language or get_language() or "en")
    return said or str(GATE_UNLOCKS[gate.set_number])


def lead_words(days: int) -> str:
    """Time to prepare: “5 work days”; "" for none."""
    return ngettext("%s work day", "%s work days", days) % number_words(days) if days else ""


def minutes_words(minutes: int) -> str:
    """How long it takes: “45 minutes”; "" where nobody said."""
    return ngettext("%s minute", "%s minutes", minutes) % number_words(minutes) if minutes else ""


_ABOUT_WHOLE: Final[Mapping[TemplateProblem, Promise]] = {
    TemplateProblem.NO_ITEMS: gettext_lazy("The checklist is empty. Add what a customer needs."),
    TemplateProblem.TOO_MANY_ITEMS: gettext_lazy(
        "The checklist has more than %(most_items)s items. Nobody gets through that: leave out "
        "what no customer would miss."
    ),
}

_ABOUT_SET: Final[Mapping[TemplateProblem, Promise]] = {
    TemplateProblem.SET_EMPTY: gettext_lazy(
        "Set %(set)s, “%(set_name)s”, has no item. Add at least one, or make the checklist "
        "standard."
    ),
    TemplateProblem.GATE_TWICE: gettext_lazy(
        "The gate of set %(set)s is described twice. Say once what it opens."
    ),
    TemplateProblem.GATE_OUTSIDE: gettext_lazy(
        "Set %(set)s has a gate, but a standard checklist ends with set 3. Make it advanced, or "
        "leave the gate out."
    ),
    TemplateProblem.GATE_TOO_LONG: gettext_lazy(
        "The words at the gate of set %(set)s have more than %(longest_title)s letters."
    ),
}

_ABOUT_ITEM: Final[Mapping[TemplateProblem, Promise]] = {
    TemplateProblem.SET_OUTSIDE: gettext_lazy(
        "“%(item)s” is in set %(set)s, but a standard checklist ends with set 3. Move it, or make "
        "the checklist advanced."
    ),
    TemplateProblem.KEY_WRONG: gettext_lazy(
        "The short name “%(key)s” has other signs than small letters, figures and hyphens, or more "
        "than 60 of them."
    ),
    TemplateProblem.KEY_TWICE: gettext_lazy(
        "The short name “%(key)s” is there twice. Give one item another."
    ),
    TemplateProblem.TITLE_MISSING: gettext_lazy("“%(key)s” of set %(set)s needs a title."),
    TemplateProblem.TEXT_TOO_LONG: gettext_lazy(
        "A text of “%(item)s” is too long: titles and answers have at most %(longest_title)s "
        "letters, roles 100, everything else %(longest_text)s."
    ),
    TemplateProblem.LANGUAGE_UNKNOWN: gettext_lazy(
        "“%(item)s” has words in “%(other)s”. The languages are en and es."
    ),
    TemplateProblem.WANTED_MISSING: gettext_lazy(
        "“%(item)s” does not say what exactly is wanted. Write it as you would want to be asked."
    ),
    TemplateProblem.EXAMPLE_MISSING: gettext_lazy(
        "“%(item)s” has no example. Show what a good one looks like."
    ),
    TemplateProblem.LEAD_MISSING: gettext_lazy(
        "“%(item)s” gives no time to prepare. You are not their first priority: give at least one "
        "work day."
    ),
    TemplateProblem.LEAD_OUT_OF_RANGE: gettext_lazy(
        "“%(item)s” gives 0 to %(most_lead)s work days."
    ),
    TemplateProblem.MINUTES_MISSING: gettext_lazy(
        "“%(item)s” does not say how many minutes it takes. People need to find the time."
    ),
    TemplateProblem.MINUTES_OUT_OF_RANGE: gettext_lazy(
        "“%(item)s” takes 0 to %(most_minutes)s minutes."
    ),
    TemplateProblem.CHOICES_TOO_FEW: gettext_lazy(
        "“%(item)s” offers fewer than two answers. A choice needs two."
    ),
    TemplateProblem.CHOICES_TOO_MANY: gettext_lazy(
        "“%(item)s” offers more than %(most_choices)s answers. Ask for a value instead."
    ),
    TemplateProblem.CHOICES_NOT_ASKED: gettext_lazy(
        "“%(item)s” offers answers, but is no choice. Make it one, or remove the answers."
    ),
    TemplateProblem.CHOICE_KEY_WRONG: gettext_lazy(
        "The short name “%(other)s” of an answer of “%(item)s” has other signs than small letters, "
        "figures and hyphens."
    ),
    TemplateProblem.CHOICE_TWICE: gettext_lazy(
        "“%(item)s” offers the answer “%(other)s” twice. Remove one."
    ),
    TemplateProblem.CHOICE_UNTITLED: gettext_lazy(
        "The answer “%(other)s” of “%(item)s” needs a title."
    ),
    TemplateProblem.FILE_KINDS_MISSING: gettext_lazy(
        "“%(item)s” does not say which kinds of file are accepted. Choose at least one."
    ),
    TemplateProblem.FILE_KINDS_NOT_ASKED: gettext_lazy(
        "“%(item)s” names kinds of file, but asks for no file. Make it a file or an export, or "
        "choose none."
    ),
    TemplateProblem.MEASURE_MISSING: gettext_lazy(
        "“%(item)s” does not say what shows that the milestone is reached. Choose a measure."
    ),
    TemplateProblem.MEASURE_NOT_ASKED: gettext_lazy(
        "“%(item)s” is measured, but is no milestone. Make it one, or choose no measure."
    ),
    TemplateProblem.MILESTONE_TOO_EARLY: gettext_lazy(
        "“%(item)s” is measured in set %(set)s, where nobody has the product yet. Move it to set 3 "
        "or later."
    ),
    TemplateProblem.AFTER_ITSELF: gettext_lazy("“%(item)s” waits for itself."),
    TemplateProblem.AFTER_UNKNOWN: gettext_lazy(
        "“%(item)s” waits for “%(other)s”, which is not in the checklist."
    ),
    TemplateProblem.AFTER_OTHER_SET: gettext_lazy(
        "“%(item)s” waits for “%(other)s” of another set. The gate between sets says that already: "
        "items wait only within their own set."
    ),
    TemplateProblem.AFTER_LATER: gettext_lazy(
        "“%(item)s” waits for “%(other)s”, which stands below it. Move it down."
    ),
    TemplateProblem.AFTER_OPTIONAL: gettext_lazy(
        "“%(item)s” is required, but waits for “%(other)s”, which is not. Make both required, or "
        "let it not wait."
    ),
    TemplateProblem.AFTER_CIRCLE: gettext_lazy(
        "“%(item)s” and “%(other)s” wait for each other, so neither could begin."
    ),
}


def template_problem_words(found: FoundInTemplate, spec: EditionSpec) -> str:
    """What is the matter, where, and what is expected: one sentence that says how to repair it."""
    if found.problem in _ABOUT_WHOLE:
        told = _ABOUT_WHOLE[found.problem]
    elif found.item or found.problem not in {*_ABOUT_SET, TemplateProblem.LANGUAGE_UNKNOWN}:
        told = _ABOUT_ITEM[found.problem]
    elif found.problem is TemplateProblem.LANGUAGE_UNKNOWN:
        told = gettext_lazy(
            "The gate of set %(set)s has words in “%(other)s”. The languages are en and es."
        )
    else:
        told = _ABOUT_SET[found.problem]
    return str(told) % {
        "set": int(found.set_number or 0),
        "set_name": SETS[found.set_number] if found.set_number else "",
        "item": titled_or_key(spec, found.item),
        "key": found.item,
        "other": titled_or_key(spec, found.other),
        "most_items": MOST_ITEMS,
        "most_lead": MOST_LEAD_DAYS,
        "most_minutes": number_words(MOST_MINUTES),
        "most_choices": MOST_CHOICES,
        "longest_title": LONGEST_TITLE,
        "longest_text": number_words(LONGEST_TEXT),
    }


def titled_or_key(spec: EditionSpec, key: str) -> str:
    """What that item is called; its key where it is not there."""
    item = spec.item_with_key(key)
    return item_title(item) if item is not None else key

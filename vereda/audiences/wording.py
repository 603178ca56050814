"""What the enums of audiences are called on screen, and why a question was refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.audiences.contracts import (
    DEEPEST,
    LONGEST_VALUE,
    MOST_CHOSEN,
    MOST_ROWS,
    Cause,
    ChangeKind,
    Comparison,
    SendingState,
    Way,
)
from vereda.audiences.rules.questions import Flaw, QuestionFlaw, Where
from vereda.foundation.criteria import About

Word = TypeVar("Word", bound=StrEnum)

ABOUT: dict[About, Promise] = {
    About.ACCOUNTS: _("Accounts"),
    About.PEOPLE: _("People"),
}

WAYS: dict[Way, Promise] = {
    Way.RULE: _("By the question"),
    Way.HAND: _("Added by hand"),
    Way.HELD_OUT: _("Held out by hand"),
}

KINDS: dict[ChangeKind, Promise] = {
    ChangeKind.ENTERED: pgettext_lazy("an audience", "Entered"),
    ChangeKind.LEFT: pgettext_lazy("an audience", "Left"),
}

CAUSES: dict[Cause, Promise] = {
    Cause.QUESTION: _("The question is new or was changed"),
    Cause.NEWS: _("Something about them changed"),
    Cause.TIME: _("Days passed"),
    Cause.HAND: _("By hand"),
}

SENDINGS: dict[SendingState, Promise] = {
    SendingState.WAITING: _("Whom to ask is being found"),
    SendingState.LOOKED: _("Everybody was looked at"),
}

COMPARISONS: dict[Comparison, Promise] = {
    Comparison.IS: pgettext_lazy("comparison", "is"),
    Comparison.IS_NOT: pgettext_lazy("comparison", "is not"),
    Comparison.ANY_OF: pgettext_lazy("comparison", "is any of"),
    Comparison.NONE_OF: pgettext_lazy("comparison", "is none of"),
    Comparison.CONTAINS: pgettext_lazy("comparison", "contains"),
    Comparison.STARTS_WITH: pgettext_lazy("comparison", "starts with"),
    Comparison.AT_LEAST: pgettext_lazy("comparison", "is at least"),
    Comparison.AT_MOST: pgettext_lazy("comparison", "is at most"),
    Comparison.BEFORE: pgettext_lazy("comparison", "is before"),
    Comparison.AFTER: pgettext_lazy("comparison", "is after"),
    Comparison.IN_LAST_DAYS: pgettext_lazy("comparison", "is in the last (days)"),
    Comparison.IN_NEXT_DAYS: pgettext_lazy("comparison", "is in the next (days)"),
    Comparison.KNOWN: pgettext_lazy("comparison", "is known"),
    Comparison.UNKNOWN: pgettext_lazy("comparison", "is not known"),
}

FLAWS: dict[Flaw, Promise] = {
    Flaw.NO_GROUP: _("a group with “rules” was expected"),
    Flaw.NO_ROW: _("a row with “field”, “operator” and “value” was expected"),
    Flaw.UNKNOWN_WORD: _("this word has no meaning here"),
    Flaw.COMBINATOR: _("“and” or “or” was expected"),
    Flaw.NEGATION: _("“not” is true or false"),
    Flaw.NO_RULES: _("“rules” is a list of rows and groups"),
    Flaw.EMPTY: _("there has to be at least one row"),
    Flaw.TOO_DEEP: _("groups stand at most %(deepest)d deep"),
    Flaw.TOO_MANY_ROWS: _("a question has at most %(rows)d rows"),
    Flaw.NO_CRITERION: _("“field” names what is asked about"),
    Flaw.COMPARISON: _("there is no such comparison"),
    Flaw.NO_TEXT: _("a text or a number was expected"),
    Flaw.TOO_LONG: _("a value has at most %(longest)d characters"),
    Flaw.TOO_MANY_VALUES: _(
        "one value was expected, or at most %(chosen)d where several may be chosen"
    ),
    Flaw.NEEDLESS_VALUE: _("this comparison takes no value"),
    Flaw.PARAMETERS: _("“parameters” holds a few names with their values"),
}

LIMITS = {
    "deepest": DEEPEST,
    "rows": MOST_ROWS,
    "longest": LONGEST_VALUE,
    "chosen": MOST_CHOSEN,
}


def labelled(labels: Mapping[Word, Promise]) -> list[tuple[str, Promise]]:
    """The labels as the choices of a model or form field, in their order."""
    return [(str(value), label) for value, label in labels.items()]


def place_words(where: Where) -> str:
    """Where in a question: "Row 2", "Row 2.1" inside the second, or the question itself."""
    if not where:
        return _now("The question")
    return _now("Row %s") % ".".join(map(str, where))


def flaw_words(flaw: QuestionFlaw) -> str:
    """The sentence for what is no question: where, what was found, what was expected."""
    what = str(FLAWS[flaw.flaw]) % LIMITS
    said = {"where": place_words(flaw.where), "found": flaw.found, "what": what}
    if flaw.found:
        return _now("%(where)s: “%(found)s”: %(what)s.") % said
    return _now("%(where)s: %(what)s.") % said

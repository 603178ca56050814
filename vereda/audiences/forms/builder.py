"""The builder: a question as rows of plain words, read from a form and shown in one.

A place is written 2-1: the first row of the group that stands second. The hidden field `place`
names every row and group that the page showed, in their order; what was sent for each has its
place in its name. So the whole tree travels in a plain form, and every button works without
JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from vereda.audiences.contracts import DEEPEST, MOST_ROWS, Combinator, Comparison, Group, Row
from vereda.audiences.queries.asking import IN_DAYS, Vocabulary
from vereda.audiences.rules.editing import NEW_QUESTION, with_group, with_row, without
from vereda.audiences.rules.questions import SEVERAL, Where
from vereda.audiences.wording import COMPARISONS, place_words
from vereda.foundation.criteria import VALUELESS, Criterion, Parameter, ValueKind
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from django.http import QueryDict

MOST_PLACES: Final = 200
JOINS: Final = {
    "all": (Combinator.AND, False),
    "any": (Combinator.OR, False),
    "not_all": (Combinator.AND, True),
    "none": (Combinator.OR, True),
}
_PLACE: Final = re.compile(r"[1-9][0-9]{0,2}(-[1-9][0-9]{0,2}){0,2}")
_BUTTON: Final = re.compile(r"(row|group|remove):([0-9-]{0,11})")


# --- Reading ------------------------------------------------------------------------------


def question_sent(sent: QueryDict, vocabulary: Vocabulary) -> Group:
    """The question as it stands in the form, empty rows included."""
    places = [where_in(text) for text in sent.getlist("place")[:MOST_PLACES]]
    known = [place for place in places if place]
    return _Sent(sent, vocabulary, known).group(()) if known else NEW_QUESTION


def after_button(question: Group, button: str) -> Group:
    """The question after "add a row", "add a group" or "remove" was pressed somewhere in it."""
    pressed = _BUTTON.fullmatch(button)
    if pressed is None:
        return question
    verb, place = pressed[1], where_in(pressed[2])
    match verb:
        case "row":
            return with_row(question, inside=place)
        case "group":
            return with_group(question, inside=place)
    return without(question, place=place)


def where_in(text: str) -> Where:
    """The place that a form names; () for the whole question, and for what is no place."""
    return tuple(map(int, text.split("-"))) if _PLACE.fullmatch(text) else ()


class _Sent:
    """What a form says, read place by place."""

    def __init__(self, sent: QueryDict, vocabulary: Vocabulary, places: Sequence[Where]) -> None:
        self._sent = sent
        self._vocabulary = vocabulary
        self._places = places

    def group(self, above: Where) -> Group:
        """The group at that place."""
        join = self._sent.get(f"{_name(above)}join", "all")
        combinator, negated = JOINS.get(join, JOINS["all"])
        below = [place for place in self._places if place[:-1] == above]
        rules = [
            self.group(place) if f"{_name(place)}join" in self._sent else self.row(place)
            for place in below
        ]
        return Group(combinator=combinator, negated=negated, rules=tuple(rules))

    def row(self, place: Where) -> Row:
        """The row at that place."""
        name, sent = _name(place), self._sent
        criterion = sent.get(f"{name}criterion", "")[:120]
        comparison = self._comparison(criterion, sent.get(f"{name}comparison", ""))
        before = f"{name}parameter-"
        return Row(
            criterion=criterion,
            comparison=comparison,
            values=tuple(_values_sent(sent, f"{name}value", comparison)),
            parameters={
                key.removeprefix(before): text
                for key in sent
                if key.startswith(before) and (text := (sent.get(key) or "").strip())
            },
        )

    def _comparison(self, criterion: str, said: str) -> Comparison:
        """What was said; else what the criterion that was just chosen is asked by first."""
        if said in set(Comparison):
            return Comparison(said)
        known = self._vocabulary.criteria.get(criterion)
        return known.comparisons[0] if known else Comparison.IS


def _values_sent(sent: QueryDict, name: str, comparison: Comparison) -> Iterator[str]:
    if comparison in VALUELESS:
        return
    for text in sent.getlist(name):
        parts = text.split(",") if comparison in SEVERAL else [text]
        yield from (part.strip() for part in parts if part.strip())


def _name(place: Where) -> str:
    """How the fields of a row or group begin."""
    return f"at-{'-'.join(map(str, place))}-" if place else "at-0-"


# --- Showing ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownValue:
    """Something to type or choose: `input` names the kind of control."""

    name: str
    label: str
    input: str
    value: str = ""
    chosen: tuple[str, ...] = ()
    choices: list[tuple[str, str]] = field(default_factory=list)
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row of the form."""

    place: str
    name: str
    label: str
    criterion: str
    unknown: bool
    comparison: str
    comparisons: list[tuple[str, str]]
    value: ShownValue | None
    parameters: list[ShownValue]
    is_group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGroup:
    """A group of the form, with what stands in it."""

    place: str
    name: str
    label: str
    join: str
    joins: list[tuple[str, str]]
    rules: list[ShownRow | ShownGroup]
    may_have_groups: bool
    is_group: bool = True


class Builder:
    """Shows questions of one workspace about accounts, or about people."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._members: list[tuple[str, str]] | None = None

    def offered(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What can be asked, by group, each with its name and words."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for name, criterion in self._vocabulary.criteria.items():
            groups.setdefault(str(criterion.group), []).append((name, str(criterion.label)))
        return list(groups.items())

    def shown(self, question: Group) -> ShownGroup:
        """The whole question."""
        return self._group(question, place=())

    def _group(self, group: Group, *, place: Where) -> ShownGroup:
        join = next(
            word for word, meant in JOINS.items() if meant == (group.combinator, group.negated)
        )
        return ShownGroup(
            place="-".join(map(str, place)),
            name=_name(place),
            label=place_words(place),
            join=join,
            joins=[
                ("all", _("All of these hold")),
                ("any", _("At least one of these holds")),
                ("not_all", _("Not all of these hold")),
                ("none", _("None of these holds")),
            ],
            rules=[
                self._group(each, place=(*place, number))
                if isinstance(each, Group)
                else self._row(each, place=(*place, number))
                for number, each in enumerate(group.rules, 1)
            ],
            may_have_groups=len(place) + 1 < DEEPEST,
        )

    def _row(self, row: Row, *, place: Where) -> ShownRow:
        criterion = self._vocabulary.criteria.get(row.criterion)
        comparison = self._comparison(criterion, row)
        name = _name(place)
        return ShownRow(
            place="-".join(map(str, place)),
            name=name,
            label=place_words(place),
            criterion=row.criterion,
            unknown=bool(row.criterion) and criterion is None,
            comparison=comparison.value,
            comparisons=[
                (each.value, str(COMPARISONS[each]))
                for each in (criterion.comparisons if criterion else ())
            ],
            value=self._value(criterion, row, comparison, name=name) if criterion else None,
            parameters=[
                self._parameter(each, row, name=name)
                for each in (criterion.parameters if criterion else ())
            ],
        )

    def _comparison(self, criterion: Criterion | None, row: Row) -> Comparison:
        if criterion is None or row.comparison in criterion.comparisons:
            return row.comparison
        return criterion.comparisons[0]

    def _value(
        self, criterion: Criterion, row: Row, comparison: Comparison, *, name: str
    ) -> ShownValue | None:
        if comparison in VALUELESS:
            return None
        said: dict[str, Any] = {
            "name": f"{name}value",
            "label": _("Value"),
            "value": ", ".join(row.values),
            "chosen": row.values,
        }
        if comparison in IN_DAYS:
            return ShownValue(**said, input="number", hint=_("days"))
        choices = self._choices(criterion)
        if criterion.kind in {ValueKind.CHOICE, ValueKind.MEMBER}:
            several = comparison in SEVERAL
            return ShownValue(**said, input="several" if several else "choice", choices=choices)
        hint = _("separated by commas") if comparison in SEVERAL else self._hint(criterion.kind)
        return ShownValue(
            **said, input=_input_of(criterion.kind, said["value"]), choices=choices, hint=hint
        )

    def _parameter(self, parameter: Parameter, row: Row, *, name: str) -> ShownValue:
        value = row.parameters.get(parameter.name, "") or parameter.default
        is_choice = parameter.kind is ValueKind.CHOICE
        return ShownValue(
            name=f"{name}parameter-{parameter.name}",
            label=str(parameter.label),
            input="choice" if is_choice else _input_of(parameter.kind, value),
            value=value,
            chosen=(value,),
            choices=_pairs(parameter.choices),
        )

    def _choices(self, criterion: Criterion) -> list[tuple[str, str]]:
        if criterion.kind is not ValueKind.MEMBER:
            return _pairs(criterion.choices)
        if self._members is None:
            present = members_of(self._vocabulary.workspace)
            self._members = [(str(each.pk), each.name) for each in present]
        return self._members

    def _hint(self, kind: ValueKind) -> str:
        match kind:
            case ValueKind.MONEY:
                return self._vocabulary.workspace.currency
            case ValueKind.DATE:
                return _("a day, today, -30d or +90d")
            case ValueKind.ACCOUNT:
                return _("such as A-12")
        return ""


def _input_of(kind: ValueKind, value: str) -> str:
    """The control for a value; a day that is not a calendar's is typed."""
    if kind is ValueKind.DATE and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return "date"
    return "number" if kind in {ValueKind.NUMBER, ValueKind.MONEY} else "text"


def _pairs(choices: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in (choices or {}).items()]


def has_room(question: Group) -> bool:
    """May another row be added?"""
    return _count(question) < MOST_ROWS


def _count(group: Group) -> int:
    return sum(_count(each) if isinstance(each, Group) else 1 for each in group.rules)

"""The grammar of a question: what is read is a closed tree, or it is refused with the place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, TypeAlias

from vereda.audiences.contracts import (
    DEEPEST,
    LONGEST_VALUE,
    MOST_CHOSEN,
    MOST_ROWS,
    Combinator,
    Comparison,
    Group,
    Row,
)
from vereda.foundation.criteria import VALUELESS

Where: TypeAlias = tuple[int, ...]
"""The place of a row or group, counted from 1 at each depth; () is the whole question."""

SEVERAL: Final = frozenset({Comparison.ANY_OF, Comparison.NONE_OF})
_GROUP_WORDS: Final = frozenset({"combinator", "not", "rules", "id"})
_ROW_WORDS: Final = frozenset({"field", "operator", "value", "parameters", "id"})
_LONGEST_NAME: Final = 120
_MOST_PARAMETERS: Final = 6


class Flaw(StrEnum):
    """What may be wrong with the form of a question."""

    NO_GROUP = "no_group"
    NO_ROW = "no_row"
    UNKNOWN_WORD = "unknown_word"
    COMBINATOR = "combinator"
    NEGATION = "negation"
    NO_RULES = "no_rules"
    EMPTY = "empty"
    TOO_DEEP = "too_deep"
    TOO_MANY_ROWS = "too_many_rows"
    NO_CRITERION = "no_criterion"
    COMPARISON = "comparison"
    NO_TEXT = "no_text"
    TOO_LONG = "too_long"
    TOO_MANY_VALUES = "too_many_values"
    NEEDLESS_VALUE = "needless_value"
    PARAMETERS = "parameters"


class QuestionFlaw(Exception):
    """What is no question: where, what was found there, and what is wrong with it."""

    def __init__(self, flaw: Flaw, *, where: Where, found: object = "") -> None:
        super().__init__(flaw, where)
        self.flaw = flaw
        self.where = where
        self.found = str(found)[:60]


def question_in(content: object) -> Group:
    """The question that decoded JSON or TOML holds, or `QuestionFlaw`."""
    group = _group_in(content, where=())
    rows = sum(1 for _ in question_rows(group))
    if rows > MOST_ROWS:
        raise QuestionFlaw(Flaw.TOO_MANY_ROWS, where=(), found=rows)
    return group


def question_content(group: Group) -> dict[str, Any]:
    """The question as JSON holds it; `question_in` reads it back."""
    return {
        "combinator": group.combinator.value,
        "not": group.negated,
        "rules": [
            question_content(each) if isinstance(each, Group) else _row_content(each)
            for each in group.rules
        ],
    }


def question_rows(group: Group, *, above: Where = ()) -> Iterator[tuple[Where, Row]]:
    """Every row with its place, in the order it is read."""
    for place, each in enumerate(group.rules, 1):
        if isinstance(each, Group):
            yield from question_rows(each, above=(*above, place))
        else:
            yield (*above, place), each


def holds(group: Group, *, met: Mapping[Where, bool], above: Where = ()) -> bool:
    """Is the question true where each row is met or not as `met` says?"""
    answers = [
        holds(each, met=met, above=(*above, place))
        if isinstance(each, Group)
        else met[(*above, place)]
        for place, each in enumerate(group.rules, 1)
    ]
    joined = all(answers) if group.combinator is Combinator.AND else any(answers)
    return joined is not group.negated


def names_in(content: object) -> Iterator[str]:
    """The criteria that stored JSON names, whether it can still be asked or not."""
    if not isinstance(content, dict):
        return
    if isinstance(content.get("field"), str):
        yield content["field"]
    for each in content.get("rules", ()):
        yield from names_in(each)


# --- Reading ----------------------------------------------------------------------------


def _group_in(content: object, *, where: Where) -> Group:
    if not isinstance(content, dict) or "rules" not in content:
        raise QuestionFlaw(Flaw.NO_GROUP, where=where, found=_kind_of(content))
    if len(where) >= DEEPEST:
        raise QuestionFlaw(Flaw.TOO_DEEP, where=where)
    _only(content, _GROUP_WORDS, where=where)
    negated = content.get("not", False)
    if not isinstance(negated, bool):
        raise QuestionFlaw(Flaw.NEGATION, where=where, found=negated)
    return Group(
        combinator=_combinator_in(content.get("combinator", "and"), where=where),
        negated=negated,
        rules=_rules_in(content["rules"], where=where),
    )


def _combinator_in(content: object, *, where: Where) -> Combinator:
    if not isinstance(content, str) or content not in set(Combinator):
        raise QuestionFlaw(Flaw.COMBINATOR, where=where, found=content)
    return Combinator(content)


def _rules_in(content: object, *, where: Where) -> tuple[Row | Group, ...]:
    if not isinstance(content, list):
        raise QuestionFlaw(Flaw.NO_RULES, where=where, found=_kind_of(content))
    if not content:
        raise QuestionFlaw(Flaw.EMPTY, where=where)
    if len(content) > MOST_ROWS:
        raise QuestionFlaw(Flaw.TOO_MANY_ROWS, where=where, found=len(content))
    return tuple(_rule_in(each, where=(*where, place)) for place, each in enumerate(content, 1))


def _rule_in(content: object, *, where: Where) -> Row | Group:
    if isinstance(content, dict) and "rules" in content:
        return _group_in(content, where=where)
    return _row_in(content, where=where)


def _row_in(content: object, *, where: Where) -> Row:
    if not isinstance(content, dict):
        raise QuestionFlaw(Flaw.NO_ROW, where=where, found=_kind_of(content))
    _only(content, _ROW_WORDS, where=where)
    name, operator = content.get("field"), content.get("operator")
    if not isinstance(name, str) or not 1 <= len(name) <= _LONGEST_NAME or "\x00" in name:
        raise QuestionFlaw(Flaw.NO_CRITERION, where=where, found=name)
    if not isinstance(operator, str) or operator not in set(Comparison):
        raise QuestionFlaw(Flaw.COMPARISON, where=where, found=operator)
    comparison = Comparison(operator)
    return Row(
        criterion=name,
        comparison=comparison,
        values=_values_in(content.get("value", ""), comparison=comparison, where=where),
        parameters=_parameters_in(content.get("parameters", {}), where=where),
    )


def _values_in(content: object, *, comparison: Comparison, where: Where) -> tuple[str, ...]:
    several = content if isinstance(content, list) else [content]
    values = tuple(_text_in(each, where=where) for each in several)
    if comparison in VALUELESS:
        if any(values):
            raise QuestionFlaw(Flaw.NEEDLESS_VALUE, where=where, found=values[0])
        return ()
    if len(values) > (MOST_CHOSEN if comparison in SEVERAL else 1):
        raise QuestionFlaw(Flaw.TOO_MANY_VALUES, where=where, found=len(values))
    return values


def _parameters_in(content: object, *, where: Where) -> dict[str, str]:
    if not isinstance(content, dict) or len(content) > _MOST_PARAMETERS:
        raise QuestionFlaw(Flaw.PARAMETERS, where=where, found=_kind_of(content))
    return {
        _text_in(name, where=where): _text_in(value, where=where) for name, value in content.items()
    }


def _text_in(content: object, *, where: Where) -> str:
    """Text as it is typed; a number or a day in a file is written as it would be typed."""
    if isinstance(content, bool) or not isinstance(content, str | int | float):
        isoformat = getattr(content, "isoformat", None)
        if isoformat is None:
            raise QuestionFlaw(Flaw.NO_TEXT, where=where, found=_kind_of(content))
        content = isoformat()
    text = str(content)
    if "\x00" in text or any("\ud800" <= mark <= "\udfff" for mark in text):
        raise QuestionFlaw(Flaw.NO_TEXT, where=where)
    if len(text) > LONGEST_VALUE:
        raise QuestionFlaw(Flaw.TOO_LONG, where=where, found=text)
    return text.strip()


def _only(content: Mapping[Any, Any], words: frozenset[str], *, where: Where) -> None:
    unknown = [word for word in content if word not in words]
    if unknown:
        raise QuestionFlaw(Flaw.UNKNOWN_WORD, where=where, found=unknown[0])


def _kind_of(content: object) -> str:
    return "" if content is None else type(content).__name__


# --- Writing ----------------------------------------------------------------------------


def _row_content(row: Row) -> dict[str, Any]:
    content: dict[str, Any] = {"field": row.criterion, "operator": row.comparison.value}
    if row.comparison not in VALUELESS:
        content["value"] = _value_content(row)
    if row.parameters:
        content["parameters"] = dict(row.parameters)
    return content


def _value_content(row: Row) -> str | Sequence[str]:
    if row.comparison in SEVERAL:
        return list(row.values)
    return row.values[0] if row.values else ""

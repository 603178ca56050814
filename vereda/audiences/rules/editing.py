"""What the buttons of the builder do to a question: each makes a new one."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from vereda.audiences.contracts import DEEPEST, Comparison, Group, Row
from vereda.audiences.rules.questions import Where

EMPTY_ROW = Row(criterion="", comparison=Comparison.IS)
NEW_QUESTION = Group(rules=(EMPTY_ROW,))


def with_row(group: Group, *, inside: Where) -> Group:
    """The question with an empty row at the end of the group at that place."""
    return _changed(group, inside, lambda found: _added(found, EMPTY_ROW))


def with_group(group: Group, *, inside: Where) -> Group:
    """The question with a group of one empty row there; none where groups stand too deep."""
    if len(inside) + 1 >= DEEPEST:
        return group
    return _changed(group, inside, lambda found: _added(found, NEW_QUESTION))


def without(group: Group, *, place: Where) -> Group:
    """The question without the row or group at that place; the whole stays a group."""
    if not place:
        return NEW_QUESTION
    last = place[-1] - 1
    return _changed(
        group,
        place[:-1],
        lambda found: msgspec.structs.replace(
            found, rules=found.rules[:last] + found.rules[last + 1 :]
        ),
    )


def without_empty_rows(group: Group) -> Group:
    """The question without rows where nothing was chosen, and without groups that held no others.

    What is left may hold no rows at all.
    """
    kept: list[Row | Group] = []
    for each in group.rules:
        if isinstance(each, Group):
            rest = without_empty_rows(each)
            if rest.rules:
                kept.append(rest)
        elif each.criterion:
            kept.append(each)
    return msgspec.structs.replace(group, rules=tuple(kept))


def _added(group: Group, rule: Row | Group) -> Group:
    return msgspec.structs.replace(group, rules=(*group.rules, rule))


def _changed(group: Group, where: Where, change: Callable[[Group], Group]) -> Group:
    """The question in which the group at that place became another; unchanged if there is none."""
    if not where:
        return change(group)
    place, *below = where
    found = group.rules[place - 1] if 0 < place <= len(group.rules) else None
    if not isinstance(found, Group):
        return group
    inner = _changed(found, tuple(below), change)
    rules = (*group.rules[: place - 1], inner, *group.rules[place:])
    return msgspec.structs.replace(group, rules=rules)

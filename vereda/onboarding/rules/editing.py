"""What is done to a draft, and what differs between two editions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from vereda.onboarding.contracts.templates import (
    Breadth,
    EditionSpec,
    GateSpec,
    ItemChoice,
    ItemSpec,
    SetNumber,
    Words,
)

UP: Final = -1
DOWN: Final = 1
LONGEST_BASE: Final = 55


def tidied(spec: EditionSpec) -> EditionSpec:
    """The same with its items by set, its gates by set, and without empty texts."""
    gates = [
        GateSpec(
            set_number=gate.set_number,
            labels=_said(gate.labels),
            unlocks=_said(gate.unlocks),
        )
        for gate in spec.gates
    ]
    return EditionSpec(
        breadth=spec.breadth,
        gates=tuple(
            gate
            for gate in sorted(gates, key=lambda each: each.set_number)
            if gate.labels or gate.unlocks
        ),
        items=tuple(
            sorted((tidied_item(item) for item in spec.items), key=lambda each: each.set_number)
        ),
    )


def tidied_item(item: ItemSpec) -> ItemSpec:
    """The item without empty texts and without waiting twice for the same."""
    return msgspec.structs.replace(
        item,
        titles=_said(item.titles),
        wanted=_said(item.wanted),
        example=_said(item.example),
        who=_said(item.who),
        choices=tuple(
            ItemChoice(key=choice.key, titles=_said(choice.titles)) for choice in item.choices
        ),
        file_kinds=tuple(dict.fromkeys(item.file_kinds)),
        after=tuple(dict.fromkeys(item.after)),
    )


def _said(words: Words) -> Words:
    return {language: text.strip() for language, text in words.items() if text.strip()}


def with_item(spec: EditionSpec, item: ItemSpec, *, instead_of: str = "") -> EditionSpec:
    """The item in the place of the one with that key, else at the end of its set.

    Whoever waited for the old key waits for the new one; whoever is in another set now waits no
    more.
    """
    items = [
        item if each.key == instead_of else _waiting_for(each, instead_of, item.key)
        for each in spec.items
    ]
    if not any(each.key == instead_of for each in spec.items):
        items.append(item)
    old = spec.item_with_key(instead_of)
    if old is not None and old.set_number is not item.set_number:
        items = [each for each in items if each is not item] + [item]
    return _untangled(msgspec.structs.replace(spec, items=tuple(items)))


def without_item(spec: EditionSpec, key: str) -> EditionSpec:
    """The checklist without that item; nobody waits for it any more."""
    items = tuple(_waiting_for(each, key, "") for each in spec.items if each.key != key)
    return msgspec.structs.replace(spec, items=items)


def with_moved_item(spec: EditionSpec, key: str, *, step: int) -> EditionSpec:
    """The item one place up or down within its set; at the end of the set nothing moves."""
    item = spec.item_with_key(key)
    if item is None:
        return spec
    siblings = list(spec.items_of_set(item.set_number))
    place = siblings.index(item)
    other = place + step
    if not 0 <= other < len(siblings):
        return spec
    siblings[place], siblings[other] = siblings[other], siblings[place]
    rest = [each for each in spec.items if each.set_number is not item.set_number]
    return tidied(msgspec.structs.replace(spec, items=(*rest, *siblings)))


def with_gate(spec: EditionSpec, gate: GateSpec) -> EditionSpec:
    """The checklist with other words for what a set opens."""
    rest = (each for each in spec.gates if each.set_number is not gate.set_number)
    return tidied(msgspec.structs.replace(spec, gates=(*rest, gate)))


def with_breadth(spec: EditionSpec, breadth: Breadth) -> EditionSpec:
    """The checklist made longer or shorter; items of sets that it no longer has stay, and keep it
    from being published until they are moved or removed."""
    return msgspec.structs.replace(spec, breadth=breadth)


def _waiting_for(item: ItemSpec, old: str, new: str) -> ItemSpec:
    if old not in item.after or old == new:
        return item
    after = (new if key == old else key for key in item.after)
    return msgspec.structs.replace(item, after=tuple(key for key in after if key))


def _untangled(spec: EditionSpec) -> EditionSpec:
    """Nobody waits for an item of another set: the gate between them says that already."""
    sets = {item.key: item.set_number for item in spec.items}
    items = (
        msgspec.structs.replace(
            item,
            after=tuple(
                key for key in item.after if sets.get(key, item.set_number) is item.set_number
            ),
        )
        for item in spec.items
    )
    return tidied(msgspec.structs.replace(spec, items=tuple(items)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDifference:
    """An item as it was and as it is; None on the side where it is not there."""

    before: ItemSpec | None
    after: ItemSpec | None
    moved: bool = False

    @property
    def item(self) -> ItemSpec:
        """The item that it is about, as it is now if it is still there."""
        shown = self.after if self.after is not None else self.before
        if shown is None:
            raise ValueError("a difference needs a side")
        return shown

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields whose values differ; none for what is new or gone."""
        if self.before is None or self.after is None:
            return ()
        return tuple(
            name
            for name in ItemSpec.__struct_fields__
            if getattr(self.before, name) != getattr(self.after, name)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDifference:
    """What differs between two editions."""

    items: tuple[ItemDifference, ...]
    gates: tuple[SetNumber, ...]
    breadth: bool

    def __bool__(self) -> bool:
        return bool(self.items) or bool(self.gates) or self.breadth


def template_difference(before: EditionSpec, after: EditionSpec) -> TemplateDifference:
    """What was added, changed, moved and taken out; an item is known by its key."""
    old = {item.key: item for item in before.items}
    new = {item.key: item for item in after.items}
    moved = _moved_keys(before, after)
    differences = [
        ItemDifference(before=old.get(key), after=new.get(key), moved=key in moved)
        for key in [*new, *(key for key in old if key not in new)]
        if old.get(key) != new.get(key) or key in moved
    ]
    gates = [
        number for number in SetNumber if before.gate_of_set(number) != after.gate_of_set(number)
    ]
    return TemplateDifference(
        items=tuple(differences), gates=tuple(gates), breadth=before.breadth != after.breadth
    )


def _moved_keys(before: EditionSpec, after: EditionSpec) -> set[str]:
    """Items whose place among those that stayed in the same set is another."""
    moved: set[str] = set()
    for number in SetNumber:
        old = [item.key for item in before.items_of_set(number)]
        new = [item.key for item in after.items_of_set(number)]
        stayed_before = [key for key in old if key in new]
        stayed_after = [key for key in new if key in old]
        moved |= {key for key, was in zip(stayed_after, stayed_before, strict=True) if key != was}
    return moved


def spare_key(spec: EditionSpec, wanted: str) -> str:
    """A short name that no item bears yet: the one that is wanted, else with a number."""
    taken = {item.key for item in spec.items}
    numbered = (f"{wanted[:LONGEST_BASE]}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(key for key in numbered if key not in taken)

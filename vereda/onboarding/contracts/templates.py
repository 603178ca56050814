"""What a template is made of: six ordered sets, their gates, their items."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final

import msgspec

from vereda.foundation.errors import Conflict, Refused

LANGUAGES: Final = ("en", "es")
"""The languages that wording is kept in; the first is what is shown where another is missing."""

Words = dict[str, str]
"""The same text by language: {"en": "…", "es": "…"}. Read it with `words_for_reader`."""


class SetNumber(IntEnum):
    """The six sets, in the order in which a customer goes through them."""

    NEEDS = 1
    START = 2
    FIRST_CONTACT = 3
    ADOPTION = 4
    ENGAGEMENT = 5
    SUCCESS = 6


class Breadth(StrEnum):
    """How far a checklist goes: until the product is in their hands, or until it has helped."""

    STANDARD = "standard"
    ADVANCED = "advanced"

    @property
    def sets(self) -> tuple[SetNumber, ...]:
        """The sets that it has: standard 1 to 3, advanced 1 to 6."""
        last = SetNumber.FIRST_CONTACT if self is Breadth.STANDARD else SetNumber.SUCCESS
        return tuple(each for each in SetNumber if each <= last)


class ItemKind(StrEnum):
    """What kind of thing an item asks for, and so how it is given and checked."""

    VALUE = "value"
    CHOICE = "choice"
    FILE = "file"
    EXPORT = "export"
    APPROVAL = "approval"
    MEETING = "meeting"
    TRAINING = "training"
    TASK = "task"
    MILESTONE = "milestone"


GIVEN_KINDS: Final = frozenset(
    {ItemKind.VALUE, ItemKind.CHOICE, ItemKind.FILE, ItemKind.EXPORT, ItemKind.APPROVAL}
)
"""Deliverables: each says exactly what is wanted, and gives time to prepare it."""


class Party(StrEnum):
    """Whose turn it is to do an item."""

    US = "us"
    THEM = "them"
    THIRD_PARTY = "third_party"


class FileKind(StrEnum):
    """What a file may be."""

    PDF = "pdf"
    IMAGE = "image"
    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"
    TEXT = "text"


class MilestoneMeasure(StrEnum):
    """What shows that a milestone is reached; nobody types it."""

    FIRST_USE = "first_use"
    FIRST_USE_COMPLETED = "first_use_completed"
    REGULAR_USE = "regular_use"
    BENEFIT_VERIFIED = "benefit_verified"
    SMILE = "smile"


class ItemChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the answers that a choice offers; `key` is what is stored."""

    key: str
    titles: Words


class ItemSpec(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """One line of the checklist, as an edition says it and a plan copies it.

    key: a short name, unique in its edition. wanted: exactly what is wanted; example: what a good
    one looks like. lead_days: work days they get from being asked (for a milestone: within which
    it is expected). who: the role of the person who does it, at the customer or at ours. after:
    keys of items of the same set that come first. minutes: how long a meeting, a training or a task
    takes. smile: they are asked afterwards, with one tap, how it was. measure: of milestones only.
    """

    key: str
    set_number: SetNumber
    kind: ItemKind
    titles: Words
    wanted: Words = {}
    example: Words = {}
    who: Words = {}
    party: Party = Party.THEM
    lead_days: int = 0
    minutes: int = 0
    required: bool = True
    choices: tuple[ItemChoice, ...] = ()
    file_kinds: tuple[FileKind, ...] = ()
    after: tuple[str, ...] = ()
    smile: bool = False
    measure: MilestoneMeasure | None = None


class GateSpec(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What opens when everything required of a set is accepted or done: its label, and who may go
    on then."""

    set_number: SetNumber
    labels: Words = {}
    unlocks: Words = {}


class EditionSpec(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Everything that an edition says. Items stand in their order: by set, and within the set."""

    breadth: Breadth = Breadth.ADVANCED
    gates: tuple[GateSpec, ...] = ()
    items: tuple[ItemSpec, ...] = ()

    def items_of_set(self, number: SetNumber) -> tuple[ItemSpec, ...]:
        """The items of that set, in their order."""
        return tuple(item for item in self.items if item.set_number is number)

    def gate_of_set(self, number: SetNumber) -> GateSpec:
        """What that set opens; without words of its own where nobody wrote any."""
        found = (gate for gate in self.gates if gate.set_number is number)
        return next(found, GateSpec(set_number=number))

    def item_with_key(self, key: str) -> ItemSpec | None:
        """The item with that key; None where there is none."""
        return next((item for item in self.items if item.key == key), None)


def words_for_reader(words: Mapping[str, str], language: str) -> str:
    """The text in that language, else in the first language that has it, else nothing."""
    wanted = (language.split("-")[0], *LANGUAGES, *words)
    return next((words[each] for each in wanted if words.get(each)), "")


class WrongTemplate(Refused):
    """This is no template that customers can be led by; says where, what, and what is expected."""


class TemplateNameTaken(Conflict):
    """Another template in use bears the name."""


class TemplateDraftChanged(Conflict):
    """Somebody else changed the draft since it was read."""


class ItemKeyTaken(Conflict):
    """Another item of the draft bears the short name."""


class NothingToPublish(Conflict):
    """There is no draft, or it says what is published already."""

"""Where each kind of record belongs: why it is held, and for how long.

Records come from every capability by their code words; the register of personal fields says of each
field of a table why it is stored. Here the two meet, so that a person can read what is held about
them by purpose.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from vereda.foundation.personal_data import Personal, Purpose, Record, Retention


@dataclass(frozen=True, slots=True)
class PersonalField:
    """A field that says something about people: the table's label, its name, why, for how long."""

    model: str
    field: str
    personal: Personal


@dataclass(frozen=True, slots=True)
class Holding:
    """Where records of a kind are, why, and how long; a field of the table may say otherwise."""

    table: str
    purpose: Purpose
    retention: Retention


def _in(table: str, purpose: Purpose, retention: Retention) -> Holding:
    return Holding(table, purpose, retention)


SERVICE, USE, LETTERS = Purpose.SERVICE, Purpose.PRODUCT_USAGE, Purpose.MESSAGES
RELATION, SECURITY = Purpose.RELATIONSHIP, Purpose.SECURITY
PERSON, ACCOUNT, IMPORT = Retention.WITH_PERSON, Retention.WITH_ACCOUNT, Retention.WITH_IMPORT
NOTES = _in("customers.note", RELATION, ACCOUNT)
EVENTS = _in("events", USE, Retention.WITH_EVENTS)

HOLDINGS: Final[Mapping[str, Holding]] = {
    "profile": _in("customers.person", SERVICE, PERSON),
    "membership": _in("customers.membership", RELATION, PERSON),
    "relationship": _in("customers.relationship", RELATION, PERSON),
    "note": NOTES,
    "call": NOTES,
    "meeting": NOTES,
    "mail": NOTES,
    "consent": _in("privacy.consent", SERVICE, PERSON),
    "refusal": _in("privacy.consent", SERVICE, PERSON),
    "request": _in("privacy.datarequest", SERVICE, PERSON),
    "ticket": _in("support.ticket", SERVICE, ACCOUNT),
    "track": EVENTS,
    "identify": EVENTS,
    "group": EVENTS,
    "page": EVENTS,
    "screen": EVENTS,
    "alias": EVENTS,
    "import": _in("imports.importchange", SERVICE, IMPORT),
    "refused row": _in("imports.rejectedrow", SERVICE, IMPORT),
    "survey answer": _in("surveys.answer", RELATION, PERSON),
    "survey invitation": _in("surveys.surveyinvitation", LETTERS, PERSON),
    "task": _in("worklist.task", SERVICE, ACCOUNT),
    "audience": _in("audiences.inclusion", RELATION, PERSON),
    "letter to them": _in("messaging.message", LETTERS, PERSON),
    "letter from them": _in("messaging.inboundletter", SERVICE, PERSON),
    "letters they do not want": _in("messaging.preference", LETTERS, PERSON),
    "address that is not written to": _in("messaging.suppression", LETTERS, PERSON),
    "plan": _in("onboarding.planperson", SERVICE, PERSON),
    "said in a plan": _in("onboarding.planentry", SERVICE, PERSON),
    "feedback": _in("onboarding.toolfeedback", SERVICE, PERSON),
    "promised benefit": _in("outcomes.outcome", RELATION, ACCOUNT),
    "measurement of a benefit": _in("outcomes.measurement", RELATION, ACCOUNT),
    "word about a benefit": _in("outcomes.verdict", RELATION, ACCOUNT),
    "expectation": _in("outcomes.expectation", RELATION, ACCOUNT),
    "visit to the portal": _in("portal.portalvisit", SECURITY, Retention.NINETY_DAYS),
}
"""Of every kind of record that any capability exports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKind:
    """Records of one kind that are held for one purpose, the newest first."""

    kind: str
    retention: Retention
    records: Sequence[Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held about a person by purpose.

    left_out: how many records stand with accounts that the reader does not know. is_whole: whether
    everything was read, or only the newest.
    """

    by_purpose: Mapping[Purpose, Sequence[HeldKind]] = field(default_factory=dict)
    left_out: int = 0
    is_whole: bool = True


def sorted_by_purpose(
    records: Iterable[Record],
    *,
    fields: Iterable[PersonalField],
    left_out: int = 0,
    is_whole: bool = True,
) -> Held:
    """The records by why they are held; one whose values are held for several purposes stands in
    each of them, with those values."""
    why = {(each.model, each.field): each.personal.purpose for each in fields}
    found: dict[Purpose, dict[str, list[Record]]] = defaultdict(dict)
    for record in records:
        for purpose, part in _parts(record, why):
            found[purpose].setdefault(record.kind, []).append(part)
    return Held(
        by_purpose={
            purpose: [
                HeldKind(kind=kind, retention=HOLDINGS[kind].retention, records=parts)
                for kind, parts in found[purpose].items()
            ]
            for purpose in Purpose
            if purpose in found
        },
        left_out=left_out,
        is_whole=is_whole,
    )


def _parts(
    record: Record, why: Mapping[tuple[str, str], Purpose]
) -> Iterable[tuple[Purpose, Record]]:
    holding = HOLDINGS[record.kind]
    values: dict[Purpose, dict[str, object]] = defaultdict(dict)
    for name, value in record.values.items():
        stored = "custom" if name.startswith("custom.") else name
        values[why.get((holding.table, stored), holding.purpose)][name] = value
    if not values:
        values[holding.purpose] = {}
    for purpose, part in values.items():
        yield purpose, replace(record, values=part)

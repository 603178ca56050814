"""What customers offer to scores: contact, people who matter, age of a stage, own numbers.

Days are counted from what happened, whenever it was written down. Who championed whom and what the
workspace's own fields held on a past day is not kept: of past days these are unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _

from vereda.customers.contracts import (
    FieldTarget,
    FieldType,
    InteractionKind,
    MoveKind,
    RelationKind,
)
from vereda.customers.models.accounts import Account, AccountMove
from vereda.customers.models.notes import Note
from vereda.customers.models.people import Membership, Relationship
from vereda.customers.queries.fields import custom_fields_of
from vereda.customers.queries.people import counts_in_scores
from vereda.foundation import clock
from vereda.foundation.criteria import one_of_many
from vereda.foundation.inputs import Better, Input, InputUnit, Reading

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

CONTACT: Final = "customers.days_since_contact"
MEETING: Final = "customers.days_since_meeting"
NOTE: Final = "customers.days_since_note"
CHAMPIONS: Final = "customers.champions"
ROLES: Final = "customers.people_with_roles"
STAGE_AGE: Final = "customers.days_in_stage"
FIELD: Final = "customers.field."

TALKS: Final = (InteractionKind.CALL, InteractionKind.MEETING, InteractionKind.MAIL)
KINDS: Final = {
    CONTACT: TALKS,
    MEETING: (InteractionKind.MEETING,),
    NOTE: tuple(InteractionKind),
}

GROUP: Final = _("Contact and people")
FIELDS_GROUP: Final = _("Own fields")

Told = Mapping[UUID, Reading]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which accounts are asked about, at the end of which day."""

    workspace: Workspace
    ids: Collection[UUID]
    on: date

    @property
    def until(self) -> datetime:
        """The first moment that is too late."""
        return datetime.combine(self.on + timedelta(days=1), time.min, UTC)

    def days_since(self, moments: Iterable[tuple[UUID, datetime | None]]) -> dict[UUID, Reading]:
        """How many days ago each of these moments was."""
        return {
            account_id: Reading(float((self.on - moment.date()).days), self.on)
            for account_id, moment in moments
            if moment is not None
        }


class CustomerInputs:
    """Contact, people, stages, and the workspace's own numbers."""

    def inputs(self, workspace: Workspace) -> list[Input]:
        """Six of every workspace, then its own fields that hold numbers."""
        fields = custom_fields_of(workspace, target=FieldTarget.ACCOUNT)
        own = [
            Input(
                name=f"{FIELD}{field.slug}",
                label=field.label,
                group=FIELDS_GROUP,
                unit=InputUnit.NUMBER,
                better=Better.NEITHER,
                says=_("As it is on the account. Of past days it is not known."),
                tab="overview",
            )
            for field in fields
            if field.type == FieldType.NUMBER
        ]
        return [*_OF_EVERYBODY, *own]

    def readings(
        self,
        workspace: Workspace,
        *,
        names: Collection[str],
        account_ids: Collection[UUID],
        on: date,
    ) -> Mapping[str, Told]:
        """One query for each input asked for."""
        asked = Asked(workspace, account_ids, on)
        found: dict[str, Told] = {
            name: _days_since_talk(asked, kinds) for name, kinds in KINDS.items() if name in names
        }
        if STAGE_AGE in names:
            found[STAGE_AGE] = _days_in_stage(asked)
        if on >= clock.now().date():
            found |= _known_today(asked, names)
        return found


_OF_EVERYBODY: Final = (
    Input(
        name=CONTACT,
        label=_("Days since last contact"),
        group=GROUP,
        unit=InputUnit.DAYS,
        better=Better.LESS,
        says=_("Since the last call, meeting or mail that was written down."),
        tab="timeline",
    ),
    Input(
        name=MEETING,
        label=_("Days since last meeting"),
        group=GROUP,
        unit=InputUnit.DAYS,
        better=Better.LESS,
        says=_("Since the last meeting that was written down."),
        tab="timeline",
    ),
    Input(
        name=NOTE,
        label=_("Days since last note"),
        group=GROUP,
        unit=InputUnit.DAYS,
        better=Better.LESS,
        says=_("Since anything was written down about the account."),
        tab="timeline",
    ),
    Input(
        name=CHAMPIONS,
        label=_("Champions"),
        group=GROUP,
        unit=InputUnit.PEOPLE,
        better=Better.MORE,
        says=_("People who champion us there. Of past days it is not known."),
        tab="people",
    ),
    Input(
        name=ROLES,
        label=_("People with a role"),
        group=GROUP,
        unit=InputUnit.PEOPLE,
        better=Better.MORE,
        says=_("People there of whom we know what they do. Of past days it is not known."),
        tab="people",
    ),
    Input(
        name=STAGE_AGE,
        label=_("Days in the same stage"),
        group=GROUP,
        unit=InputUnit.DAYS,
        better=Better.NEITHER,
        says=_("Since the account came into the stage it is in."),
        tab="timeline",
    ),
)


def _days_since_talk(asked: Asked, kinds: Collection[InteractionKind]) -> dict[UUID, Reading]:
    """Accounts of which nothing was ever written down are left out."""
    rows = Note.objects.of(asked.workspace).filter(
        one_of_many(asked.ids, column="account"), happened_at__lt=asked.until, kind__in=kinds
    )
    return asked.days_since(rows.values_list("account").annotate(Max("happened_at")).order_by())


def _days_in_stage(asked: Asked) -> dict[UUID, Reading]:
    """Since the last move of that day; since it was created where it never moved."""
    accounts = Account.objects.of(asked.workspace).filter(one_of_many(asked.ids))
    accounts = accounts.filter(created_at__lt=asked.until)
    moves = AccountMove.objects.of(asked.workspace).filter(
        one_of_many(asked.ids, column="account"), kind=MoveKind.STAGE, moved_at__lt=asked.until
    )
    moved = moves.values_list("account").annotate(Max("moved_at")).order_by()
    return asked.days_since(accounts.values_list("pk", "created_at")) | asked.days_since(moved)


def _known_today(asked: Asked, names: Collection[str]) -> dict[str, Told]:
    """What is only known as it is now."""
    found: dict[str, Told] = {}
    if CHAMPIONS in names:
        champions = Relationship.objects.of(asked.workspace).present()
        champions = champions.filter(
            one_of_many(asked.ids, column="account"),
            counts_in_scores("from_person"),
            kind=RelationKind.CHAMPION,
        )
        found[CHAMPIONS] = _counted(asked, champions.values_list("account"), of="from_person")
    if ROLES in names:
        roles = Membership.objects.of(asked.workspace).present()
        roles = roles.filter(
            one_of_many(asked.ids, column="account"), counts_in_scores("person")
        ).exclude(role="", title="")
        found[ROLES] = _counted(asked, roles.values_list("account"), of="person")
    slugs = [name.removeprefix(FIELD) for name in names if name.startswith(FIELD)]
    return {**found, **_own_numbers(asked, slugs)} if slugs else found


def _counted(asked: Asked, rows: object, *, of: str) -> dict[UUID, Reading]:
    """How many different ones each account has; none is a number too."""
    counts = dict(rows.annotate(count=Count(of, distinct=True)).order_by())  # type: ignore[attr-defined]
    return {each: Reading(float(counts.get(each, 0)), asked.on) for each in asked.ids}


def _own_numbers(asked: Asked, slugs: Collection[str]) -> Mapping[str, Told]:
    rows = Account.objects.of(asked.workspace).filter(one_of_many(asked.ids))
    found: dict[str, dict[UUID, Reading]] = {f"{FIELD}{slug}": {} for slug in slugs}
    for account_id, custom in rows.values_list("pk", "custom"):
        for slug in slugs:
            value = _number_in(custom.get(slug))
            if value is not None:
                found[f"{FIELD}{slug}"][account_id] = Reading(value, asked.on)
    return found


def _number_in(value: object) -> float | None:
    try:
        return None if value is None or isinstance(value, bool) else float(str(value))
    except ValueError:
        return None

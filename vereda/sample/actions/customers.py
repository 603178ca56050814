"""The invented customers as rows: accounts, people, what they are to each other, notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.db import transaction

from vereda.customers.actions.account_upserts import upsert_accounts
from vereda.customers.actions.fields import define_field
from vereda.customers.actions.notes import Said, write_notes
from vereda.customers.actions.people import edit_person, leave_account
from vereda.customers.actions.person_upserts import upsert_people
from vereda.customers.actions.relationships import Tie, tie_people
from vereda.customers.contracts import (
    AccountIn,
    CommercialStatus,
    FieldTarget,
    FieldType,
    InteractionKind,
    LifecycleStage,
    PersonIn,
    RelationKind,
)
from vereda.customers.queries.accounts import accounts_with_ids
from vereda.customers.queries.fields import custom_fields_by_slug
from vereda.customers.queries.people import memberships_of_people, people_with_ids
from vereda.sample.contracts import InventedAccount, InventedPerson, World
from vereda.sample.rules.labels import Labels, labels_in
from vereda.sample.rules.world import parents_first

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Member, Workspace

Row = TypeVar("Row")
CHUNK = 1_000
SOURCE = "sample"
STATUSES = {
    "trial": CommercialStatus.TRIAL,
    "customer": CommercialStatus.ACTIVE,
    "leaving": CommercialStatus.ACTIVE,
    "left": CommercialStatus.CHURNED,
}
PARTS = {
    "champion": RelationKind.CHAMPION,
    "decides": RelationKind.DECIDES,
    "signs": RelationKind.INFLUENCES,
    "blocks": RelationKind.BLOCKS,
}
BOSSES_TOLD = 6


def chunked(rows: list[Row], size: int = CHUNK) -> Iterator[list[Row]]:
    """The rows in lists of at most `size`."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, size)):
        yield chunk


def define_sample_fields(workspace: Workspace, *, by: Member) -> None:
    """The fields this company added to its accounts and people, in its language."""
    account, person = FieldTarget.ACCOUNT, FieldTarget.PERSON
    words = labels_in(workspace.language)
    define_field(
        workspace,
        target=account,
        label=words.tier,
        type=FieldType.CHOICE,
        choices=list(words.tiers.values()),
        by=by,
    )
    define_field(workspace, target=account, label=words.employees, type=FieldType.NUMBER, by=by)
    define_field(workspace, target=account, label=words.city, type=FieldType.TEXT, by=by)
    define_field(workspace, target=person, label=words.department, type=FieldType.TEXT, by=by)


def field_slugs(workspace: Workspace) -> Mapping[str, str]:
    """The slugs of the sample's fields by their labels."""
    targets = (FieldTarget.ACCOUNT, FieldTarget.PERSON)
    fields = [custom_fields_by_slug(workspace, target=target) for target in targets]
    return {field.label: slug for known in fields for slug, field in known.items()}


def store_sample_accounts(
    workspace: Workspace, *, world: World, by: Member, now: datetime
) -> Mapping[str, UUID]:
    """Every account, parents before their daughters; answers ids by external id."""
    accounts = parents_first(world)
    words, slugs = labels_in(workspace.language), field_slugs(workspace)
    rows = [_account_row(account, words=words, slugs=slugs) for account in accounts]
    result = upsert_accounts(workspace, rows, source=SOURCE, by=by, now=now)
    return _ids([account.company.external_id for account in accounts], result.ids)


def _account_row(account: InventedAccount, *, words: Labels, slugs: Mapping[str, str]) -> AccountIn:
    company = account.company
    return AccountIn(
        external_id=company.external_id,
        name=company.name,
        domain=company.domain,
        website=f"https://{company.domain}",
        parent_external_id=company.parent_external_id,
        owner_email=company.owner_email,
        stage=LifecycleStage(account.stage),
        status=STATUSES[account.status],
        industry=words.industries[company.industry],
        country=company.country,
        next_step=account.next_step,
        tags=tuple(words.tags[tag] for tag in account.tags),
        custom={
            slugs[words.tier]: words.tiers[company.tier],
            slugs[words.employees]: str(company.employees),
            slugs[words.city]: company.city,
        },
        created_on=company.signed_up_on,
    )


def _ids(external_ids: list[str], ids: tuple[UUID | None, ...]) -> dict[str, UUID]:
    """Ids by external id; a refused row of our own invention is a mistake of ours."""
    stored = {key: row_id for key, row_id in zip(external_ids, ids, strict=True) if row_id}
    if len(stored) != len(external_ids):
        missing = next(key for key in external_ids if key not in stored)
        raise AssertionError(f"the sample's own row {missing} was refused")
    return stored


def store_sample_people(
    workspace: Workspace, *, world: World, by: Member, now: datetime
) -> Mapping[str, UUID]:
    """Everybody, in their accounts; answers ids by external id."""
    ids: dict[str, UUID] = {}
    words, slugs = labels_in(workspace.language), field_slugs(workspace)
    for chunk in chunked([person for account in world.accounts for person in account.people]):
        result = upsert_people(
            workspace,
            [_person_row(p, words=words, slugs=slugs) for p in chunk],
            source=SOURCE,
            by=by,
            now=now,
        )
        ids |= _ids([person.external_id for person in chunk], result.ids)
    return ids


def _person_row(person: InventedPerson, *, words: Labels, slugs: Mapping[str, str]) -> PersonIn:
    return PersonIn(
        external_id=person.external_id,
        email=person.email,
        name=person.name,
        account_external_ids=(person.account_external_id,),
        title=person.role,
        role=person.role,
        language=person.language,
        time_zone=person.time_zone,
        phone=person.phone,
        custom={slugs[words.department]: words.departments[person.department]},
        created_on=person.joined_on,
    )


@transaction.atomic
def relate_sample_people(
    workspace: Workspace,
    *,
    account: InventedAccount,
    account_ids: Mapping[str, UUID],
    person_ids: Mapping[str, UUID],
    by: Member,
) -> None:
    """Who is champion, decides, blocks and reports to whom; motivations; who has left."""
    row = accounts_with_ids(workspace, [account_ids[account.company.external_id]])
    (stored,) = row.values()
    rows = people_with_ids(workspace, [person_ids[p.external_id] for p in account.people])
    people = {p.external_id: rows[person_ids[p.external_id]] for p in account.people}
    tie_people(stored, list(_ties(account, people)), by=by)
    for person in account.people:
        if person.part and person.motivation:
            edit_person(people[person.external_id], motivations=person.motivation, by=by)
    _end_memberships(workspace, account=account, people=people, by=by)


def _ties(account: InventedAccount, people: Mapping[str, Person]) -> Iterator[Tie]:
    for position, person in enumerate(account.people):
        row = people[person.external_id]
        if person.part:
            yield Tie(person=row, kind=PARTS[person.part], since_on=person.joined_on)
        if person.reports_to and position < BOSSES_TOLD:
            yield Tie(person=row, kind=RelationKind.REPORTS_TO, to=people[person.reports_to])


def _end_memberships(
    workspace: Workspace, *, account: InventedAccount, people: Mapping[str, Person], by: Member
) -> None:
    left = {p.external_id: p.left_on for p in account.people if p.left_on}
    held = memberships_of_people(workspace, [people[key].pk for key in left])
    for key, until_on in left.items():
        (membership,) = held[people[key].pk]
        leave_account(membership, until_on=_not_before(membership.since_on, until_on), by=by)


def _not_before(since_on: date | None, until_on: date) -> date:
    return max(since_on, until_on) if since_on else until_on


@transaction.atomic
def write_sample_notes(
    workspace: Workspace,
    *,
    account: InventedAccount,
    account_ids: Mapping[str, UUID],
    person_ids: Mapping[str, UUID],
    members: Mapping[str, Member],
) -> None:
    """What members wrote down about one account, each in their own name."""
    row = accounts_with_ids(workspace, [account_ids[account.company.external_id]])
    (stored,) = row.values()
    wanted = {key for note in account.conversations for key in note.person_external_ids}
    people = people_with_ids(workspace, [person_ids[key] for key in wanted])
    said = [
        Said(
            by=members[note.author_email],
            body=note.body,
            kind=InteractionKind(note.kind),
            subject=note.title,
            happened_at=note.happened_at,
            participants=[people[person_ids[key]] for key in note.person_external_ids],
        )
        for note in account.conversations
    ]
    write_notes(stored, said=said)

"""Asking what people allowed, what is known about them, and which fields hold it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import get_language, override

from vereda.customers.contracts import FieldTarget
from vereda.customers.queries.fields import custom_fields_by_slug
from vereda.customers.queries.people import person_keys_of, person_keys_of_all
from vereda.foundation.personal_data import Personal, PersonalData, PersonRef, Record
from vereda.foundation.scoping import found
from vereda.privacy.contracts import ConsentPurpose, TrackingRule
from vereda.privacy.holdings import Held, HeldKind, PersonalField, sorted_by_purpose
from vereda.privacy.models import (
    Consent,
    ConsentRows,
    DataRequest,
    DataRequestRows,
    PrivacySetting,
)
from vereda.privacy.rules import may_be_tracked
from vereda.privacy.telling import ToldRecord, record_words, told_records, words_used

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace

MOST_READ: Final = 2_000
"""So many records of each capability are read to show somebody what is held about them."""


# --- Consent ------------------------------------------------------------------


def consents_of(person: Person) -> dict[ConsentPurpose, Consent | None]:
    """The person's current answer to each purpose; None where they have said nothing."""
    rows = Consent.objects.of(person.workspace_id).current().filter(person=person)
    said = {ConsentPurpose(row.purpose): row for row in rows.select_related("by__user")}
    return {purpose: said.get(purpose) for purpose in ConsentPurpose}


def consent_history(person: Person) -> ConsentRows:
    """Every answer the person ever gave, the newest first."""
    rows = Consent.objects.of(person.workspace_id).filter(person=person)
    return rows.select_related("by__user").order_by("-id")


def people_allowing(workspace: Workspace | UUID, *, purpose: ConsentPurpose) -> set[UUID]:
    """The ids of the people whose current answer is yes."""
    rows = Consent.objects.of(workspace).current().filter(purpose=purpose, refused_at=None)
    return set(rows.values_list("person_id", flat=True))


def people_refusing(workspace: Workspace | UUID, *, purpose: ConsentPurpose) -> set[UUID]:
    """The ids of the people whose current answer is no."""
    rows = Consent.objects.of(workspace).current().filter(purpose=purpose, given_at=None)
    return set(rows.values_list("person_id", flat=True))


def tracking_rule(workspace: Workspace | UUID) -> TrackingRule:
    """Whether use may be recorded of people who have said nothing."""
    row = PrivacySetting.objects.of(workspace).first()
    return TrackingRule(row.tracking) if row else TrackingRule.UNLESS_REFUSED


def privacy_revision(workspace: Workspace | UUID) -> int:
    """A number that grows whenever somebody's answer or the rule changes; one cheap query."""
    row = PrivacySetting.objects.of(workspace).values_list("revision", flat=True).first()
    return row or 0


def people_refusing_tracking(workspace: Workspace | UUID) -> frozenset[str]:
    """The external ids of the people whose answer to being recorded is no; two queries.

    For the rule `unless_refused`. Cache it beside `privacy_revision`.
    """
    refusing = people_refusing(workspace, purpose=ConsentPurpose.PRODUCT_ANALYTICS)
    keys = person_keys_of_all(workspace, refusing)
    return frozenset(key for named in keys.values() for key in named)


def people_allowing_tracking(workspace: Workspace | UUID) -> frozenset[str]:
    """The external ids of the people whose answer to being recorded is yes; two queries.

    For the rule `only_with_consent`. Cache it beside `privacy_revision`.
    """
    allowing = people_allowing(workspace, purpose=ConsentPurpose.PRODUCT_ANALYTICS)
    keys = person_keys_of_all(workspace, allowing)
    return frozenset(key for named in keys.values() for key in named)


def is_tracked(person: Person) -> bool:
    """Whether this person's use of the product may be recorded now."""
    answer = consents_of(person)[ConsentPurpose.PRODUCT_ANALYTICS]
    said_yes = None if answer is None else answer.given_at is not None
    return may_be_tracked(said_yes=said_yes, rule=tracking_rule(person.workspace_id))


# --- What is known --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownSection:
    """What one capability holds about a person."""

    title: str
    records: list[Record]


def what_is_known_about(person: Person) -> list[KnownSection]:
    """Everything every capability holds about a person, as config/wiring.py lists them."""
    whom = reference_to(person)
    return [
        KnownSection(str(provider.title), list(provider.export(whom)))
        for provider in personal_data_providers()
    ]


def copy_in_pieces(
    person: Person, *, within: Collection[UUID] | None, at: datetime
) -> Iterator[str]:
    """Everything known about the person as JSON, in the memory of a few records however many there
    are; its words are in the language in which it was asked for.

    within: the accounts that the reader may know (None: all); the rest is counted as left out.
    """
    return _pieces(person, within=within, at=at, language=get_language() or "en")


def _pieces(
    person: Person, *, within: Collection[UUID] | None, at: datetime, language: str
) -> Iterator[str]:
    whom = reference_to(person)
    left_out, used = 0, {}
    yield f'{{\n"person": {_json(person.key)},\n"exported_at": {_json(at.isoformat())},'
    yield '\n"sections": ['
    for number, provider in enumerate(personal_data_providers()):
        with override(language):
            title = str(provider.title)
        yield f'{"," if number else ""}\n{{"title": {_json(title)}, "records": ['
        separator = "\n"
        for one in provider.export(whom):
            if not may_read(one, within):
                left_out += 1
                continue
            used[one.kind, *one.values] = one
            yield f"{separator}{_json(_copied(one))}"
            separator = ",\n"
        yield "]}"
    with override(language):
        words = words_used(used.values())
    yield f'],\n"left_out": {left_out},\n"words": {_json(words)}\n}}\n'


def _copied(record: Record) -> dict[str, object]:
    return {
        "kind": record.kind,
        "at": record.at.isoformat() if record.at else None,
        "source": record.source,
        "values": dict(record.values),
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)


def may_read(record: Record, within: Collection[UUID] | None) -> bool:
    """Whether a record is of no account, or of one that the reader knows."""
    return record.account_id is None or within is None or record.account_id in within


def held_about(person: Person, *, within: Collection[UUID]) -> Held:
    """What is held about a person by purpose, for themselves to read: the newest of each kind, and
    how many there are. As many queries whoever it is."""
    whom = reference_to(person)
    records: list[Record] = []
    is_whole = True
    for provider in personal_data_providers():
        told = list(islice(provider.export(whom), MOST_READ + 1))
        is_whole = is_whole and len(told) <= MOST_READ
        records += told[:MOST_READ]
    readable = [one for one in records if may_read(one, within)]
    left_out = len(records) - len(readable)
    return sorted_by_purpose(
        readable, fields=personal_fields(), left_out=left_out, is_whole=is_whole
    )


def told_kind(
    held: HeldKind,
    *,
    labels: Mapping[str, str],
    kinds: Mapping[str, StrPromise],
    most: int,
) -> tuple[str, list[ToldRecord]]:
    """What a kind of record is called, and the newest of them in words."""
    title = kinds.get(held.kind) or record_words(held.kind)
    return str(title), told_records(held.records[:most], labels=labels, kinds=kinds)


def labels_of_person_fields(person: Person) -> Mapping[str, str]:
    """What the workspace calls the fields it added to people, by their names in records."""
    fields = custom_fields_by_slug(person.workspace_id, target=FieldTarget.PERSON)
    return {f"custom.{slug}": field.label for slug, field in fields.items()}


def reference_to(person: Person) -> PersonRef:
    """The person as providers of personal data know them."""
    return PersonRef(
        workspace_id=person.workspace_id,
        person_id=person.pk,
        external_ids=person_keys_of(person),
        email=person.email,
    )


def personal_data_providers() -> list[PersonalData]:
    """Everybody who holds data about people, the lowest capability first."""
    providers: list[PersonalData] = import_module(settings.VEREDA_WIRING).PERSONAL_DATA
    return providers


# --- Requests -------------------------------------------------------------------


def waiting_requests(workspace: Workspace | UUID) -> DataRequestRows:
    """What people asked for and nobody answered, the most urgent first."""
    rows = DataRequest.objects.of(workspace).waiting().select_related("person")
    return rows.order_by("due_on", "pk")


def requests_of(person: Person) -> DataRequestRows:
    """What a person asked for, the newest first."""
    rows = DataRequest.objects.of(person.workspace_id).filter(person=person)
    return rows.select_related("answered_by__user").order_by("-received_at", "-pk")


def data_request_with_id(workspace: Workspace | UUID, request_id: UUID) -> DataRequest:
    """The request with that id, or `Missing`."""
    return found(DataRequest.objects.of(workspace).select_related("person").filter(pk=request_id))


# --- The register of fields -------------------------------------------------------


def personal_fields() -> Iterator[PersonalField]:
    """Every field that holds personal data, read from the models themselves."""
    for model in apps.get_models():
        for name, declared in getattr(model, "personal_data", {}).items():
            if isinstance(declared, Personal):
                yield PersonalField(model._meta.label_lower, name, declared)

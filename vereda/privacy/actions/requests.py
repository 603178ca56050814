"""What a person asks for: a copy, a correction, to be forgotten, or restriction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.actions.people import restrict_person
from vereda.foundation.facts import announce
from vereda.foundation.personal_data import PersonRef
from vereda.foundation.wording import day_words
from vereda.privacy.actions.consents import hold_answers, note_privacy_change
from vereda.privacy.contracts import (
    BY_THEMSELVES,
    AlreadyAnswered,
    AskedAlready,
    DataRequestAnswered,
    DataRequested,
    PersonForgotten,
    RequestKind,
)
from vereda.privacy.models import Consent, DataRequest
from vereda.privacy.queries import (
    copy_in_pieces,
    personal_data_providers,
    reference_to,
    requests_of,
)
from vereda.privacy.remembering import ErasureList
from vereda.privacy.rules import due_on
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Member


@transaction.atomic
def open_data_request(
    person: Person,
    *,
    kind: RequestKind,
    note: str = "",
    source: str = "",
    by: Member | None,
    now: datetime,
) -> DataRequest:
    """A person asks; the answer is due in a month."""
    request: DataRequest = DataRequest.objects.of(person.workspace_id).create(
        person=person,
        kind=kind,
        note=note.strip()[:500],
        source=source[:100],
        received_at=now,
        due_on=due_on(now.date()),
    )
    record(by, "requested", person, kind=kind, **_from(source))
    announce(
        DataRequested(workspace_id=person.workspace_id, person_id=person.pk, request_id=request.pk)
    )
    return request


@transaction.atomic
def ask_on_own_page(
    person: Person, *, kind: RequestKind, note: str = "", now: datetime
) -> DataRequest:
    """The person asks themselves. The same twice is one request, until it is answered."""
    hold_answers(person.workspace_id)
    waiting = requests_of(person).filter(kind=kind, answered_at=None).first()
    if waiting is not None:
        words = _("You asked for that already. The answer is due by %s.")
        raise AskedAlready(words % day_words(waiting.due_on))
    return open_data_request(person, kind=kind, note=note, source=BY_THEMSELVES, by=None, now=now)


@transaction.atomic
def answer_data_request(request: DataRequest, *, by: Member, now: datetime) -> None:
    """The request is met: restriction takes effect, erasure erases, a copy was handed over."""
    rows = DataRequest.objects.of(request.workspace_id).filter(pk=request.pk, answered_at=None)
    if not rows.update(answered_at=now, answered_by=by):
        raise AlreadyAnswered(_("Somebody answered this request first."))
    if request.kind == RequestKind.RESTRICTION:
        restrict_person(request.person, restricted=True, by=by, now=now)
    if request.kind == RequestKind.ERASURE:
        erase_person(request.person, by=by, now=now)
    record(by, "answered", request, kind=request.kind)
    _tell_answered(request.workspace_id, request.person_id, [request.pk])


@transaction.atomic
def erase_person(person: Person, *, by: Member | None, now: datetime) -> int:
    """Let everybody forget the person; answers how many records went.

    Open requests of theirs are met with it. The person's ids leave the store last, so that
    those who hold events under them can still find them. The list of erasures keeps marks of
    them, so that a backup which is restored does not bring the person back.
    """
    whom = reference_to(person)
    providers = personal_data_providers()
    names = [name for provider in providers for name in provider.also_known_as(whom)]
    waiting = requests_of(person).filter(answered_at=None)
    met = list(waiting.values_list("pk", flat=True))
    waiting.update(answered_at=now, answered_by=by, note="")
    records = sum(provider.erase(whom) for provider in reversed(providers))
    note_privacy_change(person.workspace_id)
    ErasureList(settings.HOME).add(whom, names=names, now=now)
    record(by, "forgot", person, records=records)
    _tell_answered(person.workspace_id, person.pk, met)
    announce(
        PersonForgotten(workspace_id=person.workspace_id, person_id=person.pk, records=records)
    )
    return records


def export_of(
    person: Person,
    *,
    within: Collection[UUID] | None = None,
    source: str = "",
    by: Member | None,
    now: datetime,
) -> Iterator[str]:
    """A copy of everything known about the person as JSON, piece by piece; it is audited.

    within: the accounts that the reader may know; what belongs to others is counted as left out.
    """
    record(by, "exported", person, **_from(source))
    return copy_in_pieces(person, within=within, at=now)


@transaction.atomic
def forget_proofs(whom: PersonRef) -> int:
    """Forget where a person's answers came from; that they said no is kept, without a name."""
    rows = Consent.objects.of(whom.workspace_id).filter(person=whom.person_id)
    DataRequest.objects.of(whom.workspace_id).filter(person=whom.person_id).update(
        note="", source=""
    )
    return rows.update(source="", proof="")


def _tell_answered(workspace_id: UUID, person_id: UUID, request_ids: Iterable[UUID]) -> None:
    for request_id in request_ids:
        announce(
            DataRequestAnswered(
                workspace_id=workspace_id, person_id=person_id, request_id=request_id
            )
        )


def _from(source: str) -> dict[str, str]:
    """Where it came from, for the audit log, where that is known."""
    return {"source": source} if source else {}

"""A person's yes and no, and the rule for those who said nothing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from vereda.customers.actions.people import leave_out_of_scores
from vereda.foundation.facts import announce
from vereda.privacy import wording
from vereda.privacy.contracts import (
    ConsentGiven,
    ConsentPurpose,
    ConsentWithdrawn,
    TrackingRule,
)
from vereda.privacy.models import Consent, PrivacySetting
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from uuid import UUID

    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Member, Workspace


@transaction.atomic
def give_consent(
    person: Person,
    *,
    purpose: ConsentPurpose,
    source: str,
    proof: str = "",
    by: Member | None,
    now: datetime,
) -> Consent:
    """The person says yes; a yes that stands already is kept as it was given."""
    hold_answers(person.workspace_id)
    current = _current(person, purpose)
    if current is not None and current.given_at is not None:
        return current
    consent = _answer(person, purpose, source=source, proof=proof, by=by, given_at=now, now=now)
    announce(ConsentGiven(workspace_id=person.workspace_id, person_id=person.pk, purpose=purpose))
    return consent


@transaction.atomic
def withdraw_consent(
    person: Person,
    *,
    purpose: ConsentPurpose,
    source: str,
    proof: str = "",
    by: Member | None,
    now: datetime,
) -> Consent:
    """The person says no, at first or after a yes; as easy as saying yes."""
    hold_answers(person.workspace_id)
    current = _current(person, purpose)
    if current is not None and current.refused_at is not None:
        return current
    consent = _answer(person, purpose, source=source, proof=proof, by=by, refused_at=now, now=now)
    announce(
        ConsentWithdrawn(workspace_id=person.workspace_id, person_id=person.pk, purpose=purpose)
    )
    return consent


@transaction.atomic
def set_tracking_rule(workspace: Workspace, *, rule: TrackingRule, by: Member | None) -> None:
    """Whether use is recorded of people who have said nothing."""
    setting = _setting(workspace.pk)
    rows = PrivacySetting.objects.of(workspace).filter(pk=setting.pk)
    rows.update(tracking=rule, revision=F("revision") + 1)
    record(by, "changed", setting, tracking=rule)


def _current(person: Person, purpose: ConsentPurpose) -> Consent | None:
    rows = Consent.objects.of(person.workspace_id).current().select_for_update()
    return rows.filter(person=person, purpose=purpose).first()


def _answer(
    person: Person,
    purpose: ConsentPurpose,
    *,
    source: str,
    proof: str,
    by: Member | None,
    now: datetime,
    given_at: datetime | None = None,
    refused_at: datetime | None = None,
) -> Consent:
    rows = Consent.objects.of(person.workspace_id).current()
    rows.filter(person=person, purpose=purpose).update(replaced_at=now)
    consent: Consent = Consent.objects.of(person.workspace_id).create(
        person=person,
        purpose=purpose,
        given_at=given_at,
        refused_at=refused_at,
        wording=str(wording.QUESTIONS[purpose]),
        source=source[:100],
        proof=proof[:500],
        by=by,
    )
    if purpose is ConsentPurpose.PROFILING:
        leave_out_of_scores(person, left_out=given_at is None, now=now)
    note_privacy_change(person.workspace_id)
    record(by, "consented" if given_at else "refused", person, purpose=purpose, source=source)
    return consent


def hold_answers(workspace_id: UUID) -> None:
    """Until this transaction ends nobody else answers or asks here: of two presses at once the
    second finds what the first said."""
    setting = _setting(workspace_id)
    rows = PrivacySetting.objects.of(workspace_id).select_for_update()
    rows.get(pk=setting.pk)


def note_privacy_change(workspace_id: UUID) -> None:
    """Tell those who cache who may be tracked that something is different."""
    setting = _setting(workspace_id)
    rows = PrivacySetting.objects.of(workspace_id).filter(pk=setting.pk)
    rows.update(revision=F("revision") + 1)


def _setting(workspace_id: UUID) -> PrivacySetting:
    setting, _made = PrivacySetting.objects.of(workspace_id).get_or_create(
        workspace_id=workspace_id
    )
    return setting

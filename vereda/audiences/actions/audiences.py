"""Saving a question, changing it, putting it away."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from vereda.audiences.actions.references import audiences_asking_for, refuse_circle
from vereda.audiences.contracts import (
    About,
    AudienceAskedFor,
    AudienceChangedMeanwhile,
    AudiencePutAway,
    AudienceTaken,
    AudienceTakenBack,
    Group,
)
from vereda.audiences.models import Audience
from vereda.audiences.queries.asking import asked_question, vocabulary_of
from vereda.audiences.rules.questions import question_content
from vereda.foundation.facts import announce
from vereda.foundation.races import refused_if_taken
from vereda.foundation.scoping import found
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.actions.turns import hold_upserts

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


@transaction.atomic
def save_audience(
    workspace: Workspace,
    *,
    name: str,
    about: About,
    question: Group,
    by: Member | None,
    now: datetime,
    slug: str = "",
    description: str = "",
) -> Audience:
    """A new audience; nobody is in it until it is answered. Its short name comes from its name."""
    hold_upserts(workspace)
    asked = asked_question(vocabulary_of(workspace, about=about), question, now=now)
    asked.condition()
    audience = Audience(
        workspace=workspace,
        number=reserve_numbers(workspace, "AU")[0],
        name=name.strip(),
        slug=slugify(slug or name)[:60] or "audience",
        description=description.strip(),
        about=about,
        question=question_content(question),
        by_time=asked.by_time,
    )
    refuse_circle(workspace, slug=audience.slug, name=audience.name, content=audience.question)
    sentence = _("There is an audience with the short name “%s” already.") % audience.slug
    with refused_if_taken(AudienceTaken(sentence)):
        audience.save(force_insert=True)
    record(by, "saved", audience)
    return audience


@transaction.atomic
def change_audience(
    audience: Audience,
    *,
    name: str,
    question: Group,
    description: str,
    by: Member | None,
    now: datetime,
    version: int | None = None,
) -> bool:
    """Other words or another question; True when it must be answered anew.

    `version` is the one that was read: when somebody changed the question since, nothing is
    written.
    """
    workspace = audience.workspace
    hold_upserts(workspace)
    asked = asked_question(vocabulary_of(workspace, about=About(audience.about)), question, now=now)
    asked.condition()
    row = found(Audience.objects.of(workspace).select_for_update().filter(pk=audience.pk))
    if version is not None and version != row.version:
        raise AudienceChangedMeanwhile(
            _("Somebody changed the question while you had it open. Nothing of yours was stored.")
        )
    content = question_content(question)
    refuse_circle(workspace, slug=row.slug, name=name.strip(), content=content)
    changed = bool(content != row.question)
    row.name, row.description = name.strip(), description.strip()
    row.by_time = asked.by_time
    if changed:
        row.question, row.version, row.problem = content, row.version + 1, ""
    row.save()
    record(by, "edited", row, version=row.version)
    return changed


@transaction.atomic
def archive_audience(audience: Audience, *, by: Member | None, now: datetime) -> None:
    """Put it away: nobody enters or leaves it any more; who was in stays written down.

    Not while another audience asks for it, which could not be answered then.
    """
    hold_upserts(audience.workspace)
    asking = audiences_asking_for(audience)
    if asking:
        names = ", ".join(f"“{row.name}”" for row in asking[:5])
        raise AudienceAskedFor(_("%s asks for it. Change that question first.") % names)
    rows = Audience.objects.of(audience.workspace_id).filter(pk=audience.pk)
    if rows.live().update(archived_at=now):
        record(by, "archived", audience)
        told = {"workspace_id": audience.workspace_id, "audience_id": audience.pk}
        announce(AudiencePutAway(**told))


@transaction.atomic
def restore_audience(audience: Audience, *, by: Member | None) -> None:
    """Take it into use again; it has to be answered anew."""
    hold_upserts(audience.workspace)
    rows = Audience.objects.of(audience.workspace_id).filter(pk=audience.pk)
    refuse_circle(
        audience.workspace, slug=audience.slug, name=audience.name, content=audience.question
    )
    if rows.filter(archived_at__isnull=False).update(archived_at=None):
        record(by, "restored", audience)
        told = {"workspace_id": audience.workspace_id, "audience_id": audience.pk}
        announce(AudienceTakenBack(**told))


@transaction.atomic
def note_audience_export(audience: Audience, *, by: Member | None) -> None:
    """Write down that somebody took the list of who is in out as a file."""
    record(by, "exported", audience)

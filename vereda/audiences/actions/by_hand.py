"""What people decide against the question: in, or out, with a reason that is kept and shown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.audiences.actions.answering import look_again_at, tell_moved
from vereda.audiences.contracts import (
    About,
    AudienceArchived,
    Cause,
    Way,
)
from vereda.audiences.models import Audience, AudienceChange, Inclusion
from vereda.audiences.queries.asking import vocabulary_of
from vereda.audiences.queries.inclusions import thing_column
from vereda.customers.queries.accounts import listed_accounts
from vereda.customers.queries.people import listed_people
from vereda.foundation.criteria import one_of_many
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.scoping import found, id_of
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

MOST_AT_ONCE = 1_000


@transaction.atomic
def add_by_hand(
    audience: Audience, ids: Collection[UUID], *, reason: str, by: Member, now: datetime
) -> int:
    """Take these accounts or people in whatever the question says; answers how many entered."""
    row = _writable(audience)
    _check_reason(reason)
    wanted = _listed_ids(row, ids)
    if not wanted:
        raise Missing("account or person")
    return sum(_put_by_hand(row, one, reason=reason, by=by, now=now) for one in wanted)


def _put_by_hand(
    audience: Audience, thing_id: UUID, *, reason: str, by: Member, now: datetime
) -> bool:
    known = _row_of(audience, thing_id)
    was_in = known is not None and known.is_in
    _write(audience, thing_id, known, way=Way.HAND, reason=reason, by=by, now=now)
    if not was_in:
        tell_moved(audience, entered=[thing_id], left=[], cause=Cause.HAND, now=now, by=by)
    return not was_in


@transaction.atomic
def hold_out(audience: Audience, thing_id: UUID, *, reason: str, by: Member, now: datetime) -> bool:
    """Keep this account or person out whatever the question says; True if it was in."""
    row = _writable(audience)
    _check_reason(reason)
    if not _listed_ids(row, [thing_id]):
        raise Missing("account or person")
    known = _row_of(row, thing_id)
    was_in = known is not None and known.is_in
    _write(row, thing_id, known, way=Way.HELD_OUT, reason=reason, by=by, now=now)
    if was_in:
        tell_moved(row, entered=[], left=[thing_id], cause=Cause.HAND, now=now, by=by)
    return was_in


@transaction.atomic
def leave_to_question(
    audience: Audience, inclusion: Inclusion, *, by: Member, now: datetime
) -> None:
    """Take back what was decided by hand: from now on the question says who is in."""
    row = _writable(audience)
    thing_id: UUID = getattr(inclusion, thing_column(row))
    known = _row_of(row, thing_id)
    if known is None or known.way == Way.RULE:
        return
    record(by, "left to the question of", row, whose=thing_id, was=known.way)
    if known.is_in:
        known.way, known.reason, known.by = Way.RULE, "", None
        known.save()
    else:
        known.delete()
    vocabulary = vocabulary_of(row.workspace, about=About(row.about))
    look_again_at(row, [thing_id], vocabulary=vocabulary, cause=Cause.HAND, now=now, by=by)


@transaction.atomic
def keep_decisions_of_absorbed(
    workspace: Workspace | UUID,
    *,
    about: About,
    absorbed_id: UUID,
    survivor_id: UUID,
    now: datetime,
) -> int:
    """What was decided by hand about an account or person holds for the one it became, where the
    question alone decided so far; answers in how many audiences.

    A merge moves the row by itself unless the survivor has one. The absorbed one keeps its own for
    the day on which the merge is undone.
    """
    rows = (
        Inclusion.objects.of(workspace)
        .exclude(way=Way.RULE)
        .filter(
            **{"account" if about is About.ACCOUNTS else "person": absorbed_id},
            audience__archived_at=None,
        )
    )
    return sum(
        _keep_decision(one, survivor_id=survivor_id, now=now)
        for one in rows.select_related("audience", "by")
    )


def _keep_decision(decided: Inclusion, *, survivor_id: UUID, now: datetime) -> bool:
    audience = _writable(decided.audience)
    known = _row_of(audience, survivor_id)
    if known is None or known.way != Way.RULE:
        return False
    known.way, known.reason, known.by = decided.way, decided.reason, decided.by
    known.is_in = decided.way == Way.HAND
    if not known.is_in:
        known.since_at = now
    known.save()
    record(None, "kept a decision of", audience, whose=survivor_id, way=known.way)
    if not known.is_in:
        tell_moved(audience, entered=[], left=[survivor_id], cause=Cause.HAND, now=now)
    return True


@transaction.atomic
def forget_in_audiences(person_id: UUID, *, workspace: Workspace | UUID, now: datetime) -> int:
    """Take a person out of every list, with what was written about them; answers how many lists."""
    rows = Inclusion.objects.of(workspace).filter(person=person_id).select_related("audience")
    held = list(rows)
    for one in held:
        if one.is_in:
            tell_moved(one.audience, entered=[], left=[person_id], cause=Cause.HAND, now=now)
        one.delete()
    AudienceChange.objects.of(workspace).filter(person=person_id).delete()
    return len(held)


def _write(
    audience: Audience,
    thing_id: UUID,
    known: Inclusion | None,
    *,
    way: Way,
    reason: str,
    by: Member,
    now: datetime,
) -> None:
    row = known or Inclusion(
        workspace_id=id_of(audience.workspace_id),
        audience=audience,
        since_at=now,
        **{thing_column(audience): thing_id},
    )
    if row.is_in is not (way is Way.HAND):
        row.since_at = now
    row.way, row.is_in, row.reason, row.by = way, way is Way.HAND, reason.strip(), by
    row.save()
    record(by, "added by hand to" if way is Way.HAND else "held out of", audience, whose=thing_id)


def _row_of(audience: Audience, thing_id: UUID) -> Inclusion | None:
    rows = Inclusion.objects.of(audience.workspace_id).filter(audience=audience)
    return rows.filter(**{thing_column(audience): thing_id}).first()


def _listed_ids(audience: Audience, ids: Collection[UUID]) -> list[UUID]:
    few = list(dict.fromkeys(ids))
    if len(few) > MOST_AT_ONCE:
        raise Refused(_("At most %d at once.") % MOST_AT_ONCE)
    rows = listed_accounts if audience.of_accounts else listed_people
    known = set(rows(audience.workspace_id).filter(one_of_many(few)).values_list("pk", flat=True))
    return [one for one in few if one in known]


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why: whoever reads the list wants to know."))


def _writable(audience: Audience) -> Audience:
    """The audience, held until this transaction ends; archived ones are left as they are."""
    rows = Audience.objects.of(audience.workspace_id).select_for_update()
    row = found(rows.filter(pk=audience.pk))
    if row.archived_at is not None:
        raise AudienceArchived(_("%s is archived.") % row.name)
    return row

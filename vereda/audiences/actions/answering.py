"""Bringing who is in up to date: for the few that were touched, or for everybody.

Whoever writes holds the audience's row, and reads what it writes by while holding it. So two
workers at once write one after the other, and the later one sees what the earlier one saw or newer:
nobody enters twice, and no old answer overwrites a newer one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import translation

from vereda.audiences.contracts import (
    IDS_PER_FACT,
    About,
    Cause,
    ChangeKind,
    EnteredAudience,
    LeftAudience,
    Way,
)
from vereda.audiences.models import Audience, AudienceChange, Inclusion
from vereda.audiences.queries.asking import AskedQuestion, Vocabulary, asked_question, question_said
from vereda.audiences.queries.differences import differing_ids
from vereda.audiences.queries.inclusions import thing_column
from vereda.foundation.criteria import one_of_many
from vereda.foundation.errors import Refused
from vereda.foundation.facts import announce
from vereda.foundation.many_rows import NewRows
from vereda.foundation.scoping import found

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

AT_ONCE: Final = 10_000
Each = TypeVar("Each")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How many entered and how many left."""

    entered: int = 0
    left: int = 0

    def __add__(self, other: Moved) -> Moved:
        return Moved(entered=self.entered + other.entered, left=self.left + other.left)


NOBODY: Final = Moved()


def look_again_at(
    audience: Audience,
    ids: Collection[UUID],
    *,
    vocabulary: Vocabulary,
    cause: Cause,
    now: datetime,
    by: Member | None = None,
) -> Moved:
    """Bring these accounts or people up to date in the audience; what it costs follows how many
    they are. Ids of other workspaces are nobody's."""
    moved = NOBODY
    for few in in_stretches(list(dict.fromkeys(ids)), size=AT_ONCE):
        moved += _brought_up(audience, few, vocabulary=vocabulary, cause=cause, now=now, by=by)
    return moved


def answer_wholly(
    audience: Audience, *, vocabulary: Vocabulary, cause: Cause, now: datetime
) -> Moved:
    """Bring everybody up to date; only those are written who have to move.

    Whom the database finds to differ is looked at again in stretches, each in a transaction of its
    own. A question that cannot be asked any more says why, and nobody moves.
    """
    question = _askable(audience, vocabulary=vocabulary, now=now)
    if question is None:
        return NOBODY
    moved, done = NOBODY, 0
    differing = differing_ids(audience, question)
    row = Audience.objects.of(audience.workspace_id).filter(pk=audience.pk)
    row.update(started_at=now, done=0, total=len(differing))
    for few in differing.stretches(size=AT_ONCE):
        moved += _brought_up(audience, few, vocabulary=vocabulary, cause=cause, now=now)
        done += len(few)
        row.update(done=done)
    _finish(audience, now=now)
    return moved


def _askable(audience: Audience, *, vocabulary: Vocabulary, now: datetime) -> AskedQuestion | None:
    """The question as it can be asked today; else its problem is kept where people see it."""
    row = Audience.objects.of(audience.workspace_id).filter(pk=audience.pk)
    try:
        with translation.override(vocabulary.workspace.language):
            question = asked_question(vocabulary, question_said(audience.question), now=now)
            question.condition()
    except Refused as wrong:
        row.update(problem=str(wrong)[:500], started_at=None)
        return None
    row.exclude(problem="").update(problem="")
    return question


@transaction.atomic
def _finish(audience: Audience, *, now: datetime) -> None:
    row = _held(audience)
    inside = Inclusion.objects.of(row.workspace_id).filter(audience=row).inside()
    row.size, row.answered_at, row.started_at = inside.count(), now, None
    if row.version == audience.version:
        row.answered_version = row.version
    row.save(update_fields=["size", "answered_at", "started_at", "answered_version", "updated_at"])


@transaction.atomic
def _brought_up(
    audience: Audience,
    ids: Sequence[UUID],
    *,
    vocabulary: Vocabulary,
    cause: Cause,
    now: datetime,
    by: Member | None = None,
) -> Moved:
    row = _held(audience)
    if row.archived_at is not None:
        return NOBODY
    try:
        group = question_said(row.question)
        question = asked_question(vocabulary, group, now=now, among=ids)
        matching = set(question.matching().values_list("pk", flat=True))
    except Refused:
        return NOBODY
    standing = _Standing(row, ids)
    listed = standing.by_hand and set(
        question.everybody().filter(one_of_many(standing.by_hand)).values_list("pk", flat=True)
    )
    entering = [one for one in ids if one in matching and one not in standing.known]
    leaving = [one for one in standing.by_rule if one not in matching]
    back = [one for one in standing.by_hand if one in listed and not standing.known[one]]
    gone = [one for one in standing.by_hand if one not in listed and standing.known[one]]
    _put_in(row, entering, now=now)
    _rows_of(row, leaving).filter(way=Way.RULE).delete()
    _rows_of(row, back).update(is_in=True)
    _rows_of(row, gone).update(is_in=False)
    return tell_moved(
        row, entered=entering + back, left=leaving + gone, cause=cause, now=now, by=by
    )


class _Standing:
    """How some stand in an audience's list: whether they are in, and which way."""

    def __init__(self, audience: Audience, ids: Sequence[UUID]) -> None:
        column = thing_column(audience)
        rows = list(_rows_of(audience, ids).values_list(column, "way", "is_in"))
        self.known: dict[UUID, bool] = {one: is_in for one, _way, is_in in rows}
        self.by_rule = [one for one, way, _is_in in rows if way == Way.RULE]
        self.by_hand = [one for one, way, _is_in in rows if way == Way.HAND]


def _put_in(audience: Audience, ids: Sequence[UUID], *, now: datetime) -> None:
    column = thing_column(audience)
    rows = NewRows(
        Inclusion,
        workspace_id=audience.workspace_id,
        audience_id=audience.pk,
        way=Way.RULE.value,
        since_at=now,
    )
    made = [rows.make(**{column: one}) for one in ids]
    if made:
        Inclusion.objects.of(audience.workspace_id).bulk_create(made)


def tell_moved(
    audience: Audience,
    *,
    entered: Sequence[UUID],
    left: Sequence[UUID],
    cause: Cause,
    now: datetime,
    by: Member | None = None,
) -> Moved:
    """Count who came and went, write it down, and announce it. Call it holding the audience."""
    if not entered and not left:
        return NOBODY
    column = thing_column(audience)
    rows = NewRows(
        AudienceChange,
        workspace_id=audience.workspace_id,
        audience_id=audience.pk,
        cause=cause.value,
        version=audience.version,
        happened_at=now,
        by_id=by.pk if by else None,
    )
    made = [rows.make(kind=ChangeKind.ENTERED.value, **{column: one}) for one in entered]
    made += [rows.make(kind=ChangeKind.LEFT.value, **{column: one}) for one in left]
    AudienceChange.objects.of(audience.workspace_id).bulk_create(made)
    held = Audience.objects.of(audience.workspace_id).filter(pk=audience.pk)
    held.update(size=F("size") + len(entered) - len(left))
    _announce(audience, EnteredAudience, entered)
    _announce(audience, LeftAudience, left)
    return Moved(entered=len(entered), left=len(left))


def _announce(
    audience: Audience, kind: type[EnteredAudience | LeftAudience], ids: Sequence[UUID]
) -> None:
    word = "account_ids" if audience.about == About.ACCOUNTS else "person_ids"
    for few in in_stretches(ids, size=IDS_PER_FACT):
        told: Any = {word: tuple(few)}
        announce(kind(workspace_id=audience.workspace_id, audience_id=audience.pk, **told))


def _rows_of(audience: Audience, ids: Collection[UUID]) -> Any:
    rows = Inclusion.objects.of(audience.workspace_id).filter(audience=audience)
    return rows.filter(one_of_many(ids, column=thing_column(audience)))


def _held(audience: Audience) -> Audience:
    """The audience as it is now, and nobody else's until this transaction ends."""
    rows = Audience.objects.of(audience.workspace_id).select_for_update()
    return found(rows.filter(pk=audience.pk))


def in_stretches(things: Sequence[Each], *, size: int) -> Iterator[Sequence[Each]]:
    """All of them, at most `size` at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]

"""Asking whom a whole answer would change: who matches and is not in, who is in and does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from vereda.audiences.contracts import Way
from vereda.audiences.models import Audience, Inclusion
from vereda.audiences.queries.inclusions import thing_column

if TYPE_CHECKING:
    from vereda.audiences.queries.asking import AskedQuestion

_BYTES: Final = 16
_READ_AT_ONCE: Final = 5_000


class ManyIds:
    """Very many ids in little room: sixteen bytes each, read back in stretches."""

    def __init__(self) -> None:
        self._held = bytearray()

    def __len__(self) -> int:
        return len(self._held) // _BYTES

    def add(self, ids: Iterable[UUID]) -> None:
        """Keep these too."""
        for one in ids:
            self._held += one.bytes

    def stretches(self, *, size: int) -> Iterator[list[UUID]]:
        """All of them, so many at a time, in the order they were added."""
        width = size * _BYTES
        for start in range(0, len(self._held), width):
            part = self._held[start : start + width]
            yield [
                UUID(bytes=bytes(part[place : place + _BYTES]))
                for place in range(0, len(part), _BYTES)
            ]


def differing_ids(audience: Audience, question: AskedQuestion) -> ManyIds:
    """Everybody whose place in the list is not what the question says. Three queries."""
    column = thing_column(audience)
    listed = question.everybody()
    matching = listed.filter(question.condition())
    rows: QuerySet[Any] = Inclusion.objects.of(audience.workspace_id).filter(audience=audience)
    this = OuterRef(column)
    by_hand = rows.filter(way=Way.HAND).annotate(stands=Exists(listed.filter(pk=this)))
    wrong = (
        matching.filter(~Exists(rows.filter(**{column: OuterRef("pk")}))).values_list("pk"),
        rows.filter(~Exists(matching.filter(pk=this)), way=Way.RULE).values_list(column),
        by_hand.filter(Q(stands=True, is_in=False) | Q(stands=False, is_in=True)).values_list(
            column
        ),
    )
    ids = ManyIds()
    for each in wrong:
        ids.add(row[0] for row in each.order_by().iterator(chunk_size=_READ_AT_ONCE))
    return ids

"""Pages of a long list, each as cheap as the first.

A page starts where the last one ended (keyset), so that page 2,000 reads as many rows as page 1.
The list is read in stretches that an index serves each from its first row: those equal to the last
value with a later tie, those beyond it, those without a value. (One `> v OR (= v AND id > i)` would
be shorter, and walks the whole index up to there.) Rows without a value come last in both
directions, on SQLite and PostgreSQL alike, which put nulls at opposite ends.

A cursor is signed for its workspace and its order: a foreign or edited one is `Missing`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, Self, TypeAlias, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from vereda.foundation.errors import Missing
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

Row = TypeVar("Row", bound=Model)
SortValue: TypeAlias = str | int | float | Decimal | date | datetime | UUID | None

PAGE_SIZE = 50
LARGEST_PAGE = 200
CURSOR_LENGTH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a list is sorted by: paths of our own fields, never a user's text.

    `valued` are the rows that have a value, `empty` those that do not (None: all have one);
    the empty ones come last in both directions. `tie` decides between equal values and must
    be the last column of the index that serves `by`.

    `kept`: the value stands in rows of another table, which know nothing of this one's. `by` is
    then their column, and `tie` the one with the id of the row that it is about.
    """

    name: str
    by: str
    tie: str = "pk"
    descending: bool = False
    valued: Q = field(default_factory=Q)
    empty: Q | None = None
    kept: QuerySet[Any, Any] | None = None

    @classmethod
    def on(cls, name: str, by: str, *, descending: bool = False) -> Self:
        """By a column that always holds a value."""
        return cls(name=name, by=by, descending=descending)

    @classmethod
    def on_nullable(cls, name: str, by: str, *, descending: bool = False) -> Self:
        """By a column that may be null."""
        valued, empty = Q((f"{by}__isnull", False)), Q((f"{by}__isnull", True))
        return cls(name=name, by=by, descending=descending, valued=valued, empty=empty)

    @classmethod
    def on_text(cls, name: str, by: str, *, descending: bool = False) -> Self:
        """By a column of text where "" means that there is none."""
        valued, empty = Q((f"{by}__gt", "")), Q((by, ""))
        return cls(name=name, by=by, descending=descending, valued=valued, empty=empty)


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """One page of rows, with the cursors of its neighbours ("" where there is none)."""

    rows: list[Row]
    next: str
    previous: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page starts: beyond this row, forwards or backwards."""

    value: SortValue
    tie: UUID
    backwards: bool


def slice_of(
    rows: QuerySet[Row],
    *,
    workspace: "Workspace | UUID",
    order: Order,
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> Slice[Row]:
    """The page of `rows` that the cursor names, or the first; two queries, later pages three."""
    size = max(1, min(size, LARGEST_PAGE))
    salt = f"paging:{id_of(workspace)}:{order.name}:{order.descending}"
    place = _place_in(cursor, salt=salt) if cursor else None
    backwards = place is not None and place.backwards
    taken = _rows_beyond(rows, order=order, place=place, limit=size + 1)
    more, page = len(taken) > size, taken[:size]
    if backwards:
        page.reverse()
    return Slice(
        page,
        next=_cursor(page[-1], salt=salt, backwards=False) if page and (more or backwards) else "",
        previous=_cursor(page[0], salt=salt, backwards=True)
        if page and (more if backwards else place is not None)
        else "",
    )


def _rows_beyond(
    rows: QuerySet[Row], *, order: Order, place: _Place | None, limit: int
) -> list[Row]:
    """Up to `limit` rows in the direction of travel, the nearest first."""
    taken: list[Row] = []
    for stretch in _stretches(rows, order=order, place=place):
        if len(taken) < limit:
            taken += _taken(stretch[: limit - len(taken)], rows)
    return taken


def _taken(found: QuerySet[Any, Any], rows: QuerySet[Row]) -> list[Row]:
    """The rows that were found, or those that the found ones are about, in the order found."""
    if found.model is rows.model:
        return list(found)
    places = list(found.values_list("paged_tie", "paged_by"))
    held = {row.pk: row for row in rows.filter(pk__in=[pk for pk, _ in places])}
    taken: list[Row] = []
    for pk, value in places:
        row: Any = held[pk]
        row.paged_tie, row.paged_by = pk, value
        taken.append(row)
    return taken


def _stretches(rows: QuerySet[Row], *, order: Order, place: _Place | None) -> list[QuerySet[Row]]:
    """What lies ahead, stretch by stretch, in the direction of travel."""
    backwards = place is not None and place.backwards
    falling = order.descending != backwards
    sign, beyond = ("-", "lt") if falling else ("", "gt")
    valued = _valued(rows, order=order, sign=sign)
    empty = [] if order.empty is None else [_unvalued(rows.filter(order.empty), sign=sign)]
    if place is None:
        return [valued, *empty]
    later = Q((f"paged_tie__{beyond}", place.tie))
    if place.value is None:
        return [*(each.filter(later) for each in empty), *([valued] if backwards else [])]
    same = valued.filter(Q(paged_by=place.value), later)
    ahead = valued.filter(Q((f"paged_by__{beyond}", place.value)))
    return [same, ahead, *([] if backwards else empty)]


def _valued(rows: QuerySet[Row], *, order: Order, sign: str) -> QuerySet[Row]:
    chosen: QuerySet[Any, Any] = rows.filter(order.valued)
    if order.kept is not None:
        chosen = order.kept.filter(Exists(chosen.filter(pk=OuterRef(order.tie))))
    chosen = chosen.annotate(paged_by=F(order.by), paged_tie=F(order.tie))
    return chosen.order_by(f"{sign}paged_by", f"{sign}paged_tie")


def _unvalued(rows: QuerySet[Row], *, sign: str) -> QuerySet[Row]:
    chosen: QuerySet[Any, Any] = rows.annotate(paged_tie=F("pk"))
    return chosen.order_by(f"{sign}pk")


def _cursor(row: Model, *, salt: str, backwards: bool) -> str:
    value = _written(getattr(row, "paged_by", None))
    content = [*value, str(row.paged_tie), backwards]  # type: ignore[attr-defined]
    return signing.dumps(content, salt=salt, compress=True)


def _place_in(cursor: str, *, salt: str) -> _Place:
    if len(cursor) > CURSOR_LENGTH:
        raise Missing("cursor")
    try:
        kind, text, tie, backwards = signing.loads(cursor, salt=salt)
    except (signing.BadSignature, ValueError, UnicodeError) as error:
        raise Missing("cursor") from error
    return _Place(_read(kind, text), UUID(tie), backwards)


def _written(value: Any) -> tuple[str, str]:
    """The value's kind and text; `datetime` comes before `date`, whose child it is."""
    match value:
        case None:
            return "none", ""
        case datetime():
            return "instant", value.isoformat()
        case date():
            return "date", value.isoformat()
        case Decimal():
            return "decimal", str(value)
        case float():
            return "float", repr(value)
        case int():
            return "int", str(int(value))
        case UUID():
            return "id", str(value)
        case _:
            return "text", str(value)


def _read(kind: str, text: str) -> SortValue:
    readers: dict[str, Any] = {
        "none": lambda _: None,
        "instant": datetime.fromisoformat,
        "date": date.fromisoformat,
        "decimal": Decimal,
        "float": float,
        "int": int,
        "id": UUID,
        "text": str,
    }
    value: SortValue = readers[kind](text)
    return value

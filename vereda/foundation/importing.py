"""What a capability says so that its rows can be brought in from a file.

The import wizard (``vereda.imports``) reads the file, detects its formats, maps columns,
parses cells into values, finds the rows that other rows refer to, splits everything into
chunks, keeps the journal for undo and shows progress. It knows nothing about accounts or
tickets. A capability implements one :class:`ImportableKind` per kind of row in its
``importable.py``; ``config/wiring.py`` lists an instance in ``IMPORTABLE`` (in the order in which
kinds are best imported) and the ways to name rows in ``REFERENCE_WAYS``.

What the wizard promises to ``apply``:

* ``row.values`` holds **only mapped columns**. A key that is absent means "leave that
  field alone"; ``None`` means "make it empty". Required fields are there and not ``None``.
* Every value already has its Python type (see :class:`FieldType`); text is stripped,
  NFC-normalised, free of control characters and at most ``max_length`` long.
* A ``REFERENCE`` field arrives as the ``UUID`` of a row of the same workspace. Unknown
  names were rejected before.
* No two rows of one call have the same identity; all identity fields are present.
* At most :data:`CHUNK_ROWS` rows per call, inside one database transaction that also
  stores the journal. A chunk that was interrupted is applied again, so ``apply`` must be
  idempotent: the same row twice is "unchanged" the second time.
* ``workspace`` is the workspace's id; ``by`` is ``None`` when the command line imports.

What ``apply`` promises: a constant number of queries per call, exactly one
:class:`RowResult` per row, nothing written when ``dry_run``, a refused row is a result
and never an exception.

Example, complete::

    class TicketsKind(WithoutNewFields):
        name = "tickets"
        label = _("Tickets")
        permission = "support.import_tickets"

        def fields(self, workspace: UUID) -> tuple[ImportField, ...]:
            return (
                ImportField("external_id", _("Ticket id"), FieldType.TEXT, required=True,
                            aliases=("ticket id", "number", "número", "id")),
                ImportField("account", _("Account"), FieldType.REFERENCE, required=True,
                            refers_to="accounts", aliases=("account id", "cliente")),
                ImportField("opened_at", _("Opened"), FieldType.INSTANT, required=True,
                            aliases=("submitted at", "abierto", "fecha de apertura")),
                ImportField("priority", _("Priority"), FieldType.CHOICE,
                            choices=(ImportChoice("high", _("High"), ("alta", "2 - high")),)),
            )

        def identities(self, workspace: UUID) -> tuple[IdentityKey, ...]:
            return (IdentityKey("external_id", _("Ticket id"), ("external_id",)),)

        def apply(self, workspace, rows, *, identity, import_id, by, now, dry_run):
            keys = [row.values["external_id"] for row in rows]
            tickets = Ticket.objects.of(workspace).filter(external_id__in=keys)
            existing = {ticket.external_id: ticket for ticket in tickets}
            results = []
            for row in rows:
                ticket = existing.get(row.values["external_id"])
                if ticket is None:
                    results.append(compared(row, object_id=new_id(), current=None))
                else:
                    current = {field: getattr(ticket, field) for field in row.values}
                    results.append(compared(row, object_id=ticket.id, current=current))
            if not dry_run:
                ...  # bulk_create the created, bulk_update the updated (two queries)
            return results

        def undo(self, workspace, changes, *, import_id, by, now):
            ...  # one query for the rows, then undo_step(change, current=...) for each

        def results_url(self, workspace_slug: str) -> str | None:
            return reverse("support:tickets", args=[workspace_slug])
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from vereda.workspaces.models import Member

CHUNK_ROWS = 2_000
"""The most rows one ``apply`` or ``undo`` call receives."""


class FieldType(StrEnum):
    """What a field holds, and so which Python value ``apply`` receives."""

    TEXT = "text"  # str
    INTEGER = "integer"  # int, within 64 bits
    DECIMAL = "decimal"  # Decimal, finite
    MONEY = "money"  # Decimal in major units ("1.234,56 €" is Decimal("1234.56"))
    DATE = "date"  # date
    INSTANT = "instant"  # datetime, aware, UTC
    BOOLEAN = "boolean"  # bool
    CHOICE = "choice"  # str, the value of one of `choices`
    LIST = "list"  # tuple[str, ...], without repeats, in the file's order
    EMAIL = "email"  # str, valid, domain in lower case
    REFERENCE = "reference"  # UUID of the row it names


Said = TypeVar("Said")
ImportValue: TypeAlias = (
    str | int | Decimal | date | datetime | bool | tuple[str, ...] | UUID | None
)
"""A parsed cell."""

JournalValue: TypeAlias = (
    str | int | float | bool | list["JournalValue"] | dict[str, "JournalValue"] | None
)
"""A value as the journal keeps it: JSON."""


@dataclass(frozen=True, slots=True)
class ImportChoice:
    """One allowed value of a ``CHOICE`` field, with other words files use for it (es and en)."""

    value: str
    label: StrOrPromise
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportField:
    """One thing a column can be mapped to.

    ``aliases`` are header names as files write them, Spanish and English, any case;
    punctuation does not count (``account id`` also meets ``Account_ID``).
    A field that names another row is one ``REFERENCE`` with ``refers_to``; how the file
    names it (id, domain, e-mail…) is chosen in the mapping from the wired
    :class:`ReferenceWay` rows.
    """

    name: str
    label: StrOrPromise
    type: FieldType = FieldType.TEXT
    required: bool = False
    choices: tuple[ImportChoice, ...] = ()
    aliases: tuple[str, ...] = ()
    help: StrOrPromise = ""
    refers_to: str = ""
    max_length: int = 500


@dataclass(frozen=True, slots=True)
class IdentityKey:
    """One way to tell that a row of the file is a row we already have: these fields together."""

    name: str
    label: StrOrPromise
    fields: tuple[str, ...]
    help: StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A parsed row. ``line`` is the line of the file, as a text editor counts it."""

    line: int
    values: Mapping[str, ImportValue]


class Outcome(StrEnum):
    """What became (or, in a dry run, would become) of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row was rejected or skipped.

    ``code`` groups rows that are repaired alike (``unknown_account``, ``ends_before_start``);
    ``message`` is the sentence for a person: what was expected and what to do.
    """

    code: str
    message: StrOrPromise
    field: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row.

    ``before`` and ``after`` hold only the fields that changed (``before`` is empty for a
    created row), as :func:`journal_value` writes them; undo receives them back.
    """

    line: int
    outcome: Outcome
    object_id: UUID | None = None
    before: Mapping[str, JournalValue] = field(default_factory=dict)
    after: Mapping[str, JournalValue] = field(default_factory=dict)
    problem: RowProblem | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the journal, given back for undo: always created or updated."""

    object_id: UUID
    outcome: Outcome
    before: Mapping[str, JournalValue]
    after: Mapping[str, JournalValue]


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row that undo left (wholly or partly) as it is, and why."""

    object_id: UUID
    reason: StrOrPromise


@dataclass(frozen=True, slots=True)
class UndoResult:
    """How many rows went back to what they were, and which did not."""

    undone: int
    kept: tuple[KeptRow, ...] = ()


class ImportableKind(Protocol):
    """A kind of row that files can bring. See the module's docstring for the promises."""

    name: str
    """In the plural, lower case: ``accounts``. It stands in URLs, mapping files and commands."""
    permission: str
    """Whoever imports must have it: ``customers.import_accounts``."""
    creates_fields: bool
    """Whether :meth:`create_field` may be called."""

    @property
    def label(self) -> StrOrPromise:
        """In the plural, as people read it. A class attribute does."""
        ...

    def fields(self, workspace: UUID) -> tuple[ImportField, ...]:
        """Everything a column can be mapped to, custom fields included (named ``custom.<key>``)."""
        ...

    def identities(self, workspace: UUID) -> tuple[IdentityKey, ...]:
        """The ways to recognise a row, the best first."""
        ...

    def create_field(
        self, workspace: UUID, *, label: str, type: FieldType, by: Member | None, now: datetime
    ) -> ImportField:
        """A new custom field, or a ``Refused`` that says why not. Inherit from
        :class:`WithoutNewFields` where ``creates_fields`` is false."""
        ...

    def apply(
        self,
        workspace: UUID,
        rows: Sequence[ImportRow],
        *,
        identity: IdentityKey,
        import_id: UUID,
        by: Member | None,
        now: datetime,
        dry_run: bool,
    ) -> list[RowResult]:
        """One result per row. ``import_id`` is for kinds that store outside the rows' database:
        they keep it with each row, so that a repeated chunk can say *created* again and undo
        can find rows whose journal was lost with the process."""
        ...

    def undo(
        self,
        workspace: UUID,
        changes: Sequence[Change],
        *,
        import_id: UUID,
        by: Member | None,
        now: datetime,
    ) -> UndoResult:
        """Created rows gone and updated rows as before, except what people changed since."""
        ...

    def results_url(self, workspace_slug: str) -> str | None:
        """Where the imported rows can be seen."""
        ...


class WithoutNewFields:
    """A base for kinds that have no custom fields."""

    creates_fields = False

    def create_field(
        self, workspace: UUID, *, label: str, type: FieldType, by: Member | None, now: datetime
    ) -> ImportField:
        """Never called: the wizard asks ``creates_fields`` first."""
        raise NotImplementedError(f"{self.__class__.__name__} has no custom fields")


class ReferenceWay(Protocol):
    """One way a file can name a row: an account by its external id, a person by e-mail.

    Offered by whoever can answer, so ``revenue`` may offer "the account of this
    subscription" for ``refers_to = "accounts"`` though ``customers`` never heard of it.
    """

    refers_to: str
    name: str
    label: StrOrPromise
    aliases: tuple[str, ...]
    """Header names that suggest this way: ``("email", "correo")``."""

    def named(self, workspace: UUID, names: Collection[str]) -> Mapping[str, UUID]:
        """The ids of the rows of this workspace with these names, keyed by the name **as given**.
        One query. Names that mean nothing, or more than one row, are left out."""
        ...


def journal_value(value: object) -> JournalValue:
    """The value as JSON: dates and instants in ISO form, decimals and ids as text.

    Two values are the same to the journal when this is equal, so ``Decimal("2.50")`` from
    the database equals ``Decimal("2.5")`` from a file.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Decimal):
        plain = format(value.normalize(), "f")
        return "0" if plain == "-0" else plain
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): journal_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [journal_value(item) for item in value]
    return str(value)


def compared(
    row: ImportRow,
    *,
    object_id: UUID,
    current: Mapping[str, object] | None,
    wanted: Mapping[str, object] | None = None,
) -> RowResult:
    """The result for a row, by comparing what is there with what the file wants.

    ``current`` is ``None`` when the row does not exist yet. ``wanted`` is what will be
    stored where that differs from ``row.values`` (minor units, computed fields); only its
    keys are compared.
    """
    values = row.values if wanted is None else wanted
    target = {name: journal_value(value) for name, value in values.items()}
    if current is None:
        return RowResult(row.line, Outcome.CREATED, object_id, after=target)
    before = {name: journal_value(current.get(name)) for name in target}
    changed = [name for name in target if target[name] != before[name]]
    if not changed:
        return RowResult(row.line, Outcome.UNCHANGED, object_id)
    return RowResult(
        row.line,
        Outcome.UPDATED,
        object_id,
        before={name: before[name] for name in changed},
        after={name: target[name] for name in changed},
    )


def rejected(row: ImportRow, problem: RowProblem) -> RowResult:
    """The result for a row that cannot be stored, with the reason a person will read."""
    return RowResult(row.line, Outcome.REJECTED, problem=problem)


def results_by_line(
    rows: Sequence[ImportRow],
    told: Sequence[Said | RowProblem],
    *,
    upsert: Callable[[list[Said]], Iterable[RowResult]],
) -> list[RowResult]:
    """One result per row: what is wrong with it, or what became of what it says.

    `told` says of each row one of the two; what can be stored goes to `upsert` in one go.
    """
    results = iter(upsert([each for each in told if not isinstance(each, RowProblem)]))
    return [
        rejected(row, each)
        if isinstance(each, RowProblem)
        else replace(next(results), line=row.line)
        for row, each in zip(rows, told, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class UndoStep:
    """What to do with one row: delete it, put fields back, or leave it."""

    delete: bool = False
    restore: Mapping[str, JournalValue] = field(default_factory=dict)
    changed_since: tuple[str, ...] = ()
    """Fields somebody changed after the import; they stay, and the row is reported as kept."""


def undo_step(change: Change, *, current: Mapping[str, object] | None) -> UndoStep:
    """How to take one change back without touching what people did since.

    ``current`` holds (at least) the fields of ``change.after``; ``None`` when the row is gone,
    which leaves nothing to do.
    """
    if current is None:
        return UndoStep()
    since = tuple(
        name for name, value in change.after.items() if journal_value(current.get(name)) != value
    )
    if change.outcome is Outcome.CREATED:
        return UndoStep(delete=not since, changed_since=since)
    return UndoStep(
        restore={name: value for name, value in change.before.items() if name not in since},
        changed_since=since,
    )

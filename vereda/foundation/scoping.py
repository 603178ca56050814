"""Whose rows: every table belongs to a workspace, and no question is answered without naming it.

`Model.objects` refuses everything but `.of(workspace)`. `Model.every_workspace` is the escape for
jobs, admin, commands and migrations; an architecture test holds where it may appear.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import connections, models, router, transaction

from vereda.foundation.errors import Missing
from vereda.foundation.ids import new_id
from vereda.foundation.many_rows import (
    insert_rows_together,
    runs_per_row,
    stored_fields,
    update_rows_together,
)
from vereda.foundation.personal_data import Declared

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

Row = TypeVar("Row", bound=models.Model, covariant=True)


class WorkspaceNotNamed(Exception):
    """A question about rows that does not say whose: write `Model.objects.of(workspace)`."""


def id_of(workspace: "Workspace | UUID") -> UUID:
    """The workspace's id, from its row or from the id itself."""
    return workspace if isinstance(workspace, UUID) else workspace.pk


class OwnedRows(models.QuerySet[Row]):
    """Rows of one workspace. Subclass it for the filters of a model."""

    _workspace_id: UUID | None = None

    def of(self, workspace: "Workspace | UUID") -> Self:
        """The rows of that workspace; what is created through them belongs to it too."""
        rows = self.filter(workspace_id=id_of(workspace))
        rows._workspace_id = id_of(workspace)
        return rows

    def create(self, **values: Any) -> Any:
        """A new row of the workspace that these rows belong to."""
        values.setdefault("workspace_id", self._workspace_id)
        return super().create(**values)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        """Django's, in the way that suits the database. Columns that the database computes are
        read when asked for."""
        rows, connection = list(objs), connections[router.db_for_write(self.model)]
        simple = rows and not args and options.keys() <= {"ignore_conflicts"}
        if not simple or not runs_per_row(connection, stored_fields(self.model)):
            return super().bulk_create(rows, *args, **options)
        ignoring = bool(options.get("ignore_conflicts"))
        with transaction.atomic(using=connection.alias, savepoint=False):
            insert_rows_together(rows, connection=connection, ignore_conflicts=ignoring)
        return rows

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Django's, in the way that suits the database."""
        rows, names, workspace = list(objs), list(fields), self._workspace_id
        connection = connections[router.db_for_write(self.model)]
        meant: list[Any] = [self.model._meta.get_field(name) for name in names]
        simple = rows and batch_size is None and self._is_all_of_workspace
        if not simple or workspace is None or not runs_per_row(connection, meant):
            return super().bulk_update(rows, names, batch_size)
        with transaction.atomic(using=connection.alias, savepoint=False):
            return update_rows_together(
                rows, fields=meant, workspace_id=workspace, connection=connection
            )

    @property
    def _is_all_of_workspace(self) -> bool:
        """Whether nothing but `of()` chose these rows."""
        return len(self.query.where.children) == 1

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._workspace_id = self._workspace_id
        return clone


if TYPE_CHECKING:
    ManagerOfOwnedRows = models.Manager
else:
    ManagerOfOwnedRows = models.Manager.from_queryset(OwnedRows)


class OwnedManager(ManagerOfOwnedRows[Row]):
    """`Model.objects`: it answers nothing until the workspace is named.

    `OwnedManager["Tag"]()` serves a model without filters of its own,
    `OwnedManager.from_queryset(AccountRows)()` one with them.
    """

    if TYPE_CHECKING:

        def of(self, workspace: "Workspace | UUID") -> OwnedRows[Row]: ...

    else:

        def of(self, workspace):
            return super().get_queryset().of(workspace)

        def get_queryset(self):
            raise WorkspaceNotNamed(
                f"{self.model.__name__}.objects does not say whose rows; "
                f"write {self.model.__name__}.objects.of(workspace)"
            )


class OwnedByWorkspace(models.Model):
    """A table whose every row belongs to one workspace."""

    personal_data: ClassVar[Declared]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # No index of its own: with few workspaces it finds everything, and SQLite would prefer it to
    # the one that finds the row. A model's own indexes begin with the workspace where that helps.
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    every_workspace = models.Manager[Self]()

    class Meta:
        abstract = True
        base_manager_name = "every_workspace"
        default_manager_name = "every_workspace"


def found(rows: models.QuerySet[Row]) -> Row:
    """The one row there is, or `Missing`."""
    row = rows.first()
    if row is None:
        raise Missing(rows.model.__name__)
    return row

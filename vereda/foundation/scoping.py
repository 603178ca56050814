"""Whose rows: every table belongs to a workspace, and no question is answered without naming it.

`Model.objects` refuses everything but `.of(workspace)`. `Model.every_workspace` is the escape for
jobs, admin, commands and migrations; an architecture test holds where it may appear.
"""

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import models

from vereda.foundation.errors import Missing
from vereda.foundation.ids import new_id
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
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+"
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

"""Imports for the support desk: to look at, not to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from vereda.imports.models import Import


@admin.register(Import)
class ImportAdmin(admin.ModelAdmin[Import]):
    """Which files came in, and how it went."""

    list_display = ("workspace", "number", "kind", "file_name", "state", "rows", "created_at")
    list_filter = ("state", "kind")
    readonly_fields = tuple(field.name for field in Import._meta.fields)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Imports come in by the wizard."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Their journal is what undo needs."""
        return False

"""A read-mostly view of accounts and people for support."""

from django.contrib import admin

from vereda.customers.models.accounts import Account
from vereda.customers.models.duplicates import Merge
from vereda.customers.models.people import Person

admin.site.register(
    Account,
    list_display=["key", "name", "workspace", "stage", "status"],
    search_fields=["name"],
    raw_id_fields=["workspace", "parent", "owner", "merged_into", "changed_by"],
)
admin.site.register(
    Person,
    list_display=["key", "workspace", "archived_at", "erased_at"],
    raw_id_fields=["workspace", "merged_into", "changed_by"],
)
admin.site.register(Merge, list_display=["target", "workspace", "merged_at", "undone_at"])

"""Tables of customers.

accounts (Account, its tags and external ids), people (Person, Membership, Relationship),
files (AccountFile), notes (Note), lighthouses (Lighthouse), fields (CustomField and the values
lists sort by), duplicates (suggestions, merges).
Django looks for models here, so this is the one package that imports its modules.
"""

from vereda.customers.models import (
    accounts,
    duplicates,
    fields,
    files,
    lighthouses,
    notes,
    people,
)

__all__ = ["accounts", "duplicates", "fields", "files", "lighthouses", "notes", "people"]

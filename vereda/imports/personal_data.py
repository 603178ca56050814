"""What imports hold about a person for as long as they can be undone."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from vereda.foundation.clock import now
from vereda.foundation.personal_data import PersonalData, PersonRef, Record
from vereda.imports.actions.stopping import forget_in_imports
from vereda.imports.queries.imports import lines_about


class WhatFilesSaid(PersonalData):
    """The journal of imports, and the rows that were not stored."""

    title = _("Imports")

    def export(self, person: PersonRef) -> Iterator[Record]:
        """What files changed about them, and refused rows that name them."""
        changes, refused = lines_about(person)
        for change in changes:
            source = change.import_run.file_name
            yield Record(kind="import", at=change.created_at, source=source, values=change.after)
        for row in refused:
            cells = {str(place): cell for place, cell in enumerate(row.cells, start=1)}
            yield Record(kind="refused row", at=row.created_at, values=cells)

    def erase(self, person: PersonRef) -> int:
        """Those lines go, and the files they came from."""
        return forget_in_imports(person, now=now())

"""What messaging shows on a person's page: the last letters to them and from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Q

from vereda.foundation.clock import now
from vereda.foundation.panels import PERSON, Panel
from vereda.messaging.queries.news import answers_come, letters_gone
from vereda.messaging.timeline import newest_entries

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Member

MOST_SHOWN: Final = 5


class LettersOfPerson:
    """Beside a person: what was written last, whichever way it went."""

    place: Final = PERSON
    may: Final = "messaging.see"

    def panel(self, member: Member, thing: Person) -> Panel | None:
        """The newest five; nothing where nobody wrote. Two queries."""
        workspace, whose, moment = member.workspace, Q(person=thing), now()
        gone = letters_gone(workspace, whose=whose, before=moment, limit=MOST_SHOWN)
        came = answers_come(workspace, whose=whose, before=moment, limit=MOST_SHOWN)
        entries = newest_entries(gone, came, workspace)[:MOST_SHOWN]
        content = {"entries": entries, "person": thing, "workspace": workspace}
        return Panel("messaging/lately_panel.html", content) if entries else None

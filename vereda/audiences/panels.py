"""What audiences show on the pages of things below them: a person's, and a survey's sending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vereda.audiences.contracts import SendingState
from vereda.audiences.queries.inclusions import audiences_of_person
from vereda.audiences.queries.surveys import sendings_of_survey
from vereda.audiences.wording import SENDINGS
from vereda.customers.contracts import RelationKind
from vereda.customers.wording import RELATIONS
from vereda.foundation.panels import PERSON, SURVEY, Panel
from vereda.surveys.contracts import SkipReason, SurveyState
from vereda.surveys.wording import SKIP_REASONS, repetition_words

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.surveys.models.surveys import Survey
    from vereda.workspaces.models import Member

WHOLE: Final = 100


class AudiencesOfPerson:
    """Beside a person: the audiences they are in."""

    place: Final = PERSON
    may: Final = "audiences.see"

    def panel(self, member: Member, thing: Person) -> Panel | None:
        """Their audiences by name, with since when; nothing where there are none."""
        inclusions = audiences_of_person(member.workspace, thing.pk)
        content = {"inclusions": inclusions, "workspace": member.workspace}
        return Panel("audiences/in_these_panel.html", content) if inclusions else None


class AudiencesOfSurvey:
    """Beside the sending of a survey: the audiences it went to, and the way to another."""

    place: Final = SURVEY
    may: Final = "audiences.see"

    def panel(self, member: Member, thing: Survey) -> Panel | None:
        """To which audiences it goes, and whether whoever enters is asked too."""
        rows = sendings_shown(thing)
        may_send = member.may("surveys.send")
        live = thing.state == SurveyState.LIVE
        if not rows and not (may_send and live):
            return None
        content = {
            "rows": rows,
            "survey": thing,
            "workspace": member.workspace,
            "may_send": may_send,
            "leads": live and may_send,
        }
        return Panel("audiences/sendings.html", content)


def sendings_shown(survey: Survey) -> list[dict[str, Any]]:
    """The audiences the survey goes to, each with how many were asked and who was left out."""
    return [
        {
            "row": row,
            "state": SENDINGS[SendingState(row.state)],
            "waits": row.state == SendingState.WAITING,
            "share": row.share if row.share < WHOLE else None,
            "again": repetition_words(row.again) if row.keeps_on and row.again else "",
            "roles": [RELATIONS[RelationKind(role)] for role in row.roles],
            "left_out": [
                (SKIP_REASONS[SkipReason(reason)], count) for reason, count in row.left_out.items()
            ],
        }
        for row in sendings_of_survey(survey)
    ]

"""What the portal does about what others tell."""

from vereda.customers.contracts import PeopleMerged, PersonErased
from vereda.foundation import clock
from vereda.portal.actions.links import end_visits_of_person


def close_door_after_erasure(fact: PersonErased) -> None:
    """Somebody is forgotten: no browser is known to be theirs, and no link opens."""
    end_visits_of_person(fact.workspace_id, fact.person_id, now=clock.now())


def close_door_after_merging(fact: PeopleMerged) -> None:
    """Two were one, or a member took them for it: either comes in anew, by their own letters."""
    for person_id in (fact.survivor_id, fact.absorbed_id):
        end_visits_of_person(fact.workspace_id, person_id, now=clock.now())

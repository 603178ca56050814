"""What the event store holds about a person."""

import json
from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from vereda.customers.queries.people import person_with_id
from vereda.events.actions.storing import erase_events_of
from vereda.events.queries.single_events import events_of_person, ids_of_people_and_before
from vereda.foundation.personal_data import PersonalData, PersonRef, Record


class WhatTheyDid(PersonalData):
    """Every event of theirs, also from before they were known by name."""

    title = _("What they did in the product")

    def export(self, person: PersonRef) -> Iterator[Record]:
        """The newest to arrive first."""
        for event in events_of_person(person.workspace_id, keys=person.external_ids):
            yield Record(
                kind=event.kind.value,
                at=event.occurred_at,
                source=event.source,
                values={
                    "name": event.name,
                    "account": event.account_key,
                    "anonymous_id": event.anonymous_id,
                    "properties": json.loads(event.properties or "{}"),
                    "traits": json.loads(event.traits or "{}"),
                    "context": json.loads(event.context or "{}"),
                },
            )

    def also_known_as(self, person: PersonRef) -> Collection[str]:
        """Also the ids of their browsers, from before they were known by name."""
        return ids_of_people_and_before(person.workspace_id, keys=person.external_ids)

    def erase(self, person: PersonRef) -> int:
        """Events, links and refused items go."""
        return erase_events_of(person_with_id(person.workspace_id, person.person_id))

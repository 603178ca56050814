"""Of whom events may be stored at all."""

from dataclasses import dataclass

from vereda.events.contracts.arriving import NewEvent


@dataclass(frozen=True, slots=True)
class Consents:
    """The ids, of people and anonymous, that said no; or, with `only_these`, said yes."""

    ids: frozenset[str] = frozenset()
    only_these: bool = False

    def allow(self, event: NewEvent) -> bool:
        """May this event be kept?"""
        if not self.ids:
            return not self.only_these
        named = self.ids.intersection((event.person_key, event.anonymous_id, event.previous_id)) - {
            ""
        }
        return bool(named) is self.only_these


EVERYBODY = Consents()

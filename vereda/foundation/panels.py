"""Panels that a capability above puts on the page of another's thing.

A person's page belongs to customers, and audiences above know which of them the person is in: they
offer a `PanelSource` in `panels.py`, `config/wiring.py` lists it in PANELS, and the page shows what
comes, without knowing whose it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

from django.conf import settings

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

PERSON: Final = "person"
SURVEY: Final = "survey"
"""Places that take panels: a person's page, and the sending of a survey."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A template, which is given `content` under the name `panel`."""

    template: str
    content: Mapping[str, Any]


class PanelSource(Protocol):
    """A capability's share of the pages of things below it."""

    @property
    def place(self) -> str:
        """On which page it stands: PERSON or SURVEY."""
        ...

    @property
    def may(self) -> str:
        """The permission without which it is not shown."""
        ...

    def panel(self, member: "Member", thing: Any) -> Panel | None:
        """What to show beside this thing; a constant number of queries, None where nothing is."""
        ...


def panels_at(place: str, *, member: "Member", thing: Any) -> list[Panel]:
    """What other capabilities show the member beside this thing, in the order of the wiring."""
    sources: Sequence[PanelSource] = getattr(import_module(settings.VEREDA_WIRING), "PANELS", ())
    offered = (
        source.panel(member, thing)
        for source in sources
        if source.place == place and member.may(source.may)
    )
    return [panel for panel in offered if panel is not None]

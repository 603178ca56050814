"""Drift: what about the events is not as it used to be."""

from enum import StrEnum

import msgspec


class DriftKind(StrEnum):
    """What may drift."""

    EVENT_STOPPED = "event_stopped"
    PROPERTY_CHANGED = "property_changed"
    ACCOUNT_SILENT = "account_silent"
    KEY_STOPPED = "key_stopped"


class PropertyType(StrEnum):
    """What a property of an event holds."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    LIST = "list"
    OBJECT = "object"
    NOTHING = "nothing"


class PropertySeen(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A property of an event name, from a sample of its newest events.

    `type` is what most hold that carry it; `share` of the sampled events carry it; `alike` of
    those hold that type.
    """

    name: str
    type: PropertyType
    share: float
    alike: float
    example: str

"""Drift: what about the events is not as it used to be."""

from enum import StrEnum


class DriftKind(StrEnum):
    """What may drift."""

    EVENT_STOPPED = "event_stopped"
    PROPERTY_CHANGED = "property_changed"
    ACCOUNT_SILENT = "account_silent"
    KEY_STOPPED = "key_stopped"

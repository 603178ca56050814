"""The words others may use about products."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from vereda.foundation.errors import Refused


class InnovationLevel(StrEnum):
    """How unfamiliar it is to those who begin: the more, the more help they need."""

    FAMILIAR = "familiar"
    NEW_TO_THEM = "new_to_them"
    NEW_TO_ALL = "new_to_all"


class PriceClass(StrEnum):
    """How expensive it is for a customer."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class Cadence(StrEnum):
    """How often somebody well served uses it."""

    SINGLE_USE = "single_use"
    OCCASIONAL = "occasional"
    REGULAR = "regular"
    PATCH = "patch"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureOfEvent:
    """What an event name means: which feature of which product was used."""

    feature_id: UUID
    feature: str
    product_id: UUID
    product: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueChanged:
    """Products, features or the events that mean "used" are different now."""

    workspace_id: UUID


class NameTaken(Refused):
    """Something with that short name exists already."""


class EventTaken(Refused):
    """That event means another feature already."""


class WrongCatalogue(Refused):
    """The file is no catalogue; says where and what was expected."""

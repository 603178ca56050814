"""What the enums of product are called on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.product.contracts import Cadence, InnovationLevel, PriceClass

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

INNOVATION: dict[InnovationLevel, StrPromise] = {
    InnovationLevel.FAMILIAR: _("Familiar: they have used such a thing before"),
    InnovationLevel.NEW_TO_THEM: _("New to them: others use it already"),
    InnovationLevel.NEW_TO_ALL: _("New to everybody: nobody has worked like this"),
}

PRICES: dict[PriceClass, StrPromise] = {
    PriceClass.LOW: pgettext_lazy("price class", "Low"),
    PriceClass.MIDDLE: pgettext_lazy("price class", "Middle"),
    PriceClass.HIGH: pgettext_lazy("price class", "High"),
}

CADENCES: dict[Cadence, StrPromise] = {
    Cadence.SINGLE_USE: _("Once, for one job"),
    Cadence.OCCASIONAL: _("Now and then"),
    Cadence.REGULAR: _("Regularly"),
    Cadence.PATCH: _("In bursts, when something has to be mended"),
}

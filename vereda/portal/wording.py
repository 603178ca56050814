"""The portal in words: how an item stands, as a customer reads it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vereda.onboarding.contracts.plans import CLOSED_STATES, ItemState
from vereda.onboarding.contracts.templates import Party

WAITS = {
    Party.US: _("We are at it"),
    Party.THEM: _("It is your turn"),
    Party.THIRD_PARTY: _("Somebody else is at it"),
}


def state_words(state: ItemState, *, held_by: Party | None) -> Promise:
    """How an item stands: settled, whose turn it is, or that its time will come."""
    if state is ItemState.WAIVED:
        return _("Not needed")
    if state in CLOSED_STATES:
        return _("Done")
    if state is ItemState.SUBMITTED:
        return _("We have it, and look at it")
    if held_by is not None:
        return WAITS[held_by]
    return _("Comes later")

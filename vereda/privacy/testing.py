"""Makers for tests: `a_yes(person)`, `a_no(person)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vereda.foundation.testing import MORNING
from vereda.privacy.actions.consents import give_consent, withdraw_consent
from vereda.privacy.contracts import ConsentPurpose
from vereda.privacy.models import Consent

if TYPE_CHECKING:
    from vereda.customers.models.people import Person


def a_yes(person: Person, *, purpose: ConsentPurpose = ConsentPurpose.PRODUCT_ANALYTICS) -> Consent:
    """The person allows it, in the morning."""
    return give_consent(person, purpose=purpose, source="test", by=None, now=MORNING)


def a_no(person: Person, *, purpose: ConsentPurpose = ConsentPurpose.PRODUCT_ANALYTICS) -> Consent:
    """The person refuses it, in the morning."""
    return withdraw_consent(person, purpose=purpose, source="test", by=None, now=MORNING)

"""What purposes, rules and requests are called on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.foundation.personal_data import Purpose, Retention
from vereda.privacy.contracts import (
    BY_THEMSELVES,
    TOLD_A_MEMBER,
    ConsentPurpose,
    LegalBasis,
    RequestKind,
    TrackingRule,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

CONSENTS: dict[ConsentPurpose, StrPromise] = {
    ConsentPurpose.PRODUCT_ANALYTICS: _("Recording how they use the product"),
    ConsentPurpose.MESSAGES: _("Messages that are not part of the service"),
    ConsentPurpose.PROFILING: _("Using their data in scores about them"),
}

# What the person is asked; kept with each answer, because a yes is a yes to these words.
QUESTIONS: dict[ConsentPurpose, StrPromise] = {
    ConsentPurpose.PRODUCT_ANALYTICS: _(
        "May we record which parts of the product you use, to help you where you are stuck? "
        "A no changes nothing about the help you get."
    ),
    ConsentPurpose.MESSAGES: _(
        "May we send you news and invitations that are not needed for the service itself?"
    ),
    ConsentPurpose.PROFILING: _(
        "May what we know about you count in scores that tell us whom to help first?"
    ),
}

BASES: dict[LegalBasis, StrPromise] = {
    LegalBasis.CONTRACT: _("the contract with their company"),
    LegalBasis.LEGITIMATE_INTEREST: _("legitimate interest"),
    LegalBasis.CONSENT: _("their consent"),
}

RULES: dict[TrackingRule, StrPromise] = {
    TrackingRule.UNLESS_REFUSED: _("Recorded unless the person has said no"),
    TrackingRule.ONLY_WITH_CONSENT: _("Recorded only of people who have said yes"),
}

REQUESTS: dict[RequestKind, StrPromise] = {
    RequestKind.ACCESS: _("A copy of their data"),
    RequestKind.CORRECTION: _("To have something corrected"),
    RequestKind.ERASURE: _("To be forgotten"),
    RequestKind.RESTRICTION: _("To have their data kept but not used"),
}

PURPOSES: dict[Purpose, tuple[StrPromise, LegalBasis]] = {
    Purpose.SERVICE: (_("To give the service"), LegalBasis.CONTRACT),
    Purpose.PRODUCT_USAGE: (_("To see how the product is used"), LegalBasis.LEGITIMATE_INTEREST),
    Purpose.MESSAGES: (pgettext_lazy("purpose", "To write to them"), LegalBasis.CONSENT),
    Purpose.RELATIONSHIP: (_("To know them as individuals"), LegalBasis.LEGITIMATE_INTEREST),
    Purpose.SECURITY: (_("To keep the system secure"), LegalBasis.LEGITIMATE_INTEREST),
}

RETENTIONS: dict[Retention, StrPromise] = {
    Retention.WITH_PERSON: _("until the person is erased"),
    Retention.WITH_ACCOUNT: _("as long as the account is kept"),
    Retention.WITH_MEMBERSHIP: _("while they work in this workspace"),
    Retention.WITH_IMPORT: _("until the import can no longer be undone"),
    Retention.WITH_EVENTS: _("as long as events are kept"),
    Retention.TWO_YEARS: _("two years"),
    Retention.NINETY_DAYS: _("ninety days"),
    Retention.THIRTY_DAYS: _("thirty days"),
}

SOURCES: dict[str, StrPromise] = {
    BY_THEMSELVES: _("said by themselves, on their own page"),
    TOLD_A_MEMBER: _("told a member"),
}


def source_words(source: str) -> str:
    """Where an answer or a request came from; what somebody wrote stays as it is."""
    return str(SOURCES.get(source, source))

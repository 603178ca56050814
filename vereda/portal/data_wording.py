"""What a person reads about their own data: the words of privacy, said to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vereda.foundation.personal_data import Purpose, Retention
from vereda.foundation.wording import number_words
from vereda.privacy.contracts import (
    BY_THEMSELVES,
    TOLD_A_MEMBER,
    ConsentPurpose,
    RequestKind,
    TrackingRule,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Asked(NamedTuple):
    """A purpose as somebody is asked about it: what it is, what holds while they say nothing, and
    what a no does and does not."""

    title: StrPromise
    unsaid: StrPromise
    after_no: StrPromise


RECORDED_UNLESS: Final = _("You have said nothing. It is recorded unless you say no.")
NOT_RECORDED_YET: Final = _("You have said nothing. It is not recorded unless you say yes.")

ASKED: Final[Mapping[ConsentPurpose, Asked]] = {
    ConsentPurpose.PRODUCT_ANALYTICS: Asked(
        _("Recording how you use the product"),
        RECORDED_UNLESS,
        _(
            "After a no, nothing that you do in the product is recorded any more, from that moment"
            " on. You lose no help: the people who help you, your plans and your tickets stay as"
            " they are. They only see less of where you are stuck. What was recorded before stays"
            " until you ask for it to go, below."
        ),
    ),
    ConsentPurpose.MESSAGES: Asked(
        _("News and invitations"),
        _("You have said nothing. You get none unless you say yes."),
        _(
            "After a no you get none. Letters about your plans, your tickets and what you asked"
            " for still come: they are part of the service."
        ),
    ),
    ConsentPurpose.PROFILING: Asked(
        _("Your data in scores"),
        _("You have said nothing. They count unless you say no."),
        _(
            "There is no score about you alone. After a no, what you answered in surveys and about"
            " tickets, and the part that you have in your company, count in no score of your"
            " company. Nothing that you need depends on it."
        ),
    ),
}


def unsaid_words(purpose: ConsentPurpose, *, rule: TrackingRule) -> str:
    """What holds of a purpose about which they have said nothing."""
    if purpose is ConsentPurpose.PRODUCT_ANALYTICS and rule is TrackingRule.ONLY_WITH_CONSENT:
        return str(NOT_RECORDED_YET)
    return str(ASKED[purpose].unsaid)


PURPOSES: Final[Mapping[Purpose, tuple[StrPromise, StrPromise]]] = {
    Purpose.SERVICE: (
        _("To give you the service"),
        _("Because of the contract with your company."),
    ),
    Purpose.PRODUCT_USAGE: (
        _("To see how the product is used"),
        _("Because it helps us to help you; you can say no above."),
    ),
    Purpose.MESSAGES: (
        pgettext_lazy("purpose", "To write to you"),
        _("News only with your yes; the other letters because of the contract."),
    ),
    Purpose.RELATIONSHIP: (
        _("To know you and what matters to you"),
        _("Because it helps us to help you; you can ask for it to be corrected or to go, below."),
    ),
    Purpose.SECURITY: (
        _("To keep this page and the system secure"),
        _("Because we have to know who came in."),
    ),
}
"""Why something is held, and on what ground."""

RETENTIONS: Final[Mapping[Retention, StrPromise]] = {
    Retention.WITH_PERSON: _("until you are erased"),
    Retention.WITH_ACCOUNT: _("while your company is kept; your words go when you are erased"),
    Retention.WITH_MEMBERSHIP: _("while the member works there"),
    Retention.WITH_IMPORT: _("until the import can no longer be undone"),
    Retention.TWO_YEARS: _("two years"),
    Retention.NINETY_DAYS: _("ninety days after it ended"),
    Retention.THIRTY_DAYS: _("thirty days"),
}


def kept_words(retention: Retention, *, event_days: int | None) -> str:
    """How long something is kept; events as long as the workspace says (None: until erased)."""
    if retention is not Retention.WITH_EVENTS:
        return str(RETENTIONS[retention])
    if event_days is None:
        return str(RETENTIONS[Retention.WITH_PERSON])
    words = ngettext("%s day at most", "%s days at most", event_days)
    return words % number_words(event_days)


SOURCES: Final[Mapping[str, StrPromise]] = {
    BY_THEMSELVES: _("you said it here"),
    TOLD_A_MEMBER: _("you told one of us"),
}


def answered_words(source: str) -> str:
    """Where an answer of theirs came from."""
    return str(SOURCES.get(source, source))


REQUESTS: Final[Mapping[RequestKind, StrPromise]] = {
    RequestKind.CORRECTION: _("Something is wrong: correct it"),
    RequestKind.ERASURE: _("Erase me"),
    RequestKind.RESTRICTION: _("Keep my data, but do not use them"),
    RequestKind.ACCESS: _("Send me what I cannot read here"),
}

AFTER: Final[Mapping[RequestKind, StrPromise]] = {
    RequestKind.CORRECTION: _("Say what is wrong, and what is right."),
    RequestKind.ERASURE: _(
        "Your profile, your letters and what was recorded of you go everywhere. What your company"
        " agreed stays with it, without your name. It cannot be undone, and this page closes."
    ),
    RequestKind.RESTRICTION: _(
        "Nobody uses them, and this page closes too: showing them is using them. Answer any letter"
        " of ours to change it back."
    ),
    RequestKind.ACCESS: _("Such as what stands with a company that you have left."),
}


def request_choices() -> list[tuple[str, str]]:
    """What may be asked for, each with what follows."""
    return [(str(kind), f"{words}. {AFTER[kind]}") for kind, words in REQUESTS.items()]


RECORDS: Final[Mapping[str, StrPromise]] = {
    "identify": _("You said who you are"),
    "letter to them": _("Letter to you"),
    "letter from them": _("Letter from you"),
    "letters they do not want": _("Letters you do not want"),
    "promised benefit": _("Promised benefit you named"),
    "expectation": _("What you were told to expect"),
    "task": _("What we mean to do"),
}
NAMES: Final[Mapping[str, StrPromise]] = {
    "beliefs": pgettext_lazy("own data", "What you believe"),
    "motivations": pgettext_lazy("own data", "What moves you"),
    "preferences": pgettext_lazy("own data", "How you like to work"),
    "traits": pgettext_lazy("own data", "What was said about you"),
    "part": pgettext_lazy("own data", "Your part"),
    "to": pgettext_lazy("own data", "With whom"),
}
"""Where what members read says "they"."""


def count_words(count: int, *, is_whole: bool) -> str:
    """How many records there are: "12", or "2,000 or more" where not all were counted."""
    words = number_words(count)
    return words if is_whole else gettext("%s or more") % words

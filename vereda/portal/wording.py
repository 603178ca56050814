"""The portal in words: how an item and a promised benefit stand, as a customer reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vereda.foundation.wording import day_words
from vereda.onboarding.contracts.plans import CLOSED_STATES, ItemState
from vereda.onboarding.contracts.templates import Party
from vereda.outcomes.contracts import OutcomeState, VerdictKind, WhyNot
from vereda.outcomes.wording import STATES, amount_words

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.outcomes.models.outcomes import Verdict
    from vereda.outcomes.queries.outcomes import OutcomeView
    from vereda.outcomes.queries.reports import MoneyReport

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


WHY_NOT: Final[dict[WhyNot, Promise]] = {
    WhyNot.NOT_ADOPTED: pgettext_lazy("said by either side", "It is not used enough"),
    WhyNot.NOT_SET_UP: pgettext_lazy("said by either side", "The set-up was never finished"),
    WhyNot.MISSING_IN_PRODUCT: pgettext_lazy("said by either side", "The product lacks something"),
    WhyNot.OVER_PROMISED: pgettext_lazy("said by either side", "Too much was promised"),
    WhyNot.CUSTOMER_CHANGED: pgettext_lazy("said by either side", "Plans have changed"),
    WhyNot.CANNOT_BE_MEASURED: pgettext_lazy("said by either side", "It cannot be measured"),
    WhyNot.NO_ANSWER: pgettext_lazy("said by either side", "There was no answer"),
    WhyNot.TOO_EARLY: pgettext_lazy("said by either side", "It is too early to tell"),
    WhyNot.CAME_FROM_ELSEWHERE: pgettext_lazy("said by either side", "It came from elsewhere"),
    WhyNot.OTHER: pgettext_lazy("said by either side", "For another reason"),
}
"""Why a benefit did not come true, in words that fit whoever says them."""

REASONS_OFFERED: Final = tuple(each for each in WhyNot if each is not WhyNot.NO_ANSWER)
"""Those that somebody at a customer may give: they do answer."""


def benefit_state(view: OutcomeView) -> str:
    """Where a benefit stands, and who says so."""
    if view.state is OutcomeState.VERIFIED:
        return gettext("Confirmed by you") if view.theirs else gettext("Verified by us")
    if view.state is OutcomeState.NOT_VERIFIED:
        return gettext("Not true, you say") if view.theirs else gettext("Not true, we say")
    return str(STATES[view.state])


def word_of_ours(verdict: Verdict) -> str:
    """What we say about a benefit, to the customer."""
    told = {"day": day_words(verdict.on), "why": _why(verdict)}
    if verdict.kind == VerdictKind.VERIFIED:
        return gettext("We verified it on %(day)s.") % told
    return gettext("We say that it did not come true, %(day)s: %(why)s.") % told


def word_of_theirs(verdict: Verdict, *, reader: Person) -> str:
    """What they say, to one of them."""
    told = {"day": day_words(verdict.on), "why": _why(verdict)}
    is_true = verdict.kind == VerdictKind.VERIFIED
    if verdict.person_id == reader.pk:
        if is_true:
            return gettext("You confirmed it on %(day)s.") % told
        return gettext("You said on %(day)s that it did not come true: %(why)s.") % told
    told["who"] = verdict.person.called if verdict.person else gettext("Somebody of you")
    if is_true:
        return gettext("%(who)s confirmed it for you on %(day)s.") % told
    return gettext("%(who)s said on %(day)s that it did not come true: %(why)s.") % told


def _why(verdict: Verdict) -> str:
    """The reason within a sentence."""
    words = str(WHY_NOT[WhyNot(verdict.reason)]) if verdict.reason else ""
    return words[:1].lower() + words[1:]


def gained_sentences(money: MoneyReport) -> list[str]:
    """What verified benefits gained in money, and what was only measured, apart."""
    kinds = (
        (money.proven_a_year, _("Verified: %s a year.")),
        (money.proven_once, _("Verified: %s once.")),
        (money.claimed_a_year, _("Measured, but verified by nobody: %s a year.")),
        (money.claimed_once, _("Measured, but verified by nobody: %s once.")),
    )
    return [str(words) % amount for sums, words in kinds for amount in _amounts(sums)]


def _amounts(sums: Mapping[str, Decimal]) -> Iterator[str]:
    for currency, value in sorted(sums.items()):
        yield amount_words(value, currency)

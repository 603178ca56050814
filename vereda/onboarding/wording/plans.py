"""What the enums of plans are called on screen."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.onboarding.contracts.plans import (
    EntryKind,
    ExitAnswer,
    ItemState,
    No,
    Objection,
    Owner,
    PlanPhase,
    ToolKind,
    ToolResult,
)
from vereda.onboarding.contracts.templates import Party

Word = TypeVar("Word", bound=StrEnum)

PHASES: dict[PlanPhase, Promise] = {
    PlanPhase.PRE_SALE: _("Before the sale"),
    PlanPhase.RUNNING: pgettext_lazy("phase of a plan", "On the way"),
    PlanPhase.SOLD: _("Sold, not onboarded"),
    PlanPhase.ONBOARDED: _("Onboarded"),
    PlanPhase.STOPPED: pgettext_lazy("phase of a plan", "Stopped"),
}

STATES: dict[ItemState, Promise] = {
    ItemState.NOT_YET: pgettext_lazy("state of an item", "Not begun"),
    ItemState.ASKED: pgettext_lazy("state of an item", "Asked for"),
    ItemState.SUBMITTED: pgettext_lazy("state of an item", "Given, not accepted yet"),
    ItemState.RETURNED: pgettext_lazy("state of an item", "Returned"),
    ItemState.STARTED: pgettext_lazy("state of an item", "Begun"),
    ItemState.ACCEPTED: pgettext_lazy("state of an item", "Accepted"),
    ItemState.DONE: pgettext_lazy("state of an item", "Done"),
    ItemState.WAIVED: pgettext_lazy("state of an item", "Not needed"),
    ItemState.DROPPED: pgettext_lazy("state of an item", "Taken out"),
}

ENTRIES: dict[EntryKind, Promise] = {
    EntryKind.PREPARED: pgettext_lazy("entry of a plan", "Plan prepared"),
    EntryKind.AGREED: pgettext_lazy("entry of a plan", "They said yes"),
    EntryKind.STOPPED: pgettext_lazy("entry of a plan", "Plan stopped"),
    EntryKind.RESUMED: pgettext_lazy("entry of a plan", "Plan resumed"),
    EntryKind.EXIT_ANSWERED: pgettext_lazy("entry of a plan", "Last question answered"),
    EntryKind.ADDED: pgettext_lazy("entry of a plan", "Added"),
    EntryKind.DROPPED: pgettext_lazy("entry of a plan", "Taken out"),
    EntryKind.REQUESTED: pgettext_lazy("entry of a plan", "Asked for"),
    EntryKind.REMINDED: pgettext_lazy("entry of a plan", "Reminded"),
    EntryKind.FOLLOWED_UP: pgettext_lazy("entry of a plan", "Followed up by us"),
    EntryKind.ASKED_AGAIN: pgettext_lazy("entry of a plan", "Asked for again, by our fault"),
    EntryKind.SUBMITTED: pgettext_lazy("entry of a plan", "Given"),
    EntryKind.ACCEPTED: pgettext_lazy("entry of a plan", "Accepted"),
    EntryKind.RETURNED: pgettext_lazy("entry of a plan", "Returned"),
    EntryKind.APPROVED: pgettext_lazy("entry of a plan", "Approved"),
    EntryKind.STARTED: pgettext_lazy("entry of a plan", "Begun"),
    EntryKind.DONE: pgettext_lazy("entry of a plan", "Done"),
    EntryKind.REACHED: pgettext_lazy("entry of a plan", "Reached, as measured"),
    EntryKind.REOPENED: pgettext_lazy("entry of a plan", "Opened again"),
    EntryKind.WAIVED: pgettext_lazy("entry of a plan", "Not needed"),
    EntryKind.ATTENDED: pgettext_lazy("entry of a plan", "Took part"),
    EntryKind.SMILED: pgettext_lazy("entry of a plan", "Said how it was"),
    EntryKind.HANDED_OVER: pgettext_lazy("entry of a plan", "Delay handed over"),
}

OWNERS: dict[Owner, Promise] = {
    Owner.WORK: _("We worked on it"),
    Owner.US: _("It waited for us"),
    Owner.THEM: _("It waited for the customer"),
    Owner.THIRD_PARTY: _("It waited for somebody else"),
    Owner.CALENDAR: _("Nights, weekends and holidays"),
}

HOLDERS: dict[Party, Promise] = {
    Party.US: _("Waiting for us"),
    Party.THEM: _("Waiting for the customer"),
    Party.THIRD_PARTY: _("Waiting for somebody else"),
}

TOOLS: dict[ToolKind, Promise] = {
    ToolKind.TRIAL: _("Free trial"),
    ToolKind.DEMO: _("Demo"),
    ToolKind.CAMPAIGN: _("Awareness campaign"),
    ToolKind.WEBINAR: _("Webinar"),
    ToolKind.POC: _("Proof of concept"),
    ToolKind.MVP: _("Minimum viable product"),
    ToolKind.EARLY_ACCESS: _("Early access"),
}

TOOL_RESULTS: dict[ToolResult, Promise] = {
    ToolResult.CONVINCED: _("It convinced them"),
    ToolResult.MIXED: _("Partly"),
    ToolResult.NOT_CONVINCED: _("It did not convince them"),
}

EXIT_ANSWERS: dict[ExitAnswer, Promise] = {
    ExitAnswer.YES: _("They get the benefits, and need them"),
    ExitAnswer.BENEFITS_ONLY: _("They get the benefits, and could do without"),
    ExitAnswer.NO: _("They do not get the benefits"),
}


def choices_of_plans(words: Mapping[Word, Promise]) -> list[tuple[str, Promise]]:
    """The choices of a field: what is stored, and what it is called."""
    return [(word.value, label) for word, label in words.items()]


OBJECTIONS: dict[No, Promise] = {
    No.NOT_AGREED: _("This plan waits for the customer's yes: nothing is asked or done before."),
    No.AGREED_ALREADY: _("They said yes already."),
    No.STOPPED: _("This plan was stopped. Resume it first."),
    No.NOT_STOPPED: _("This plan was not stopped."),
    No.GATE_SHUT: _("The gate is shut. Still to be accepted or done: %(missing)s."),
    No.NEEDS_FIRST: _("This comes after: %(missing)s."),
    No.CLOSED: _("“%(item)s” is settled already."),
    No.NOT_CLOSED: _("“%(item)s” is still open."),
    No.ALREADY_ASKED: _("They were asked for “%(item)s” already. Remind them instead."),
    No.ALREADY_GIVEN: _(
        "They gave “%(item)s” already. Ask again only with a reason; it counts against us."
    ),
    No.NOT_ASKED: _("Nobody was asked for “%(item)s” yet."),
    No.NOTHING_GIVEN: _("There is nothing of “%(item)s” to look at."),
    No.WRONG_KIND: _("That cannot be done with “%(item)s”."),
    No.OURS_TO_DO: _("“%(item)s” is ours to do."),
    No.NEEDS_REASON: _("Say why: it is kept as evidence."),
    No.MEASURED_ONLY: _("“%(item)s” is measured. Nobody types it."),
    No.NO_SMILE_ASKED: _("Nobody is asked how “%(item)s” was."),
    No.TOO_LATE_TO_ASK: _(
        "That set is finished: everything is asked for at once. Add it only with a reason; it "
        "counts against us."
    ),
    No.IS_SO_ALREADY: _("That is so already."),
    No.TOO_FAR_BACK: _("A delay is handed over from a time at which it was this item's turn."),
}


def objection_words(objection: Objection, *, item: str = "", titles: Mapping[str, str]) -> str:
    """Why something is refused, with the names of the items that are missing."""
    missing = ", ".join(titles.get(key, key) for key in objection.missing)
    return str(OBJECTIONS[objection.no]) % {"item": titles.get(item, item), "missing": missing}

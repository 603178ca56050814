"""What the enums of messaging are called on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.messaging.contracts import (
    AnswerDecision,
    DeliveryOutcome,
    DropReason,
    HoldReason,
    InboundState,
    LetterKind,
    LetterState,
    StopReason,
    SuppressionReason,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

KINDS: dict[LetterKind, StrPromise] = {
    LetterKind.SIGN_IN: _("Link to come in"),
    LetterKind.ANSWER: _("Receipt"),
    LetterKind.REQUEST: _("Request"),
    LetterKind.REMINDER: pgettext_lazy("kind of letter", "Reminder"),
    LetterKind.DIGEST: _("Digest"),
    LetterKind.PERSONAL: _("Personal letter"),
    LetterKind.NEWS: pgettext_lazy("kind of letter", "News"),
}

WISHES: dict[LetterKind, StrPromise] = {
    LetterKind.REQUEST: _("What we need from you for what was agreed"),
    LetterKind.REMINDER: _("Reminders of it"),
    LetterKind.DIGEST: _("A summary of what waits for you"),
    LetterKind.PERSONAL: _("Letters that somebody writes to you by hand"),
    LetterKind.NEWS: _("News and invitations that are not needed for the service"),
}
"""What a person reads beside the choices."""

REASONS: dict[LetterKind, StrPromise] = {
    LetterKind.SIGN_IN: _("You get this letter because somebody asked for it with your address."),
    LetterKind.ANSWER: _("You get this letter because of something you have just done."),
    LetterKind.REQUEST: _(
        "You get this letter because we need something for what was agreed with you."
    ),
    LetterKind.REMINDER: _("You get this letter because something still waits for you."),
    LetterKind.DIGEST: _("You get this letter because something waits for you."),
    LetterKind.PERSONAL: _("You get this letter because somebody here wrote to you."),
    LetterKind.NEWS: _("You get this letter because you said yes to such messages."),
}

STATES: dict[LetterState, StrPromise] = {
    LetterState.WAITING: pgettext_lazy("state of a letter", "Waiting"),
    LetterState.HELD: pgettext_lazy("state of a letter", "Held back"),
    LetterState.SENDING: pgettext_lazy("state of a letter", "Leaving"),
    LetterState.SENT: pgettext_lazy("state of a letter", "Sent"),
    LetterState.UNCLEAR: pgettext_lazy("state of a letter", "Unclear"),
    LetterState.FAILED: pgettext_lazy("state of a letter", "Refused"),
    LetterState.STOPPED: pgettext_lazy("state of a letter", "Stopped"),
}

TONES: dict[LetterState, str] = {
    LetterState.WAITING: "plain",
    LetterState.HELD: "watch",
    LetterState.SENDING: "plain",
    LetterState.SENT: "good",
    LetterState.UNCLEAR: "watch",
    LetterState.FAILED: "risk",
    LetterState.STOPPED: "unknown",
}

HOLDS: dict[HoldReason, StrPromise] = {
    HoldReason.BUDGET: _("this person has had their letters for the week"),
    HoldReason.SERVER: _("the mail server did not take it yet"),
}

STOPS: dict[StopReason, StrPromise] = {
    StopReason.NO_ADDRESS: _("we have no address of this person"),
    StopReason.WRONG_ADDRESS: _("their address is none that mail can be sent to"),
    StopReason.ERASED: _("this person was erased"),
    StopReason.RESTRICTED: _("their data are kept and not used"),
    StopReason.REFUSED_KIND: _("they want no letters of this kind"),
    StopReason.NO_CONSENT: _("they have not said yes to such messages"),
    StopReason.SUPPRESSED: _("their address must not be written to"),
    StopReason.SAME_ADDRESS: _("somebody else with the same address gets it"),
    StopReason.TOO_LATE: _("its time was over before it could leave"),
    StopReason.NOT_NEEDED: _("what it was about was done meanwhile"),
    StopReason.BY_MEMBER: _("a member stopped it"),
}

OUTCOMES: dict[DeliveryOutcome, StrPromise] = {
    DeliveryOutcome.ASKED: pgettext_lazy("what happened to a letter", "Ordered"),
    DeliveryOutcome.HELD: pgettext_lazy("what happened to a letter", "Held back"),
    DeliveryOutcome.SENT: pgettext_lazy("what happened to a letter", "Taken by the mail server"),
    DeliveryOutcome.PUT_OFF: pgettext_lazy("what happened to a letter", "Put off"),
    DeliveryOutcome.REFUSED: pgettext_lazy("what happened to a letter", "Refused for good"),
    DeliveryOutcome.UNCLEAR: pgettext_lazy("what happened to a letter", "May have left"),
    DeliveryOutcome.STOPPED: pgettext_lazy("what happened to a letter", "Stopped"),
    DeliveryOutcome.AGAIN: pgettext_lazy("what happened to a letter", "To be sent again"),
    DeliveryOutcome.BOUNCED: pgettext_lazy("what happened to a letter", "Came back"),
    DeliveryOutcome.REPLIED: pgettext_lazy("what happened to a letter", "Answered"),
}

SUPPRESSIONS: dict[SuppressionReason, StrPromise] = {
    SuppressionReason.BOUNCED: _("a letter came back: there is no such address"),
    SuppressionReason.COMPLAINED: _("somebody there called a letter spam"),
    SuppressionReason.BY_MEMBER: _("a member said so"),
    SuppressionReason.ERASED: _("the person was erased"),
}

INBOUND_STATES: dict[InboundState, StrPromise] = {
    InboundState.WAITING: pgettext_lazy("state of a letter that came in", "Being read"),
    InboundState.TAKEN: pgettext_lazy("state of a letter that came in", "Taken"),
    InboundState.DROPPED: pgettext_lazy("state of a letter that came in", "Dropped"),
}

INBOUND_TONES: dict[InboundState, str] = {
    InboundState.WAITING: "plain",
    InboundState.TAKEN: "good",
    InboundState.DROPPED: "unknown",
}

DECISIONS: dict[AnswerDecision, StrPromise] = {
    AnswerDecision.THEIRS: pgettext_lazy("what a member said of an answer", "From them"),
    AnswerDecision.SET_ASIDE: pgettext_lazy("what a member said of an answer", "Set aside"),
}

DROPS: dict[DropReason, StrPromise] = {
    DropReason.NO_REPLY_ADDRESS: _("it is addressed to none of your reply addresses"),
    DropReason.WRONG_TOKEN: _("its reply address is cut off, changed or another workspace's"),
    DropReason.CLOSED: _("what it answers is over"),
    DropReason.PERSON_GONE: _("the person was erased"),
    DropReason.AUTOMATIC: _("a machine wrote it: an absence note or a list"),
    DropReason.BOUNCE: _("it reports that a letter of ours did not arrive"),
    DropReason.OUR_OWN: _("it is a letter of our own that came back"),
    DropReason.TOO_MANY_RECIPIENTS: _("it went to more than 50 addresses"),
    DropReason.TOO_OFTEN: _("too many came from this address within an hour"),
    DropReason.TOO_LARGE: _("it is larger than 25 MB"),
    DropReason.TOO_MANY_PARTS: _("it has more than 50 parts"),
    DropReason.TOO_DEEP: _("its parts lie more than 10 deep in one another"),
    DropReason.UNREADABLE: _("it cannot be read"),
    DropReason.EMPTY: _("there is neither a word nor a file in it"),
}

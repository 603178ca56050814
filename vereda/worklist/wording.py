"""What the enums of the worklist are called on screen, and why an alert was raised, in a sentence.

Sentences are made when they are shown, in the reader's language: only numbers, ids and dates are
stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from vereda.customers.contracts import LifecycleStage
from vereda.customers.wording import STAGES
from vereda.foundation.wording import day_words, number_words, percent_words
from vereda.privacy.contracts import RequestKind
from vereda.privacy.wording import REQUESTS
from vereda.worklist.contracts import (
    AlertKind,
    AlertReason,
    CloseReason,
    Details,
    DismissReason,
    RunEnd,
    SnoozeReason,
    StepRole,
    TaskPriority,
    TaskState,
)

Word = TypeVar("Word", bound=StrEnum)
MOST_TAKEN_BACK = 200

KINDS: dict[AlertKind, Promise] = {
    AlertKind.HEALTH: pgettext_lazy("kind of alert", "Health"),
    AlertKind.USAGE: pgettext_lazy("kind of alert", "Usage"),
    AlertKind.RENEWAL: pgettext_lazy("kind of alert", "Renewal"),
    AlertKind.SUPPORT: pgettext_lazy("kind of alert", "Support"),
    AlertKind.VOICE: pgettext_lazy("kind of alert", "What they say"),
    AlertKind.PEOPLE: pgettext_lazy("kind of alert", "People"),
    AlertKind.ONBOARDING: pgettext_lazy("kind of alert", "Onboarding"),
    AlertKind.OPPORTUNITY: pgettext_lazy("kind of alert", "Opportunity"),
}

ICONS: dict[AlertKind, str] = {
    AlertKind.HEALTH: "heart-pulse",
    AlertKind.USAGE: "chart-line",
    AlertKind.RENEWAL: "calendar",
    AlertKind.SUPPORT: "ticket",
    AlertKind.VOICE: "megaphone",
    AlertKind.PEOPLE: "user-x",
    AlertKind.ONBOARDING: "map-pin",
    AlertKind.OPPORTUNITY: "trending-up",
}

REASONS: dict[AlertReason, Promise] = {
    AlertReason.HEALTH_FELL: gettext_lazy("Health falling"),
    AlertReason.HEALTH_AT_RISK: gettext_lazy("At risk"),
    AlertReason.HEALTH_OPINION: gettext_lazy("Score and opinion differ"),
    AlertReason.HEALTH_UNKNOWN: gettext_lazy("Health no longer known"),
    AlertReason.OUTCOME_BEHIND: gettext_lazy("Promised benefit behind"),
    AlertReason.OUTCOME_MISSED: gettext_lazy("Promised benefit missed"),
    AlertReason.OUTCOME_UNMEASURED: gettext_lazy("Promised benefit not measured"),
    AlertReason.OUTCOME_WITHOUT_START: gettext_lazy("Promised benefit without a start"),
    AlertReason.OUTCOME_TO_VERIFY: gettext_lazy("Promised benefit to verify"),
    AlertReason.PLAN_LATE: gettext_lazy("Onboarding late"),
    AlertReason.PROMISE_LATE: gettext_lazy("Promised day passed"),
    AlertReason.USAGE_STOPPED: gettext_lazy("Use stopped"),
    AlertReason.USAGE_FELL: gettext_lazy("Usage falling"),
    AlertReason.NEVER_USED: gettext_lazy("Sold, never used"),
    AlertReason.RENEWAL_NEAR: gettext_lazy("Renewal in 90 days"),
    AlertReason.RENEWAL_CLOSE: gettext_lazy("Renewal in 30 days"),
    AlertReason.RENEWAL_OVERDUE: gettext_lazy("Renewal overdue"),
    AlertReason.SUBSCRIPTION_CANCELLED: gettext_lazy("Subscription cancelled"),
    AlertReason.SLA_WARNED: gettext_lazy("Promise to answer in danger"),
    AlertReason.SLA_BREACHED: gettext_lazy("Promise to answer broken"),
    AlertReason.TICKET_ESCALATED: gettext_lazy("Ticket escalated"),
    AlertReason.COMMITMENT_DUE: gettext_lazy("Promise due tomorrow"),
    AlertReason.COMMITMENT_MISSED: gettext_lazy("Promise broken"),
    AlertReason.DETRACTOR: gettext_lazy("Would not recommend us"),
    AlertReason.LOW_SATISFACTION: gettext_lazy("Not satisfied"),
    AlertReason.ANSWER_UNVERIFIED: gettext_lazy("Answer not verified"),
    AlertReason.CHAMPION_LEFT: gettext_lazy("Champion left"),
    AlertReason.DATA_REQUESTED: gettext_lazy("Request about personal data"),
    AlertReason.STAGE_LATE: gettext_lazy("Stuck in a stage"),
    AlertReason.SEATS_FULL: gettext_lazy("Outgrowing the plan"),
}

ACTS: dict[AlertReason, Promise] = {
    AlertReason.HEALTH_FELL: gettext_lazy("Find out what got worse"),
    AlertReason.HEALTH_AT_RISK: gettext_lazy("Agree a plan to recover"),
    AlertReason.HEALTH_OPINION: gettext_lazy("Look again: score or opinion is wrong"),
    AlertReason.HEALTH_UNKNOWN: gettext_lazy("Find out why data stopped coming"),
    AlertReason.OUTCOME_BEHIND: gettext_lazy("Find out what holds the benefit back"),
    AlertReason.OUTCOME_MISSED: gettext_lazy("Say why it did not come, and what now"),
    AlertReason.OUTCOME_UNMEASURED: gettext_lazy("Measure it with the customer"),
    AlertReason.OUTCOME_WITHOUT_START: gettext_lazy("Ask where they started"),
    AlertReason.OUTCOME_TO_VERIFY: gettext_lazy("Ask the customer whether it came true"),
    AlertReason.PLAN_LATE: gettext_lazy("See what the plan waits for"),
    AlertReason.PROMISE_LATE: gettext_lazy("Say what happened, and a new day"),
    AlertReason.USAGE_STOPPED: gettext_lazy("Ask why nobody uses it"),
    AlertReason.USAGE_FELL: gettext_lazy("Ask what stopped them"),
    AlertReason.NEVER_USED: gettext_lazy("Call: what stopped them?"),
    AlertReason.RENEWAL_NEAR: gettext_lazy("Prepare the renewal"),
    AlertReason.RENEWAL_CLOSE: gettext_lazy("Settle the renewal"),
    AlertReason.RENEWAL_OVERDUE: gettext_lazy("Close the renewal"),
    AlertReason.SUBSCRIPTION_CANCELLED: gettext_lazy("Learn why, and try to win them back"),
    AlertReason.SLA_WARNED: gettext_lazy("See that the ticket is answered in time"),
    AlertReason.SLA_BREACHED: gettext_lazy("Excuse us and say when"),
    AlertReason.TICKET_ESCALATED: gettext_lazy("Follow the escalation"),
    AlertReason.COMMITMENT_DUE: gettext_lazy("Make sure it is kept"),
    AlertReason.COMMITMENT_MISSED: gettext_lazy("Say what happened, and a new day"),
    AlertReason.DETRACTOR: gettext_lazy("Thank them and listen"),
    AlertReason.LOW_SATISFACTION: gettext_lazy("Ask what went wrong"),
    AlertReason.ANSWER_UNVERIFIED: gettext_lazy("Read it and say whether it is from them"),
    AlertReason.CHAMPION_LEFT: gettext_lazy("Find who decides now"),
    AlertReason.DATA_REQUESTED: gettext_lazy("Meet it, and say so"),
    AlertReason.STAGE_LATE: gettext_lazy("Unblock the next stage"),
    AlertReason.SEATS_FULL: gettext_lazy("Offer a larger plan"),
}

CLOSE_REASONS: dict[CloseReason, Promise] = {
    CloseReason.CLEARED: gettext_lazy("Closed by itself"),
    CloseReason.DONE: pgettext_lazy("alert", "Done"),
    CloseReason.DISMISSED: pgettext_lazy("alert", "Dismissed"),
    CloseReason.ARCHIVED: gettext_lazy("Account archived"),
}

SNOOZE_REASONS: dict[SnoozeReason, Promise] = {
    SnoozeReason.WAITING_CUSTOMER: gettext_lazy("Waiting for the customer"),
    SnoozeReason.WAITING_US: gettext_lazy("Waiting for a colleague"),
    SnoozeReason.PLANNED: gettext_lazy("Planned for that day"),
    SnoozeReason.NOT_NOW: gettext_lazy("Other things come first"),
}

DISMISS_REASONS: dict[DismissReason, Promise] = {
    DismissReason.NOT_TRUE: gettext_lazy("It is not true"),
    DismissReason.KNOWN: gettext_lazy("Known and accepted"),
    DismissReason.NOT_WORTH_IT: gettext_lazy("Not worth the time"),
}

PRIORITIES: dict[TaskPriority, Promise] = {
    TaskPriority.LOW: pgettext_lazy("priority of a task", "Low"),
    TaskPriority.NORMAL: pgettext_lazy("priority of a task", "Normal"),
    TaskPriority.HIGH: pgettext_lazy("priority of a task", "High"),
}

STATES: dict[TaskState, Promise] = {
    TaskState.OPEN: pgettext_lazy("state of a task", "To do"),
    TaskState.DONE: pgettext_lazy("state of a task", "Done"),
    TaskState.DROPPED: pgettext_lazy("state of a task", "Dropped"),
    TaskState.SET_ASIDE: pgettext_lazy("state of a task", "Closed: account archived"),
}

ROLES: dict[StepRole, Promise] = {
    StepRole.ACCOUNT_OWNER: gettext_lazy("Who looks after the account"),
    StepRole.STARTER: gettext_lazy("Who starts it"),
    StepRole.QUEUE: gettext_lazy("A queue"),
    StepRole.MEMBER: gettext_lazy("A certain member"),
}

RUN_ENDS: dict[RunEnd, Promise] = {
    RunEnd.FINISHED: pgettext_lazy("playbook", "Finished"),
    RunEnd.STOPPED: pgettext_lazy("playbook", "Stopped"),
}


HISTORY: dict[str, Promise] = {
    "cleared": gettext_lazy("Closed by itself"),
    "snoozed": gettext_lazy("Snoozed"),
    "woke": gettext_lazy("Taken up again"),
    "finished": pgettext_lazy("alert", "Done"),
    "dismissed": pgettext_lazy("alert", "Dismissed"),
    "reopened": gettext_lazy("Opened again"),
    "delegated": gettext_lazy("Handed over"),
    "added": gettext_lazy("Added"),
    "edited": gettext_lazy("Changed"),
    "dropped": gettext_lazy("Dropped"),
    "took": gettext_lazy("Taken from the queue"),
    "closed with account": gettext_lazy("Closed: the account was archived"),
    "opened with account": gettext_lazy("Opened again: the account came back"),
}


def history_words(verb: str) -> str:
    """What was done with an alert or a task, from the verb of an audit line."""
    return str(HISTORY.get(verb, verb))


def choices_in_order(labels: Mapping[Word, Promise]) -> list[tuple[str, Promise]]:
    """The labels as the choices of a model or form field, in their order."""
    return [(str(value), label) for value, label in labels.items()]


# --- What was just done ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Did:
    """What the member has just done, with the words for it and the things it was done to."""

    verb: str
    words: str
    keys: tuple[str, ...]

    @property
    def can_undo(self) -> bool:
        """Is there a way back?"""
        return self.verb in {"finish", "dismiss", "drop", "snooze"}


def did_in(told: str) -> Did | None:
    """What an address says was just done, "finish:AL-12,K-4"; None for what it does not know."""
    verb, _mark, keys = told.partition(":")
    known = [key for key in keys.split(",") if key][:MOST_TAKEN_BACK]
    if not known:
        return None
    named = known[0] if len(known) == 1 else str(len(known))
    count = len(known)
    sentences = {
        "finish": ngettext("%(named)s is done.", "%(named)s things are done.", count),
        "dismiss": ngettext("%(named)s is dismissed.", "%(named)s things are dismissed.", count),
        "drop": ngettext("%(named)s is dropped.", "%(named)s things are dropped.", count),
        "snooze": ngettext("%(named)s waits.", "%(named)s things wait.", count),
        "delegate": ngettext(
            "%(named)s is handed over.", "%(named)s things are handed over.", count
        ),
    }
    if verb not in sentences:
        return None
    return Did(verb, sentences[verb] % {"named": named}, tuple(known))


# --- Reasons in sentences ---------------------------------------------------


def reason_words(reason: str, details: Details, *, today: date) -> str:
    """Why the alert is there, in a sentence: "Nobody has used it for 31 days."."""
    known = AlertReason(reason)
    tell = SENTENCES[known]
    try:
        return tell(details, today)
    except (KeyError, TypeError, ValueError):
        # A rule of another version left something out: the reason's name is still true.
        return str(REASONS[known])


def _day_in(details: Details, name: str) -> date:
    return date.fromisoformat(str(details[name]))


def _whole(details: Details, name: str) -> int:
    return round(float(details[name] or 0))


def _fell(details: Details, today: date) -> str:
    del today
    values = {"before": _whole(details, "before"), "score": _whole(details, "score")}
    if details.get("since_on"):
        values["day"] = day_words(_day_in(details, "since_on"))  # type: ignore[assignment]
        return _("Health fell from %(before)s to %(score)s since %(day)s.") % values
    return _("Health fell from %(before)s to %(score)s.") % values


def _at_risk(details: Details, today: date) -> str:
    del today
    score = _whole(details, "score")
    if not details.get("days"):
        return _("Health is %(score)s, at risk.") % {"score": score}
    days = _whole(details, "days")
    return ngettext(
        "Health is %(score)s, at risk for %(days)s day.",
        "Health is %(score)s, at risk for %(days)s days.",
        days,
    ) % {"score": score, "days": days}


def _opinion(details: Details, today: date) -> str:
    del today
    return _("The score says %(score)s, the account's owner %(opinion)s.") % {
        "score": _whole(details, "score"),
        "opinion": _whole(details, "opinion"),
    }


def _behind(details: Details, today: date) -> str:
    del today
    days = _whole(details, "days")
    return ngettext(
        "%(outcome)s is %(percent)s%% of the way where %(expected)s%% was promised by then:"
        " %(days)s day behind, more than the %(tolerance)s points allowed.",
        "%(outcome)s is %(percent)s%% of the way where %(expected)s%% was promised by then:"
        " %(days)s days behind, more than the %(tolerance)s points allowed.",
        days,
    ) % {
        "outcome": details["outcome"],
        "percent": number_words(_whole(details, "percent")),
        "expected": number_words(_whole(details, "expected")),
        "tolerance": number_words(_whole(details, "tolerance")),
        "days": number_words(days),
    }


def _about_plan(sentence: Promise) -> Callable[[Details, date], str]:
    return _about_outcome(sentence, name="plan")


def _about_outcome(sentence: Promise, *, name: str = "outcome") -> Callable[[Details, date], str]:
    def told(details: Details, today: date) -> str:
        del today
        day = day_words(_day_in(details, "due_on")) if details.get("due_on") else ""
        return str(sentence) % {name: details[name], "day": day}

    return told


def _stopped(details: Details, today: date) -> str:
    days = (today - _day_in(details, "last_on")).days
    return ngettext(
        "Nobody has used it for %(days)s day.", "Nobody has used it for %(days)s days.", days
    ) % {"days": number_words(days)}


def _usage_fell(details: Details, today: date) -> str:
    del today
    share, weeks = percent_words(_whole(details, "percent") / 100), _whole(details, "weeks")
    return ngettext(
        "Use fell by %(share)s in %(weeks)s week.",
        "Use fell by %(share)s in %(weeks)s weeks.",
        weeks,
    ) % {"share": share, "weeks": weeks}


def _never_used(details: Details, today: date) -> str:
    days = (today - _day_in(details, "since_on")).days
    if not details.get("product"):
        return ngettext(
            "Sold %(days)s day ago, first use not seen.",
            "Sold %(days)s days ago, first use not seen.",
            days,
        ) % {"days": number_words(days)}
    return ngettext(
        "%(product)s was sold %(days)s day ago, first use not seen.",
        "%(product)s was sold %(days)s days ago, first use not seen.",
        days,
    ) % {"days": number_words(days), "product": details["product"]}


def _renewal(details: Details, today: date) -> str:
    day = _day_in(details, "renewal_on")
    days = (day - today).days
    if days < 0:
        return ngettext(
            "The renewal is %(days)s day late (%(day)s).",
            "The renewal is %(days)s days late (%(day)s).",
            -days,
        ) % {"days": number_words(-days), "day": day_words(day)}
    if days == 0:
        return _("It renews today.")
    return ngettext(
        "It renews in %(days)s day, on %(day)s.", "It renews in %(days)s days, on %(day)s.", days
    ) % {"days": number_words(days), "day": day_words(day)}


def _cancelled(details: Details, today: date) -> str:
    day = _day_in(details, "ended_on")
    if day > today:
        return _("A subscription is cancelled and ends on %s.") % day_words(day)
    return _("A subscription ended on %s.") % day_words(day)


def _about_ticket(sentence: Promise) -> Callable[[Details, date], str]:
    return lambda details, _today: str(sentence) % {"ticket": details["ticket"]}


def _plain(sentence: Promise) -> Callable[[Details, date], str]:
    return lambda _details, _today: str(sentence)


def _answered(sentence: Promise) -> Callable[[Details, date], str]:
    def told(details: Details, today: date) -> str:
        del today
        return str(sentence) % {
            "score": number_words(float(details["score"] or 0)),
            "most": number_words(float(details.get("most") or 10)),
            "day": day_words(_day_in(details, "answered_on")),
        }

    return told


def _unverified(details: Details, today: date) -> str:
    del today
    return _("An answer came on %s, and nobody vouches that they wrote it.") % day_words(
        _day_in(details, "came_on")
    )


def _about_data(details: Details, today: date) -> str:
    del today
    return _("Somebody there asks about their data: %(asks)s. It has to be met by %(day)s.") % {
        "asks": REQUESTS[RequestKind(str(details["asks"]))],
        "day": day_words(_day_in(details, "due_on")),
    }


def _left(details: Details, today: date) -> str:
    days = (today - _day_in(details, "left_on")).days
    if days <= 0:
        return _("The champion leaves, or left today.")
    return ngettext(
        "The champion left %(days)s day ago.", "The champion left %(days)s days ago.", days
    ) % {"days": number_words(days)}


def _stuck(details: Details, today: date) -> str:
    del today
    days = _whole(details, "days")
    return ngettext(
        "For %(days)s day in the stage “%(stage)s”.",
        "For %(days)s days in the stage “%(stage)s”.",
        days,
    ) % {"days": number_words(days), "stage": STAGES[LifecycleStage(str(details["stage"]))]}


def _full(details: Details, today: date) -> str:
    del today
    return _("%(used)s of %(seats)s seats are in use.") % {
        "used": number_words(_whole(details, "used")),
        "seats": number_words(_whole(details, "seats")),
    }


SENTENCES: dict[AlertReason, Callable[[Details, date], str]] = {
    AlertReason.HEALTH_FELL: _fell,
    AlertReason.HEALTH_AT_RISK: _at_risk,
    AlertReason.HEALTH_OPINION: _opinion,
    AlertReason.HEALTH_UNKNOWN: lambda _details, _today: _(
        "Too little is known now to judge an account that had a colour before."
    ),
    AlertReason.OUTCOME_BEHIND: _behind,
    AlertReason.OUTCOME_MISSED: _about_outcome(
        gettext_lazy("%(outcome)s was promised by %(day)s and has not come.")
    ),
    AlertReason.OUTCOME_UNMEASURED: _about_outcome(
        gettext_lazy("Nobody has measured %(outcome)s for too long to know how far it is.")
    ),
    AlertReason.OUTCOME_WITHOUT_START: _about_outcome(
        gettext_lazy("%(outcome)s is measured, but nobody knows where it started.")
    ),
    AlertReason.OUTCOME_TO_VERIFY: _about_outcome(
        gettext_lazy("%(outcome)s is reached and its day, %(day)s, has passed: ask them.")
    ),
    AlertReason.PLAN_LATE: _about_plan(
        gettext_lazy("Something in plan %(plan)s was due on %(day)s.")
    ),
    AlertReason.PROMISE_LATE: _about_plan(
        gettext_lazy("The day promised in plan %(plan)s, %(day)s, has passed.")
    ),
    AlertReason.USAGE_STOPPED: _stopped,
    AlertReason.USAGE_FELL: _usage_fell,
    AlertReason.NEVER_USED: _never_used,
    AlertReason.RENEWAL_NEAR: _renewal,
    AlertReason.RENEWAL_CLOSE: _renewal,
    AlertReason.RENEWAL_OVERDUE: _renewal,
    AlertReason.SUBSCRIPTION_CANCELLED: _cancelled,
    AlertReason.SLA_WARNED: _about_ticket(
        gettext_lazy("Ticket %(ticket)s is close to breaking what we promised.")
    ),
    AlertReason.SLA_BREACHED: _about_ticket(
        gettext_lazy("Ticket %(ticket)s broke what we promised.")
    ),
    AlertReason.TICKET_ESCALATED: _about_ticket(gettext_lazy("Ticket %(ticket)s was escalated.")),
    AlertReason.COMMITMENT_DUE: _plain(
        gettext_lazy("Something we promised them is due within a day.")
    ),
    AlertReason.COMMITMENT_MISSED: _plain(
        gettext_lazy("The day came, and what we promised them did not.")
    ),
    AlertReason.DETRACTOR: _answered(
        gettext_lazy("Somebody answered %(score)s of %(most)s on %(day)s.")
    ),
    AlertReason.LOW_SATISFACTION: _answered(
        gettext_lazy("Somebody rated us %(score)s of %(most)s on %(day)s.")
    ),
    AlertReason.ANSWER_UNVERIFIED: _unverified,
    AlertReason.CHAMPION_LEFT: _left,
    AlertReason.DATA_REQUESTED: _about_data,
    AlertReason.STAGE_LATE: _stuck,
    AlertReason.SEATS_FULL: _full,
}

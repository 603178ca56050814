"""What is held about a person in words they can read: kinds of records, names of values, values.

Every capability's records are told here, by their code words, as `workspaces.wording` does for the
audit log; a word that nobody taught us is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vereda.foundation.personal_data import Record
from vereda.foundation.wording import day_words, language_words, moment_words, number_words
from vereda.privacy.wording import CONSENTS, REQUESTS, source_words
from vereda.workspaces.wording import DAY, MOMENT

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

RECORDS: dict[str, StrPromise] = {
    "profile": _("Profile"),
    "membership": _("Membership of an account"),
    "relationship": _("Relationship"),
    "note": _("Note"),
    "call": _("Call"),
    "meeting": _("Meeting"),
    "mail": pgettext_lazy("kind of interaction", "E-mail"),
    "consent": _("A yes"),
    "refusal": _("A no"),
    "request": _("Request"),
    "ticket": _("Ticket"),
    "track": _("Event"),
    "identify": _("Said who they are"),
    "group": _("Joined an account"),
    "page": _("Page"),
    "screen": _("Screen"),
    "alias": _("Two ids are one person"),
    "import": _("Import"),
    "refused row": _("Row of a file that was not stored"),
    "survey answer": _("Answer to a survey"),
    "survey invitation": _("Letter with a survey"),
    "task": _("Task"),
    "audience": _("Audience"),
    "letter to them": _("Letter to them"),
    "letter from them": _("Letter from them"),
    "letters they do not want": _("Letters they do not want"),
    "address that is not written to": _("Address that is not written to"),
    "plan": _("Part in a plan"),
    "said in a plan": _("Word or deed in a plan"),
    "feedback": _("Word about a trial"),
    "promised benefit": _("Promised benefit they named"),
    "measurement of a benefit": _("Measurement of a benefit"),
    "word about a benefit": _("Word about a benefit"),
    "expectation": _("What they were told to expect"),
    "visit to the portal": _("Visit to the portal"),
}
NAMES: dict[str, StrPromise] = {
    "benefit": pgettext_lazy("personal data", "Benefit"),
    "dropped_because": pgettext_lazy("personal data", "Why it was dropped"),
    "part": pgettext_lazy("personal data", "Part"),
    "result_words": pgettext_lazy("personal data", "What it showed"),
    "reward": pgettext_lazy("personal data", "What they get for it"),
    "settled_words": pgettext_lazy("personal data", "What became of it"),
    "stopped_because": pgettext_lazy("personal data", "Why it was stopped"),
    "what": pgettext_lazy("personal data", "What was promised"),
    "why": pgettext_lazy("personal data", "Why it was changed"),
    "why_needed": pgettext_lazy("personal data", "Why they need it"),
    "account": pgettext_lazy("personal data", "Account"),
    "accounts": pgettext_lazy("personal data", "Accounts"),
    "anonymous_id": pgettext_lazy("personal data", "Anonymous id"),
    "before": pgettext_lazy("personal data", "Before"),
    "after": pgettext_lazy("personal data", "After"),
    "beliefs": pgettext_lazy("personal data", "What they believe"),
    "body": pgettext_lazy("personal data", "Text"),
    "cells": pgettext_lazy("personal data", "Cells of the row"),
    "checked": pgettext_lazy("personal data", "What the check found"),
    "comment": pgettext_lazy("personal data", "Comment"),
    "context": pgettext_lazy("personal data", "Surroundings"),
    "created_on": pgettext_lazy("personal data", "Known since"),
    "custom": pgettext_lazy("personal data", "Fields of your own"),
    "detected": pgettext_lazy("personal data", "What the first look found"),
    "details": pgettext_lazy("personal data", "Details"),
    "due": pgettext_lazy("personal data", "Due"),
    "email": pgettext_lazy("personal data", "E-mail address"),
    "external_id": pgettext_lazy("personal data", "External id"),
    "failure": pgettext_lazy("personal data", "Why it stopped"),
    "filled": pgettext_lazy("personal data", "What a merge filled in"),
    "from": pgettext_lazy("personal data", "Who"),
    "kept": pgettext_lazy("personal data", "What an undo left"),
    "key": pgettext_lazy("personal data", "Key"),
    "kind": pgettext_lazy("personal data", "Kind"),
    "known_as": pgettext_lazy("personal data", "External ids"),
    "language": pgettext_lazy("personal data", "Language"),
    "mapping": pgettext_lazy("personal data", "What columns mean"),
    "motivations": pgettext_lazy("personal data", "What moves them"),
    "name": pgettext_lazy("personal data", "Name"),
    "name_sort": pgettext_lazy("personal data", "Name, as it is sorted"),
    "note": pgettext_lazy("personal data", "Note"),
    "password": pgettext_lazy("personal data", "Password (only its hash)"),
    "phone": pgettext_lazy("personal data", "Telephone"),
    "preferences": pgettext_lazy("personal data", "How they like to work"),
    "priority": pgettext_lazy("personal data", "Priority"),
    "proof": pgettext_lazy("personal data", "Proof"),
    "properties": pgettext_lazy("personal data", "Properties"),
    "purpose": pgettext_lazy("personal data", "Purpose"),
    "reason": pgettext_lazy("personal data", "Reason"),
    "replaced_at": pgettext_lazy("personal data", "Replaced"),
    "role": pgettext_lazy("personal data", "Role"),
    "satisfaction": pgettext_lazy("personal data", "Satisfaction"),
    "since": pgettext_lazy("personal data", "Since"),
    "source": pgettext_lazy("personal data", "Where it came from"),
    "state": pgettext_lazy("personal data", "State"),
    "subject": pgettext_lazy("personal data", "Subject"),
    "text": pgettext_lazy("personal data", "Text"),
    "thing": pgettext_lazy("personal data", "What was changed"),
    "time_zone": pgettext_lazy("personal data", "Time zone"),
    "title": pgettext_lazy("personal data", "Job title"),
    "to": pgettext_lazy("personal data", "To whom"),
    "traits": pgettext_lazy("personal data", "What was said about them"),
    "until": pgettext_lazy("personal data", "Until"),
    "value": pgettext_lazy("personal data", "Value"),
    "wording": pgettext_lazy("personal data", "What was asked"),
    "audience": pgettext_lazy("personal data", "Audience"),
    "chosen": pgettext_lazy("personal data", "Chosen"),
    "about": pgettext_lazy("personal data", "About"),
    "due_on": pgettext_lazy("personal data", "Due on"),
    "reasons": pgettext_lazy("personal data", "Reasons"),
    "reminded": pgettext_lazy("personal data", "Reminded"),
    "score": pgettext_lazy("personal data", "Score"),
    "sent": pgettext_lazy("personal data", "Sent"),
    "survey": pgettext_lazy("personal data", "Survey"),
    "way": pgettext_lazy("personal data", "How"),
    "story": pgettext_lazy("personal data", "Story"),
    "promise": pgettext_lazy("personal data", "What was promised"),
    "words": pgettext_lazy("personal data", "Words"),
    "withdrawn_because": pgettext_lazy("personal data", "Why it was withdrawn"),
    "address": pgettext_lazy("personal data", "Address"),
    "because": pgettext_lazy("personal data", "Why"),
    "html": pgettext_lazy("personal data", "Text with its layout"),
    "own_words": pgettext_lazy("personal data", "What they wrote themselves"),
    "recipients": pgettext_lazy("personal data", "Recipients"),
    "refused": pgettext_lazy("personal data", "Not wanted"),
    "sender": pgettext_lazy("personal data", "Sender"),
    "sent_to": pgettext_lazy("personal data", "Sent to"),
    "plan": pgettext_lazy("personal data", "Plan"),
    "item": pgettext_lazy("personal data", "Item"),
    "choice": pgettext_lazy("personal data", "Choice"),
    "file": pgettext_lazy("personal data", "File"),
    "on": pgettext_lazy("personal data", "Day"),
    "said": pgettext_lazy("personal data", "What was said"),
    "step": pgettext_lazy("personal data", "Step"),
    "last_seen": pgettext_lazy("personal data", "Last seen"),
    "ended": pgettext_lazy("personal data", "Ended"),
}
VALUES: dict[str, Mapping[str, StrPromise]] = {
    "purpose": {str(purpose): words for purpose, words in CONSENTS.items()},
    "kind": {
        **{str(kind): words for kind, words in REQUESTS.items()},
        "champion": _("Champions us"),
        "decides": _("Decides"),
        "influences": _("Influences"),
        "uses": _("Uses it daily"),
        "blocks": _("Blocks"),
        "reports_to": _("Reports to"),
        "works_with": _("Works with"),
        "prepared": pgettext_lazy("entry of a plan", "Plan prepared"),
        "agreed": pgettext_lazy("entry of a plan", "They said yes"),
        "stopped": pgettext_lazy("entry of a plan", "Plan stopped"),
        "resumed": pgettext_lazy("entry of a plan", "Plan resumed"),
        "exit_answered": pgettext_lazy("entry of a plan", "Last question answered"),
        "added": pgettext_lazy("entry of a plan", "Added"),
        "dropped": pgettext_lazy("entry of a plan", "Taken out"),
        "requested": pgettext_lazy("entry of a plan", "Asked for"),
        "reminded": pgettext_lazy("entry of a plan", "Reminded"),
        "followed_up": pgettext_lazy("entry of a plan", "Followed up by us"),
        "asked_again": pgettext_lazy("entry of a plan", "Asked for again, by our fault"),
        "submitted": pgettext_lazy("entry of a plan", "Given"),
        "accepted": pgettext_lazy("entry of a plan", "Accepted"),
        "returned": pgettext_lazy("entry of a plan", "Returned"),
        "approved": pgettext_lazy("entry of a plan", "Approved"),
        "started": pgettext_lazy("entry of a plan", "Begun"),
        "done": pgettext_lazy("entry of a plan", "Done"),
        "reached": pgettext_lazy("entry of a plan", "Reached, as measured"),
        "reopened": pgettext_lazy("entry of a plan", "Opened again"),
        "waived": pgettext_lazy("entry of a plan", "Not needed"),
        "attended": pgettext_lazy("entry of a plan", "Took part"),
        "smiled": pgettext_lazy("entry of a plan", "Said how it was"),
        "handed_over": pgettext_lazy("entry of a plan", "Delay handed over"),
    },
    "said": {
        "verified": _("It came true"),
        "not_verified": _("It did not come true"),
    },
    "priority": {
        "low": pgettext_lazy("priority", "Low"),
        "normal": pgettext_lazy("priority", "Normal"),
        "high": pgettext_lazy("priority", "High"),
        "urgent": pgettext_lazy("priority", "Urgent"),
    },
    "state": {
        "open": pgettext_lazy("state of a ticket", "Open"),
        "waiting": _("Waiting for the customer"),
        "resolved": pgettext_lazy("state of a ticket", "Resolved"),
    },
}
TABLES: dict[str, StrPromise] = {
    "onboarding.plan": _("Onboarding plans"),
    "onboarding.planentry": _("What happened in onboarding plans"),
    "onboarding.planperson": _("Parts in onboarding plans"),
    "onboarding.planpromise": _("Promises to customers"),
    "onboarding.presaletool": _("Trials and demos"),
    "onboarding.templateedition": _("Editions of onboarding templates"),
    "onboarding.toolfeedback": _("Words about trials"),
    "outcomes.amendment": _("Earlier lines of promised benefits"),
    "outcomes.expectation": _("Expectations"),
    "outcomes.measurement": _("Measurements of benefits"),
    "outcomes.outcome": _("Promised benefits"),
    "outcomes.verdict": _("Verdicts about benefits"),
    "customers.accountfile": _("Files of accounts"),
    "customers.membership": _("Memberships of accounts"),
    "customers.merge": _("Merges"),
    "customers.note": _("Notes"),
    "customers.person": _("People"),
    "customers.personexternalid": _("External ids of people"),
    "customers.personvalue": _("Fields of people"),
    "customers.relationship": _("Relationships"),
    "events.proof": _("Proven user ids"),
    "events.traitclock": _("When traits were last said"),
    "imports.import": _("Imports"),
    "imports.importchange": _("Journal of imports"),
    "imports.rejectedrow": _("Rows that were not stored"),
    "privacy.consent": _("Answers about consent"),
    "privacy.datarequest": _("Requests about personal data"),
    "messaging.inboundfile": _("Files that came with letters"),
    "messaging.inboundletter": _("Letters that came in"),
    "messaging.message": _("Letters to people"),
    "messaging.preference": _("Letters that people want"),
    "messaging.suppression": _("Addresses that are not written to"),
    "revenue.churnevent": _("Goodbyes"),
    "support.ticket": _("Tickets"),
    "audiences.inclusion": _("Who is in audiences"),
    "health.pulse": _("Opinions of accounts"),
    "health.scorecardversion": _("Versions of scorecards"),
    "revenue.win": _("Wins"),
    "support.commitment": _("Commitments"),
    "support.commitmentextension": _("Commitments put off"),
    "support.ticketmove": _("Histories of tickets"),
    "surveys.answer": _("Answers to surveys"),
    "surveys.answerbefore": _("Answers before they were changed"),
    "worklist.task": _("Tasks"),
    "workspaces.auditline": _("Audit log"),
    "workspaces.idempotentanswer": _("Answers kept for repeated API calls"),
    "workspaces.invitation": _("Invitations"),
    "workspaces.user": _("Members"),
}


@dataclass(frozen=True, slots=True)
class ToldRecord:
    """A record in words: what it is, when, where it came from, and its values by name."""

    kind: str
    at: datetime | None
    source: str
    values: list[tuple[str, str]]


def told_records(
    records: Iterable[Record],
    *,
    labels: Mapping[str, str],
    kinds: Mapping[str, StrPromise] | None = None,
) -> list[ToldRecord]:
    """The records in words; empty values are left out. `labels` names the workspace's fields, and
    `kinds` the records where their reader is somebody else than a member."""
    return [
        ToldRecord(
            str((kinds or {}).get(record.kind) or record_words(record.kind)),
            record.at,
            source_words(record.source),
            [
                (name_words(name, labels=labels), told_value(name, value, labels=labels))
                for name, value in record.values.items()
                if value not in (None, "", [], {})
            ],
        )
        for record in records
    ]


def words_used(records: Iterable[Record]) -> dict[str, str]:
    """What the code words of these records mean: their kinds, and the names of their values."""
    told: dict[str, str] = {}
    for record in records:
        told[record.kind] = record_words(record.kind)
        told |= {name: name_words(name, labels={}) for name in record.values}
    return told


def record_words(kind: str) -> str:
    """What kind of record it is."""
    return str(RECORDS.get(kind, kind))


def name_words(name: str, *, labels: Mapping[str, str]) -> str:
    """What a value is called; a field that the workspace added, by its own name."""
    return labels.get(name) or str(NAMES.get(name, name.removeprefix("custom.")))


def told_value(name: str, value: object, *, labels: Mapping[str, str]) -> str:
    """The value as people read it."""
    match value:
        case bool():
            return gettext("Yes") if value else gettext("No")
        case int() | float():
            return number_words(value)
        case str():
            return _text_words(name, value)
        case Mapping():
            return "; ".join(
                f"{name_words(key, labels=labels)}: {told_value(key, one, labels=labels)}"
                for key, one in value.items()
            )
        case Sequence():
            return ", ".join(told_value(name, one, labels=labels) for one in value)
    return str(value)


def _text_words(name: str, value: str) -> str:
    if value in VALUES.get(name, {}):
        return str(VALUES[name][value])
    if name == "language":
        return language_words(value)
    try:
        if DAY.fullmatch(value):
            return day_words(date.fromisoformat(value))
        if MOMENT.fullmatch(value):
            return moment_words(datetime.fromisoformat(value))
    except ValueError:
        return value
    return value


def table_words(label: str) -> str:
    """Which table it is: "customers.person" is "People"."""
    return str(TABLES.get(label, label.rpartition(".")[2]))

"""What happens to the items of a plan: asked, given, accepted, done, handed over.

Each verb writes one entry, and is refused while a gate before the item is shut.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.actions.files import add_file
from vereda.customers.queries.files import file_with_id, place_of_file
from vereda.foundation.errors import Refused
from vereda.foundation.facts import announce
from vereda.foundation.wording import moment_words
from vereda.onboarding.actions.telling import (
    held_plan,
    ids_of_plan,
    refuse,
    tell_in_story,
    tell_of_item,
)
from vereda.onboarding.contracts.facts import (
    AskedTwice,
    DelayHandedOver,
    ItemAccepted,
    ItemApproved,
    ItemFinished,
    ItemRequested,
    ItemReturned,
    ItemSubmitted,
    SmileGiven,
)
from vereda.onboarding.contracts.plans import (
    AlreadyGiven,
    EntryKind,
    No,
    Objection,
    Submission,
    WrongPlan,
    WrongSubmission,
)
from vereda.onboarding.contracts.templates import (
    FileKind,
    ItemKind,
    Party,
)
from vereda.onboarding.models.items import PlanEntry, PlanItem
from vereda.onboarding.queries.histories import PlanStory, plan_story
from vereda.onboarding.queries.items import given_elsewhere, last_given
from vereda.onboarding.rules.objections import GIVEN, objection_to
from vereda.onboarding.wording.templates import item_title
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.files import AccountFile
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Member

LONGEST_VALUE: Final = 2_000
LONGEST_WORDS: Final = 5_000
SMILES: Final = range(1, 6)

MEDIA: Final[Mapping[FileKind, tuple[str, ...]]] = {
    FileKind.PDF: ("application/pdf",),
    FileKind.IMAGE: ("image/",),
    FileKind.CSV: ("text/",),
    FileKind.XLSX: (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
    FileKind.DOCX: (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text",
    ),
    FileKind.TEXT: ("text/",),
}
"""How the media type of each kind of file begins."""


# --- Asking and giving ---------------------------------------------------------


@transaction.atomic
def request_item(
    item: PlanItem, *, by: Member | None, now: datetime, insist_because: str = ""
) -> PlanEntry:
    """Ask for it, once. What they gave already, in this plan or in another one by the same
    template, is asked for again only with a reason, and that counts against us."""
    story = plan_story(held_plan(item.plan))
    given_here = story.standing().items[item.key].state in GIVEN
    given_there = None if given_here else given_elsewhere(item)
    if given_there is not None and not insist_because.strip():
        raise AlreadyGiven(
            _("They gave that already, in %(plan)s. Use it, or say why you ask again.")
            % {"plan": given_there.plan.key}
        )
    again = given_here and bool(insist_because.strip())
    kind = EntryKind.ASKED_AGAIN if again else EntryKind.REQUESTED
    because = insist_because.strip() if again or given_there is not None else ""
    entry = tell_in_story(story, kind, item=item, now=now, by=by, because=because)
    record(by, "asked again for" if because else "asked for", item.plan, item=item.key)
    _announce(AskedTwice if because else ItemRequested, item)
    return entry


@transaction.atomic
def note_reminder(
    item: PlanItem, *, person: Person | None, letter_id: UUID | None, now: datetime
) -> PlanEntry:
    """Somebody was reminded of what they were asked for. It is no second question."""
    entry = tell_of_item(item, EntryKind.REMINDED, now=now, letter_id=letter_id)
    record(None, "reminded of", item.plan, item=item.key, person=person.key if person else "")
    return entry


@transaction.atomic
def follow_up_item(
    item: PlanItem, *, by: Member | None, now: datetime, words: str = ""
) -> PlanEntry:
    """One of us called or met them about what they were asked for. It counts as one of the planned
    follow-ups, and ends the task that asked for it."""
    entry = tell_of_item(
        item, EntryKind.FOLLOWED_UP, now=now, by=by, words=words.strip()[:LONGEST_WORDS]
    )
    record(by, "followed up", item.plan, item=item.key)
    return entry


@transaction.atomic
def submit_item(
    item: PlanItem,
    *,
    said: Submission,
    person: Person | None = None,
    by: Member | None = None,
    letter_id: UUID | None = None,
    now: datetime,
) -> PlanEntry:
    """They gave it: by a person at the customer, or by a member for them. We have to look at it;
    submitted is not accepted."""
    file = None if said.file_id is None else file_with_id(item.plan.account, said.file_id)
    given = checked_submission(item, said, file=file)
    entry = tell_of_item(
        item,
        EntryKind.SUBMITTED,
        now=now,
        by=by,
        person=person,
        letter_id=letter_id,
        file=file,
        **given,
    )
    record(by, "submitted", item.plan, item=item.key)
    _announce(ItemSubmitted, item)
    return entry


@transaction.atomic
def submit_file(
    item: PlanItem,
    *,
    name: str,
    content: IO[bytes],
    words: str = "",
    person: Person | None = None,
    by: Member | None,
    now: datetime,
) -> PlanEntry:
    """They gave a file: it is kept for their account, for what its bytes say it is, and handed in.
    Where the item does not take it, no byte of it stays."""
    file = add_file(item.plan.account, name=name, content=content, by=by, now=now)
    try:
        said = Submission(file_id=file.pk, words=words)
        return submit_item(item, said=said, person=person, by=by, now=now)
    except Refused:
        place_of_file(file).unlink(missing_ok=True)
        raise


@transaction.atomic
def reuse_given(item: PlanItem, *, by: Member | None, now: datetime) -> PlanEntry:
    """Take what they gave for the same item in another plan, instead of asking again."""
    other = given_elsewhere(item)
    given = last_given(other) if other is not None else None
    if other is None or given is None:
        raise WrongSubmission(_("They gave that nowhere else."))
    entry = tell_of_item(
        item,
        EntryKind.SUBMITTED,
        now=now,
        by=by,
        value=given.value,
        choice=given.choice,
        words=given.words,
        file=given.file,
        because=other.plan.key,
    )
    record(by, "took over", item.plan, item=item.key, plan=other.plan.key)
    _announce(ItemSubmitted, item)
    return entry


def checked_submission(
    item: PlanItem, said: Submission, *, file: AccountFile | None
) -> dict[str, Any]:
    """What was given, if it is of the kind that was asked for."""
    asked, value, words = item.asks, said.value.strip(), said.words.strip()
    if len(value) > LONGEST_VALUE or len(words) > LONGEST_WORDS:
        raise WrongSubmission(_("That is too long."))
    if asked.kind is ItemKind.VALUE and not (value or words):
        raise WrongSubmission(_("Write the answer."))
    if asked.kind is ItemKind.CHOICE and said.choice not in {each.key for each in asked.choices}:
        raise WrongSubmission(_("Choose one of the answers that are offered."))
    if asked.kind in {ItemKind.FILE, ItemKind.EXPORT}:
        refuse_wrong_file(file, kinds=asked.file_kinds)
    chosen = said.choice if asked.kind is ItemKind.CHOICE else ""
    return {"value": value or words[:LONGEST_VALUE], "choice": chosen, "words": words}


def refuse_wrong_file(file: AccountFile | None, *, kinds: Collection[FileKind]) -> None:
    """Refuse a file that is missing, or of a kind that was not asked for."""
    if file is None:
        raise WrongSubmission(_("Add the file."))
    wanted = tuple(beginning for kind in kinds for beginning in MEDIA[kind])
    if wanted and not file.media_type.startswith(wanted):
        raise WrongSubmission(_("That is not the kind of file that was asked for."))


@transaction.atomic
def accept_item(item: PlanItem, *, by: Member | None, now: datetime) -> PlanEntry:
    """What they gave is what was wanted. The last one of a set opens its gate."""
    entry = tell_of_item(item, EntryKind.ACCEPTED, now=now, by=by)
    record(by, "accepted", item.plan, item=item.key)
    _announce(ItemAccepted, item)
    return entry


@transaction.atomic
def return_item(item: PlanItem, *, reason: str, by: Member | None, now: datetime) -> PlanEntry:
    """What they gave is not what was wanted, and why. If we had accepted it before, that is asking
    again, and counts against us."""
    story = plan_story(held_plan(item.plan))
    again = story.standing().items[item.key].given
    entry = tell_in_story(story, EntryKind.RETURNED, item=item, now=now, by=by, because=reason)
    record(by, "returned", item.plan, item=item.key)
    _announce(ItemReturned, item)
    if again:
        _announce(AskedTwice, item)
    return entry


@transaction.atomic
def approve_item(
    item: PlanItem,
    *,
    person: Person | None,
    now: datetime,
    by: Member | None = None,
    letter_id: UUID | None = None,
) -> PlanEntry:
    """Somebody at the customer approves; a member may write down that they did."""
    entry = tell_of_item(
        item, EntryKind.APPROVED, now=now, by=by, person=person, letter_id=letter_id
    )
    record(by, "approved", item.plan, item=item.key)
    _announce(ItemApproved, item)
    return entry


@transaction.atomic
def decline_item(
    item: PlanItem, *, because: str, person: Person, now: datetime, letter_id: UUID | None = None
) -> PlanEntry:
    """Somebody at the customer does not approve, and why: it is for us to change."""
    entry = tell_of_item(
        item, EntryKind.RETURNED, now=now, person=person, because=because, letter_id=letter_id
    )
    record(None, "declined", item.plan, item=item.key)
    _announce(ItemReturned, item)
    return entry


# --- Doing ---------------------------------------------------------------------


@transaction.atomic
def start_item(
    item: PlanItem, *, by: Member | None = None, person: Person | None = None, now: datetime
) -> PlanEntry:
    """Somebody is at it."""
    entry = tell_of_item(item, EntryKind.STARTED, now=now, by=by, person=person)
    record(by, "began", item.plan, item=item.key)
    return entry


@transaction.atomic
def complete_item(
    item: PlanItem,
    *,
    by: Member | None = None,
    person: Person | None = None,
    words: str = "",
    letter_id: UUID | None = None,
    now: datetime,
) -> PlanEntry:
    """A task, meeting or training is done. What is ours only we can say to be done."""
    if person is not None and item.asks.party is Party.US:
        refuse(Objection(no=No.OURS_TO_DO), item=item.key, story=plan_story(held_plan(item.plan)))
    entry = tell_of_item(
        item,
        EntryKind.DONE,
        now=now,
        by=by,
        person=person,
        words=words[:LONGEST_WORDS],
        letter_id=letter_id,
    )
    record(by, "finished", item.plan, item=item.key)
    _announce(ItemFinished, item)
    return entry


@transaction.atomic
def reach_milestone(
    item: PlanItem, *, reached_at: datetime, measured_by: str, now: datetime
) -> PlanEntry | None:
    """It was reached, as measured; None where it is settled already or cannot be yet."""
    story = plan_story(held_plan(item.plan))
    standing = story.standing()
    state = standing.items[item.key]
    if objection_to(standing, EntryKind.REACHED, item.key) is not None:
        return None
    earliest = max(filter(None, (state.reopened_at, reached_at)))
    entry = tell_in_story(
        story,
        EntryKind.REACHED,
        item=item,
        now=now,
        at=earliest,
        measured_by=measured_by[:120],
    )
    record(None, "reached", item.plan, item=item.key, measured_by=measured_by)
    _announce(ItemFinished, item)
    return entry


@transaction.atomic
def reopen_plan_item(
    item: PlanItem, *, because: str, by: Member | None, now: datetime
) -> PlanEntry:
    """It is not settled after all, and why. The time from here on is ours until there is
    evidence."""
    entry = tell_of_item(item, EntryKind.REOPENED, now=now, by=by, because=because)
    record(by, "reopened", item.plan, item=item.key)
    if item.kind is ItemKind.APPROVAL:
        _announce(AskedTwice, item)
    return entry


@transaction.atomic
def waive_item(item: PlanItem, *, because: str, by: Member | None, now: datetime) -> PlanEntry:
    """It is not needed for this customer, and why."""
    entry = tell_of_item(item, EntryKind.WAIVED, now=now, by=by, because=because)
    record(by, "waived", item.plan, item=item.key)
    return entry


@transaction.atomic
def drop_item(item: PlanItem, *, because: str, by: Member | None, now: datetime) -> PlanEntry:
    """It leaves the plan, and why; what happened to it stays in the history."""
    entry = tell_of_item(item, EntryKind.DROPPED, now=now, by=by, because=because)
    record(by, "dropped", item.plan, item=item.key)
    return entry


@transaction.atomic
def smile_at(item: PlanItem, *, person: Person | None, score: int, now: datetime) -> PlanEntry:
    """How it was for them, with one tap, from 1 to 5."""
    if score not in SMILES:
        raise WrongSubmission(_("How it was is said from 1 to 5."))
    entry = tell_of_item(item, EntryKind.SMILED, now=now, person=person, score=score)
    record(None, "smiled at", item.plan, item=item.key, score=score)
    announce(SmileGiven(**ids_of_plan(item.plan), item_id=item.pk, score=score))
    return entry


@transaction.atomic
def note_attendance(
    item: PlanItem, *, people: Collection[Person], by: Member | None, now: datetime
) -> list[PlanEntry]:
    """Who took part in a meeting or a training; each one once."""
    story = plan_story(held_plan(item.plan))
    known = {
        row.person_id
        for row in story.rows
        if row.kind == EntryKind.ATTENDED and row.item_id == item.pk
    }
    written = [
        tell_of_item(item, EntryKind.ATTENDED, now=now, by=by, person=person)
        for person in people
        if person.pk not in known
    ]
    record(
        by, "noted who came to", item.plan, item=item.key, people=[person.key for person in people]
    )
    return written


# --- Whose the delay is ---------------------------------------------------------


@transaction.atomic
def hand_over_item(
    item: PlanItem,
    *,
    to: Party,
    evidence: str,
    by: Member | None,
    now: datetime,
    since: datetime | None = None,
) -> PlanEntry:
    """From then on the wait is somebody else's, or ours after all; never without evidence.

    since: from when the evidence speaks; not before it became the item's turn, or before what
    happened to it last.
    """
    story = plan_story(held_plan(item.plan))
    at = _since_when(story, item, since=since, now=now)
    entry = tell_in_story(
        story,
        EntryKind.HANDED_OVER,
        item=item,
        now=now,
        by=by,
        at=at,
        to=to,
        because=evidence,
    )
    record(by, "handed over", item.plan, item=item.key, to=to)
    _announce(DelayHandedOver, item)
    return entry


def _since_when(
    story: PlanStory, item: PlanItem, *, since: datetime | None, now: datetime
) -> datetime:
    """From when a delay is handed over: not from before the last that is on record about the item,
    and not from a time still to come. People say the minute: within that of the last, it is it."""
    if since is None:
        return now
    earliest = story.hand_over_from(item)
    if earliest is None:
        refuse(Objection(no=No.TOO_FAR_BACK), item=item.key, story=story)
        return now
    if since > now:
        raise WrongPlan(_("A delay is not handed over from a time that is still to come."))
    if since < earliest.replace(second=0, microsecond=0):
        raise WrongPlan(
            _(
                "The last on record about “%(item)s” is of %(moment)s. Hand the delay over from "
                "then on, or from later."
            )
            % {"item": item_title(item.asks), "moment": moment_words(earliest)}
        )
    return max(since, earliest)


def _announce(kind: type, item: PlanItem) -> None:
    announce(kind(**ids_of_plan(item.plan), item_id=item.pk))

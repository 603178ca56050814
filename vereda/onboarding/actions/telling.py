"""The one way by which something is told of a plan.

Whoever tells something holds the plan until it is written down: gates and "ask once" are decided by
what is in the database then, so that two who act at once come one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vereda.customers.queries.people import person_ids_of_accounts
from vereda.foundation.errors import Refused
from vereda.foundation.facts import announce
from vereda.foundation.scoping import found
from vereda.onboarding.actions.follow_ups import close_needless_follow_ups
from vereda.onboarding.actions.lateness import notice_lateness
from vereda.onboarding.actions.rebuilding import rebuild_plan
from vereda.onboarding.contracts.facts import (
    GateClosed,
    GateOpened,
    PlanOnboarded,
    PlanSold,
    SetFinished,
)
from vereda.onboarding.contracts.plans import (
    AlreadyAsked,
    AlreadyGiven,
    EntryKind,
    GateShut,
    NeedsEvidence,
    No,
    NotItsTurn,
    Objection,
    PlanNotRunning,
    WrongPlan,
)
from vereda.onboarding.contracts.templates import SetNumber, words_for_reader
from vereda.onboarding.models.items import PlanEntry, PlanItem
from vereda.onboarding.models.plans import Plan, PlanPerson
from vereda.onboarding.queries.histories import PlanStory, plan_story
from vereda.onboarding.rules.objections import objection_to, objection_to_word
from vereda.onboarding.wording.plans import objection_words

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.onboarding.rules.standing import PlanStanding
    from vereda.workspaces.models import Member

REFUSALS: Final[Mapping[No, type[Refused]]] = {
    No.NOT_AGREED: PlanNotRunning,
    No.STOPPED: PlanNotRunning,
    No.ALREADY_ASKED: AlreadyAsked,
    No.ALREADY_GIVEN: AlreadyGiven,
    No.TOO_LATE_TO_ASK: AlreadyGiven,
    No.NEEDS_REASON: NeedsEvidence,
    No.CLOSED: NotItsTurn,
    No.NOT_CLOSED: NotItsTurn,
    No.NOTHING_GIVEN: NotItsTurn,
    No.IS_SO_ALREADY: NotItsTurn,
    No.AGREED_ALREADY: NotItsTurn,
    No.NOT_STOPPED: NotItsTurn,
}
GATES: Final = frozenset({No.GATE_SHUT, No.NEEDS_FIRST})


def held_plan(plan: Plan) -> Plan:
    """The plan as it is now; nobody else tells anything of it until this transaction ends."""
    rows = Plan.objects.of(plan.workspace_id).select_for_update(of=("self",))
    return found(rows.select_related("account", "workspace").filter(pk=plan.pk))


def refuse(objection: Objection, *, item: str = "", story: PlanStory) -> None:
    """Say no, with the names of what is missing."""
    language = get_language() or ""
    titles = {
        row.key: words_for_reader(row.asks.titles, language) or row.key for row in story.items
    }
    sentence = objection_words(objection, item=item, titles=titles)
    if objection.no in GATES:
        raise GateShut(sentence, missing=objection.missing)
    raise REFUSALS.get(objection.no, WrongPlan)(sentence)


def tell_of_item(
    item: PlanItem,
    kind: EntryKind,
    *,
    now: datetime,
    by: Member | None = None,
    person: Person | None = None,
    **said: Any,
) -> PlanEntry:
    """Write down what happened to an item, if it can happen now."""
    plan = held_plan(item.plan)
    story = plan_story(plan)
    return tell_in_story(story, kind, item=item, now=now, by=by, person=person, **said)


def tell_of_plan(
    plan: Plan, kind: EntryKind, *, now: datetime, by: Member | None = None, **said: Any
) -> PlanEntry:
    """Write down what happened to the whole plan, if it can happen now."""
    return tell_in_story(plan_story(held_plan(plan)), kind, item=None, now=now, by=by, **said)


def tell_in_story(
    story: PlanStory,
    kind: EntryKind,
    *,
    item: PlanItem | None,
    now: datetime,
    by: Member | None = None,
    person: Person | None = None,
    at: datetime | None = None,
    **said: Any,
) -> PlanEntry:
    """The same, of a plan that is held and read already.

    at: when it happened, where that is earlier than now.
    """
    plan, before, because = story.plan, story.standing(), said.get("because", "")
    if person is not None:
        refuse_stranger(plan, person)
    objection = (
        objection_to_word(before, kind, because=because)
        if item is None
        else objection_to(before, kind, item.key, because=because)
    )
    if objection is not None:
        refuse(objection, item=item.key if item else "", story=story)
    told_at = max([now, *(row.told_at for row in story.rows[-1:])])
    entry = PlanEntry(
        workspace_id=plan.workspace_id,
        plan=plan,
        item=item,
        number=plan.entry_count + 1,
        kind=kind,
        at=min(at or told_at, told_at),
        told_at=told_at,
        member=by,
        person=person,
        theirs=person is not None,
        **said,
    )
    entry.save(force_insert=True)
    after = rebuild_plan(plan, now=told_at)
    notice_lateness(plan, now=told_at)
    close_needless_follow_ups(plan, now=told_at)
    tell_what_changed(plan, before=before, after=after)
    return entry


def refuse_stranger(plan: Plan, person: Person) -> None:
    """Refuse somebody who is neither at the customer nor in the plan."""
    inside = person.workspace_id == plan.workspace_id and (
        person.pk in person_ids_of_accounts(plan.workspace_id, [plan.account_id])
        or PlanPerson.objects.of(plan.workspace_id).filter(plan=plan, person=person).exists()
    )
    if not inside:
        raise WrongPlan(_("This person does not belong to the customer."))


def tell_what_changed(plan: Plan, *, before: PlanStanding, after: PlanStanding) -> None:
    """Announce which gates opened or shut, and what the customer has reached."""
    about: dict[str, Any] = ids_of_plan(plan)
    for number in (each for each in SetNumber if each <= plan.last_set):
        was = before.agreed_at is not None and before.is_finished(number)
        is_now = after.agreed_at is not None and after.is_finished(number)
        if is_now and not was:
            announce(SetFinished(**about, set_number=number))
            if number < plan.last_set:
                announce(GateOpened(**about, set_number=number))
            if number is SetNumber.FIRST_CONTACT:
                announce(PlanSold(**about))
        if was and not is_now and number < plan.last_set:
            announce(GateClosed(**about, set_number=number))
    if after.is_onboarded and not before.is_onboarded:
        announce(PlanOnboarded(**about))


def ids_of_plan(plan: Plan) -> dict[str, Any]:
    """What every fact about a plan says."""
    return {
        "workspace_id": plan.workspace_id,
        "account_id": plan.account_id,
        "plan_id": plan.pk,
    }

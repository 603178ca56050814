"""Gates and asking once, as pure decisions about entries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from vereda.foundation.testing import MORNING
from vereda.onboarding.contracts.plans import (
    Entry,
    EntryKind,
    ExitAnswer,
    ItemState,
    Line,
    No,
    Owner,
    PlanPhase,
)
from vereda.onboarding.contracts.templates import ItemKind, MilestoneMeasure, Party, SetNumber
from vereda.onboarding.rules.objections import (
    objection_to,
    objection_to_adding,
    objection_to_word,
)
from vereda.onboarding.rules.standing import PlanStanding, standing_of

K = EntryKind
HOUR = timedelta(hours=1)


def line(key: str, number: int, kind: ItemKind = ItemKind.VALUE, **said) -> Line:
    """An item, of theirs unless said."""
    return Line(key=key, set_number=SetNumber(number), kind=kind, **said)


LINES = (
    line("list", 1),
    line("size", 1, required=False),
    line("contract", 1, ItemKind.APPROVAL),
    line("set-up", 2, ItemKind.TASK, party=Party.US),
    line("network", 2, ItemKind.TASK, after=("set-up",)),
    line("training", 3, ItemKind.TRAINING, party=Party.US, smile=True),
    line("smile", 3, ItemKind.MILESTONE, measure=MilestoneMeasure.SMILE),
    line("first-use", 4, ItemKind.MILESTONE, measure=MilestoneMeasure.FIRST_USE),
    line("benefit", 6, ItemKind.MILESTONE, measure=MilestoneMeasure.BENEFIT_VERIFIED),
)

Told = tuple[EntryKind, str | None] | tuple[EntryKind, str | None, dict[str, Any]]


def entries(*told: Told) -> list[Entry]:
    """What happened, an hour after each other."""
    return [
        Entry(
            number=number,
            kind=each[0],
            item=each[1],
            at=MORNING + number * HOUR,
            told_at=MORNING + number * HOUR,
            **(each[2] if len(each) > 2 else {}),
        )
        for number, each in enumerate(told, start=1)
    ]


def after(*told: Told) -> PlanStanding:
    """How the plan stands after that."""
    return standing_of(LINES, entries(*told))


AGREED = (K.AGREED, None)
SET_1 = (
    AGREED,
    (K.REQUESTED, "list"),
    (K.SUBMITTED, "list"),
    (K.ACCEPTED, "list"),
    (K.APPROVED, "contract"),
)
SET_2 = (*SET_1, (K.DONE, "set-up"), (K.DONE, "network"))
SET_3 = (*SET_2, (K.DONE, "training"), (K.SMILED, "smile", {"score": 5}))
SET_6 = (*SET_3, (K.REACHED, "first-use"), (K.REACHED, "benefit"))


def test_what_was_submitted_and_not_accepted_opens_no_gate():
    standing = after(*SET_1[:3], (K.APPROVED, "contract"))
    objection = objection_to(standing, K.STARTED, "set-up")
    assert objection is not None
    assert (objection.no, objection.missing) == (No.GATE_SHUT, ("list",))


def test_the_last_required_item_that_is_accepted_opens_the_gate():
    standing = after(*SET_1)
    assert objection_to(standing, K.STARTED, "set-up") is None
    assert standing.set_now is SetNumber.START


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        (K.STARTED, "set-up"),
        (K.DONE, "set-up"),
        (K.REQUESTED, "network"),
        (K.ATTENDED, "training"),
        (K.SMILED, "training"),
        (K.HANDED_OVER, "set-up"),
    ],
)
def test_nothing_of_a_later_set_begins_while_something_required_is_missing(kind, item):
    standing = after(*SET_1[:4])
    objection = objection_to(standing, kind, item, because="evidence")
    assert objection is not None
    assert (objection.no, objection.missing[0]) == (No.GATE_SHUT, "contract")


def test_what_is_not_required_holds_nobody_up():
    assert "size" not in after(*SET_1).missing()


def test_opening_something_again_shuts_the_gate_again():
    standing = after(*SET_1, (K.STARTED, "set-up"), (K.REOPENED, "list", {"because": "wrong"}))
    objection = objection_to(standing, K.DONE, "set-up")
    assert objection is not None
    assert objection.missing == ("list",)
    assert standing.set_now is SetNumber.NEEDS


def test_an_item_waits_for_those_that_come_first_in_its_set():
    objection = objection_to(after(*SET_1), K.REQUESTED, "network")
    assert objection is not None
    assert (objection.no, objection.missing) == (No.NEEDS_FIRST, ("set-up",))


def test_a_waived_item_no_longer_shuts_the_gate():
    standing = after(*SET_1[:4], (K.WAIVED, "contract", {"because": "signed on paper"}))
    assert objection_to(standing, K.STARTED, "set-up") is None


# --- Asking once ---


def test_what_they_gave_is_not_asked_for_again():
    objection = objection_to(after(*SET_1), K.REQUESTED, "list")
    assert objection is not None
    assert objection.no is No.ALREADY_GIVEN


def test_a_second_question_on_the_way_is_refused_too():
    objection = objection_to(after(*SET_1[:2]), K.REQUESTED, "list")
    assert objection is not None
    assert objection.no is No.ALREADY_ASKED


def test_insisting_takes_a_reason_and_counts_against_us():
    bare = objection_to(after(*SET_1), K.ASKED_AGAIN, "list")
    standing = after(*SET_1, (K.ASKED_AGAIN, "list", {"because": "we lost it"}))
    assert bare is not None
    assert bare.no is No.NEEDS_REASON
    assert standing.repeats == 1
    assert standing.holding().party is Party.US


def test_returning_what_was_accepted_before_counts_as_asking_again():
    returned = (K.RETURNED, "list", {"because": "the columns changed"})
    first = after(*SET_1[:3], returned)
    later = after(*SET_1, (K.REOPENED, "list", {"because": "look again"}), returned)
    assert (first.repeats, first.items["list"].held_by) == (0, Party.THEM)
    assert (later.repeats, later.items["list"].held_by) == (1, Party.US)


def test_what_is_required_for_a_finished_set_is_added_only_with_a_reason():
    standing = after(*SET_1)
    objection = objection_to_adding(standing, SetNumber.NEEDS, required=True)
    assert objection is not None
    assert objection.no is No.TOO_LATE_TO_ASK
    assert objection_to_adding(standing, SetNumber.NEEDS, required=False) is None
    assert objection_to_adding(standing, SetNumber.START, required=True) is None
    assert objection_to_adding(standing, SetNumber.NEEDS, required=True, because="law") is None


def test_a_declined_approval_is_asked_for_again_when_we_changed_it():
    declined = after(
        AGREED,
        (K.REQUESTED, "contract"),
        (K.RETURNED, "contract", {"because": "clause 4", "theirs": True}),
    )
    assert declined.items["contract"].held_by is Party.US
    assert objection_to(declined, K.REQUESTED, "contract") is None


# --- Sold is not onboarded ---


def test_finishing_set_3_is_sold_and_not_onboarded():
    assert after(*SET_2).phase is PlanPhase.RUNNING
    assert after(*SET_3).phase is PlanPhase.SOLD
    assert not after(*SET_3).is_ended


def test_set_6_alone_is_not_onboarded_either():
    assert after(*SET_6).phase is PlanPhase.SOLD


@pytest.mark.parametrize(
    ("answer", "phase"),
    [
        (ExitAnswer.YES, PlanPhase.ONBOARDED),
        (ExitAnswer.BENEFITS_ONLY, PlanPhase.SOLD),
        (ExitAnswer.NO, PlanPhase.SOLD),
    ],
)
def test_only_who_gets_the_benefits_and_needs_them_is_onboarded(answer, phase):
    assert after(*SET_6, (K.EXIT_ANSWERED, None, {"answer": answer})).phase is phase


def test_the_last_question_is_not_asked_before_set_6_is_finished():
    objection = objection_to_word(after(*SET_3), K.EXIT_ANSWERED)
    assert objection is not None
    assert (objection.no, objection.missing) == (No.GATE_SHUT, ("first-use", "benefit"))


def test_a_standard_plan_ends_sold_and_has_no_last_question():
    standing = standing_of(LINES[:7], entries(*SET_3), last_set=SetNumber.FIRST_CONTACT)
    objection = objection_to_word(standing, K.EXIT_ANSWERED)
    assert (standing.phase, standing.is_ended) == (PlanPhase.SOLD, True)
    assert objection is not None
    assert objection.no is No.WRONG_KIND


@pytest.mark.parametrize(("kind", "item"), [(K.REQUESTED, "list"), (K.REACHED, "first-use")])
def test_before_their_yes_nothing_is_asked_or_reached(kind, item):
    standing = after((K.PREPARED, None))
    objection = objection_to(standing, kind, item)
    assert standing.phase is PlanPhase.PRE_SALE
    assert objection is not None
    assert objection.no is No.NOT_AGREED


def test_nothing_happens_in_a_stopped_plan_until_it_is_resumed():
    stopped = after(*SET_1, (K.STOPPED, None, {"because": "merger"}))
    objection = objection_to(stopped, K.STARTED, "set-up")
    resumed = after(*SET_1, (K.STOPPED, None, {"because": "merger"}), (K.RESUMED, None))
    assert stopped.phase is PlanPhase.STOPPED
    assert objection is not None
    assert objection.no is No.STOPPED
    assert objection_to(resumed, K.STARTED, "set-up") is None


# --- Milestones and smiles ---


@pytest.mark.parametrize("kind", [K.DONE, K.STARTED, K.REQUESTED])
def test_nobody_types_a_milestone(kind):
    standing = after(*SET_3)
    objection = objection_to(standing, kind, "first-use")
    assert objection is not None
    assert objection.no is No.MEASURED_ONLY
    assert objection_to(standing, K.REACHED, "first-use") is None


def test_a_frown_does_not_reach_a_smile():
    frown = after(*SET_2, (K.DONE, "training"), (K.SMILED, "smile", {"score": 2}))
    assert frown.items["smile"].state is ItemState.NOT_YET
    assert frown.items["smile"].smile == 2
    assert after(*SET_3).items["smile"].state is ItemState.DONE


def test_a_use_before_its_set_is_kept_and_takes_nobody_there():
    standing = after(*SET_1, (K.REACHED, "first-use"))
    assert standing.items["first-use"].is_closed
    assert standing.set_now is SetNumber.START


# --- Whose turn it is ---


def test_the_customer_holds_the_clock_only_when_nobody_else_has_anything_to_do():
    both_asked = after(AGREED, (K.REQUESTED, "list"), (K.REQUESTED, "contract"))
    one_given = after(
        AGREED, (K.REQUESTED, "list"), (K.REQUESTED, "contract"), (K.SUBMITTED, "list")
    )
    assert after(AGREED).holding().owner is Owner.US
    assert both_asked.holding().owner is Owner.THEM
    assert one_given.holding().owner is Owner.US


def test_a_delay_is_ours_until_there_is_evidence():
    working = after(*SET_1, (K.STARTED, "set-up"))
    handed = after(
        *SET_1,
        (K.STARTED, "set-up"),
        (K.HANDED_OVER, "set-up", {"to": Party.THIRD_PARTY, "because": "their provider's mail"}),
    )
    assert after(*SET_1).holding().owner is Owner.US
    assert working.holding().owner is Owner.WORK
    assert handed.holding().owner is Owner.THIRD_PARTY
    assert handed.items["set-up"].evidence == 7


def test_evidence_is_needed_to_hand_a_delay_over():
    objection = objection_to(after(*SET_1), K.HANDED_OVER, "set-up")
    assert objection is not None
    assert objection.no is No.NEEDS_REASON


def test_what_is_opened_again_is_ours():
    standing = after(*SET_1, (K.REOPENED, "contract", {"because": "a typo"}))
    assert standing.items["contract"].state is ItemState.ASKED
    assert standing.holding().owner is Owner.US
    assert standing.repeats == 1

"""What keeps a template from being published, what a draft becomes, and what differs."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.onboarding.contracts.templates import (
    Breadth,
    EditionSpec,
    FileKind,
    GateSpec,
    ItemChoice,
    ItemKind,
    ItemSpec,
    MilestoneMeasure,
    Party,
    SetNumber,
    words_for_reader,
)
from vereda.onboarding.rules.editing import (
    DOWN,
    UP,
    spare_key,
    template_difference,
    tidied,
    with_breadth,
    with_gate,
    with_item,
    with_moved_item,
    without_item,
)
from vereda.onboarding.rules.templates import (
    Advice,
    TemplateProblem,
    advice_about,
    circle_in,
    missing_in_language,
    problems_in_template,
)
from vereda.onboarding.wording.templates import template_problem_words

P = TemplateProblem
YES = (ItemChoice(key="yes", titles={"en": "Yes"}), ItemChoice(key="no", titles={"en": "No"}))


def line(key, number=1, kind=ItemKind.TASK, **said):
    wanted = {"titles": {"en": key.capitalize()}, **said}
    return ItemSpec(key=key, set_number=SetNumber(number), kind=kind, **wanted)


def checklist(*items, breadth=Breadth.STANDARD, gates=()):
    """A checklist that can be published, with these items in front."""
    filled = [line(f"filled-{number}", number) for number in breadth.sets]
    return tidied(EditionSpec(breadth=breadth, gates=gates, items=(*items, *filled)))


def wrong(spec):
    return [(each.problem, each.item, each.other) for each in problems_in_template(spec)]


GIVEN = {"wanted": {"en": "This."}, "example": {"en": "Such."}, "lead_days": 2}


def test_a_checklist_with_something_in_every_set_can_be_published():
    assert problems_in_template(checklist()) == []
    assert problems_in_template(checklist(breadth=Breadth.ADVANCED)) == []


def test_an_empty_one_says_only_that():
    assert wrong(EditionSpec()) == [(P.NO_ITEMS, "", "")]


def test_each_empty_set_is_named():
    spec = EditionSpec(breadth=Breadth.STANDARD, items=(line("a", 2),))
    found = [(each.problem, each.set_number) for each in problems_in_template(spec)]
    assert found == [(P.SET_EMPTY, SetNumber.NEEDS), (P.SET_EMPTY, SetNumber.FIRST_CONTACT)]


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        (line("Ä b"), P.KEY_WRONG),
        (line("a" * 61), P.KEY_WRONG),
        (line("a-"), P.KEY_WRONG),
        (line("a\n"), P.KEY_WRONG),
        (line("a", titles={}), P.TITLE_MISSING),
        (line("a", titles={"en": "t" * 201}), P.TEXT_TOO_LONG),
        (line("a", wanted={"en": "t" * 2_001}), P.TEXT_TOO_LONG),
        (line("a", who={"en": "t" * 101}), P.TEXT_TOO_LONG),
        (line("a", titles={"en": "A", "fr": "A"}), P.LANGUAGE_UNKNOWN),
        (line("a", 4), P.SET_OUTSIDE),
        (line("a", kind=ItemKind.VALUE, **{**GIVEN, "wanted": {}}), P.WANTED_MISSING),
        (line("a", kind=ItemKind.VALUE, **{**GIVEN, "example": {}}), P.EXAMPLE_MISSING),
        (line("a", kind=ItemKind.VALUE, **{**GIVEN, "lead_days": 0}), P.LEAD_MISSING),
        (line("a", kind=ItemKind.APPROVAL, **{**GIVEN, "wanted": {}}), P.WANTED_MISSING),
        (line("a", lead_days=-1), P.LEAD_OUT_OF_RANGE),
        (line("a", lead_days=261), P.LEAD_OUT_OF_RANGE),
        (line("a", kind=ItemKind.MEETING), P.MINUTES_MISSING),
        (line("a", kind=ItemKind.TRAINING), P.MINUTES_MISSING),
        (line("a", minutes=2_401), P.MINUTES_OUT_OF_RANGE),
        (line("a", kind=ItemKind.CHOICE, choices=YES[:1], **GIVEN), P.CHOICES_TOO_FEW),
        (line("a", choices=YES), P.CHOICES_NOT_ASKED),
        (line("a", kind=ItemKind.CHOICE, choices=(*YES, YES[0]), **GIVEN), P.CHOICE_TWICE),
        (
            line(
                "a",
                kind=ItemKind.CHOICE,
                choices=(*YES, ItemChoice(key="X", titles={"en": "x"})),
                **GIVEN,
            ),
            P.CHOICE_KEY_WRONG,
        ),
        (
            line(
                "a", kind=ItemKind.CHOICE, choices=(*YES, ItemChoice(key="x", titles={})), **GIVEN
            ),
            P.CHOICE_UNTITLED,
        ),
        (
            line(
                "a",
                kind=ItemKind.CHOICE,
                choices=tuple(ItemChoice(key=f"c{n}", titles={"en": "c"}) for n in range(31)),
                **GIVEN,
            ),
            P.CHOICES_TOO_MANY,
        ),
        (line("a", kind=ItemKind.FILE, **GIVEN), P.FILE_KINDS_MISSING),
        (line("a", file_kinds=(FileKind.PDF,)), P.FILE_KINDS_NOT_ASKED),
        (line("a", 3, ItemKind.MILESTONE), P.MEASURE_MISSING),
        (line("a", measure=MilestoneMeasure.SMILE), P.MEASURE_NOT_ASKED),
        (line("a", 2, ItemKind.MILESTONE, measure=MilestoneMeasure.SMILE), P.MILESTONE_TOO_EARLY),
        (line("a", after=("a",)), P.AFTER_ITSELF),
        (line("a", after=("nobody",)), P.AFTER_UNKNOWN),
        (line("a", after=("filled-2",)), P.AFTER_OTHER_SET),
        (line("a", after=("filled-1",)), P.AFTER_LATER),
    ],
)
def test_what_is_wrong_with_an_item_is_found_and_said(item, problem):
    spec = checklist(item)
    (found,) = problems_in_template(spec)
    assert (found.problem, found.item) == (problem, item.key)
    said = template_problem_words(found, spec)
    assert "%(" not in said
    assert said.endswith(".")


def test_a_required_item_may_not_wait_for_an_optional_one():
    spec = checklist(line("a", required=False), line("b", after=("a",)))
    assert wrong(spec) == [(P.AFTER_OPTIONAL, "b", "a")]
    assert problems_in_template(checklist(line("a"), line("b", after=("a",)))) == []


def test_items_that_wait_for_each_other_are_named_and_those_behind_them_are_not():
    spec = checklist(line("a", after=("b",)), line("b", after=("a",)), line("c", after=("b",)))
    assert wrong(spec) == [(P.AFTER_CIRCLE, "a", "b"), (P.AFTER_CIRCLE, "b", "a")]


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_a_checklist_without_circle_has_an_order_in_which_everything_begins(pairs):
    items = [
        line(f"i{number}", after=tuple(f"i{b}" for a, b in pairs if a == number and b != number))
        for number in range(8)
    ]
    circle = circle_in(items)
    begun: set[str] = set()
    for _ in items:
        begun |= {item.key for item in items if set(item.after) <= begun}
    assert circle <= {item.key for item in items} - begun
    assert bool(circle) is (len(begun) < len(items))


def test_the_same_key_twice_is_said_once():
    assert wrong(checklist(line("a"), line("a"), line("a"))) == [(P.KEY_TWICE, "a", "")]


def test_gates_are_checked_too():
    gates = (
        GateSpec(set_number=SetNumber.NEEDS, labels={"en": "x" * 201}),
        GateSpec(set_number=SetNumber.NEEDS, labels={"de": "x"}),
        GateSpec(set_number=SetNumber.SUCCESS, labels={"en": "x"}),
    )
    spec = checklist(gates=gates)
    found = problems_in_template(spec)
    assert [each.problem for each in found] == [
        P.GATE_TWICE,
        P.GATE_OUTSIDE,
        P.GATE_TOO_LONG,
        P.LANGUAGE_UNKNOWN,
    ]
    assert [template_problem_words(each, spec)[-1] for each in found] == ["."] * 4


def test_too_many_items_are_refused():
    spec = checklist(*(line(f"i{number}") for number in range(118)))
    assert [each.problem for each in problems_in_template(spec)] == [P.TOO_MANY_ITEMS]


def test_advice_tells_what_a_good_checklist_has():
    assert advice_about(checklist()) == [Advice.NO_TRAINING, Advice.NO_SMILE]
    assert advice_about(checklist(line("ours", party=Party.US))) == [
        Advice.NO_TRAINING,
        Advice.NO_SMILE,
    ]
    longer = checklist(
        line("training", 3, ItemKind.TRAINING, minutes=30),
        line("opening", 3, ItemKind.MEETING, minutes=30, smile=True),
        breadth=Breadth.ADVANCED,
    )
    assert advice_about(longer) == [
        Advice.NO_FIRST_USE,
        Advice.NO_REGULAR_USE,
        Advice.NO_BENEFIT,
    ]


def test_a_missing_language_is_told_and_another_is_shown():
    spec = checklist(line("a", titles={"en": "A", "es": "Á"}, wanted={"en": "this"}))
    assert missing_in_language(spec, "es") == ["a", "filled-1", "filled-2", "filled-3"]
    assert missing_in_language(spec, "en") == []
    assert words_for_reader({"en": "A", "es": "Á"}, "es-MX") == "Á"
    assert words_for_reader({"es": "Á"}, "en") == "Á"
    assert words_for_reader({}, "en") == ""


# --- Editing ----------------------------------------------------------------------------------


def waits(spec, key):
    """What the item waits for."""
    return next(item.after for item in spec.items if item.key == key)


def keys(spec, number=1):
    return [item.key for item in spec.items_of_set(SetNumber(number))]


def test_a_new_item_goes_to_the_end_of_its_set():
    assert keys(with_item(checklist(), line("new"))) == ["filled-1", "new"]


def test_a_changed_item_keeps_its_place_and_those_who_wait_for_it():
    spec = checklist(line("a"), line("b", after=("a",)))
    changed = with_item(spec, line("z"), instead_of="a")
    assert keys(changed) == ["z", "b", "filled-1"]
    assert waits(changed, "b") == ("z",)


def test_an_item_in_another_set_goes_to_its_end_and_nobody_waits_across_the_gate():
    spec = checklist(line("a"), line("b", after=("a",)))
    changed = with_item(spec, line("a", 2), instead_of="a")
    assert (keys(changed), keys(changed, 2)) == (["b", "filled-1"], ["filled-2", "a"])
    assert waits(changed, "b") == ()


def test_nobody_waits_for_what_was_removed():
    spec = without_item(checklist(line("a"), line("b", after=("a",))), "a")
    assert keys(spec) == ["b", "filled-1"]
    assert waits(spec, "b") == ()


def test_an_item_moves_within_its_set_and_stops_at_its_ends():
    spec = checklist(line("a"), line("b"))
    down = with_moved_item(spec, "a", step=DOWN)
    assert keys(down) == ["b", "a", "filled-1"]
    assert with_moved_item(down, "a", step=UP) == spec
    assert with_moved_item(spec, "a", step=UP) == spec
    assert with_moved_item(spec, "filled-1", step=DOWN) == spec
    assert with_moved_item(spec, "nobody", step=UP) == spec


def test_a_gate_without_words_is_none():
    spec = with_gate(checklist(), GateSpec(set_number=SetNumber.START, labels={"en": " Go "}))
    assert spec.gate_of_set(SetNumber.START).labels == {"en": "Go"}
    assert with_gate(spec, GateSpec(set_number=SetNumber.START, labels={"en": " "})).gates == ()


def test_a_shorter_checklist_keeps_its_items_and_says_what_to_do_with_them():
    spec = with_breadth(checklist(breadth=Breadth.ADVANCED), Breadth.STANDARD)
    assert wrong(spec) == [(P.SET_OUTSIDE, f"filled-{number}", "") for number in (4, 5, 6)]


def test_a_short_name_that_is_taken_gets_a_number():
    spec = checklist(line("a"), line("a-2"))
    assert (spare_key(spec, "b"), spare_key(spec, "a")) == ("b", "a-3")


def test_the_order_of_a_file_is_kept_within_sets():
    spec = tidied(EditionSpec(items=(line("c", 3), line("b", 1), line("a", 1))))
    assert [item.key for item in spec.items] == ["b", "a", "c"]


def test_a_difference_names_what_is_new_gone_changed_and_moved():
    before = checklist(line("a"), line("b"), line("gone"))
    after = checklist(line("new"), line("b"), line("a", minutes=5), breadth=Breadth.ADVANCED)
    after = with_gate(after, GateSpec(set_number=SetNumber.START, labels={"en": "Go"}))

    difference = template_difference(before, after)

    told = {each.item.key: (each.changed, each.moved) for each in difference.items}
    assert told == {
        "new": ((), False),
        "b": ((), True),
        "a": (("minutes",), True),
        "gone": ((), False),
        "filled-4": ((), False),
        "filled-5": ((), False),
        "filled-6": ((), False),
    }
    assert (difference.gates, difference.breadth) == ((SetNumber.START,), True)
    assert not template_difference(after, after)


def test_a_specification_survives_being_stored():
    spec = checklist(line("a", kind=ItemKind.CHOICE, choices=YES, **GIVEN), line("b", after=("a",)))
    assert msgspec.convert(msgspec.to_builtins(spec), EditionSpec) == spec

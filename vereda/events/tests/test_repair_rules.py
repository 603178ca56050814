import json

import pytest

from vereda.events.contracts.repairing import UNCHANGED, Repair, TreatAs
from vereda.events.rules.repairs import repaired_text


def repaired(item, **repair):
    text = item if isinstance(item, str) else json.dumps(item)
    return json.loads(repaired_text(text, Repair(**repair)))


def test_an_event_is_renamed_and_the_rest_stays():
    item = {"type": "track", "event": "", "userId": "u1", "properties": {"a": [1, None, "x"]}}

    assert repaired(item, event="Exported") == {**item, "event": "Exported"}


def test_ids_are_written_where_the_dialect_keeps_them():
    assert repaired({"event": "x", "distinct_id": "null"}, user_id="u1")["distinct_id"] == "u1"
    assert repaired({"event": "x"}, user_id="u1")["userId"] == "u1"
    assert "userId" not in repaired({"userId": "null"}, without_user_id=True)


@pytest.mark.parametrize(
    ("value", "treat_as", "becomes"),
    [
        (12, TreatAs.TEXT, "12"),
        ({"a": 1}, TreatAs.TEXT, '{"a": 1}'),
        ("12", TreatAs.NUMBER, 12),
        ("1,5", TreatAs.NUMBER, 1.5),
        ("many", TreatAs.NUMBER, "many"),
        ("inf", TreatAs.NUMBER, "inf"),
        ("Yes", TreatAs.TRUE_OR_FALSE, True),
        (0, TreatAs.TRUE_OR_FALSE, False),
        ("perhaps", TreatAs.TRUE_OR_FALSE, "perhaps"),
    ],
)
def test_a_property_becomes_what_it_is_told_or_stays(value, treat_as, becomes):
    item = {"properties": {"order": {"total": value}}}

    done = repaired(item, property_name="order.total", treat_as=treat_as)

    assert done == {"properties": {"order": {"total": becomes}}}


def test_a_property_is_left_out_of_properties_and_traits():
    item = {"properties": {"a": 1, "b": 2}, "traits": {"a": 3}}

    done = repaired(item, property_name="a", treat_as=TreatAs.LEFT_OUT)

    assert done == {"properties": {"b": 2}, "traits": {}}


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "9" * 400])
def test_a_number_nobody_can_store_becomes_its_own_words(number):
    done = repaired(f'{{"properties": {{"size": {number}}}}}', event="x")

    assert done["properties"]["size"] == (number if number[0] != "I" else "Infinity")


def test_without_a_change_not_a_byte_changes():
    text = '{"properties":  {"size": 1e999}}'

    assert repaired_text(text, UNCHANGED) == text


@pytest.mark.parametrize("text", ["[]", "5", "{", '{"a": ', "[" * 100_000])
def test_what_is_no_object_stays_as_it_is(text):
    assert repaired_text(text, Repair(event="x")) == text

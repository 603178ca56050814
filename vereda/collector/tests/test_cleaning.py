"""Whatever JSON can hold comes out clean, and clean stays as it is."""

import json
import math
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from vereda.collector.rules.cleaning import (
    LARGEST_NUMBER,
    LONGEST_KEY,
    LONGEST_TEXT,
    POISONOUS_KEYS,
    Cleaner,
    Unstorable,
)
from vereda.collector.rules.items import Arrival, read_item
from vereda.collector.rules.times import FARTHEST_AHEAD, clock_error, occurred
from vereda.collector.testing import a_holder
from vereda.foundation.testing import MORNING

TEXT = st.text(st.characters(codec=None, min_codepoint=0), max_size=40)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=30,
)


def cleaned(value):
    try:
        return Cleaner().mapping(value)
    except Unstorable:
        return None


def leaves(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def storable(value):
    if isinstance(value, str):
        value.encode("utf-8")
        return len(value) <= LONGEST_TEXT and not any(
            ord(letter) < 32 and letter not in "\t\n" for letter in value
        )
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, bool) or value is None or abs(value) <= LARGEST_NUMBER


@given(st.dictionaries(TEXT, JSON, max_size=8))
def test_what_comes_out_can_be_stored_anywhere(value):
    clean = cleaned(value)

    assert clean is None or all(storable(leaf) for leaf in leaves(clean))


@given(st.dictionaries(TEXT, JSON, max_size=8))
def test_clean_is_clean_already(value):
    clean = cleaned(value)

    assert clean is None or Cleaner().mapping(clean) == clean


@given(st.dictionaries(st.sampled_from(sorted(POISONOUS_KEYS)) | TEXT, JSON, max_size=8))
def test_no_poisonous_or_endless_key_comes_out(value):
    clean = cleaned(value) or {}

    assert not POISONOUS_KEYS & clean.keys()
    assert all(0 < len(key) <= LONGEST_KEY for key in clean)


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_item_is_read_or_refused_and_nothing_is_raised(raw):
    (read,) = read_item(raw, index=0, arrival=Arrival(received_at=MORNING, holder=a_holder()))

    assert (read.event is None) == any(one.severity == "refused" for one in read.refusals)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "type": JSON,
            "event": JSON,
            "userId": JSON,
            "anonymousId": JSON,
            "messageId": JSON,
            "timestamp": JSON,
            "properties": JSON,
            "traits": JSON,
            "context": JSON,
            "groupId": JSON,
            "previousId": JSON,
        },
    ),
    st.sampled_from(["track", "identify", "group", "page", "screen", "alias", None]),
)
def test_any_words_in_the_right_places_are_read_or_refused(item, kind):
    raw = json.dumps({**item, **({"type": kind} if kind else {})}).encode()

    (read,) = read_item(raw, index=0, arrival=Arrival(received_at=MORNING, holder=a_holder()))

    assert read.event is None or read.event.occurred_at <= MORNING


INSTANTS = st.datetimes(timezones=st.just(UTC))


@given(INSTANTS | st.floats() | st.integers() | st.text(), st.none() | INSTANTS, st.booleans())
def test_nothing_happens_after_its_receipt(said, sent_at, retried):
    text = said.isoformat() if isinstance(said, datetime) else said
    error = clock_error(sent_at, received_at=MORNING, retried=retried)

    at, _ = occurred(text, clock_error=error, received_at=MORNING)

    assert at <= MORNING < MORNING + FARTHEST_AHEAD

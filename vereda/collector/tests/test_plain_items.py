"""An item whose texts are known to be clean is read as any other is, only sooner."""

import json
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.collector.limits import PropertyNames
from vereda.collector.rules import items
from vereda.collector.rules.cleaning import LONGEST_TEXT, POISONOUS_KEYS, is_plain
from vereda.collector.rules.items import LONGEST_ID, Arrival, read_item
from vereda.collector.testing import a_holder
from vereda.events.contracts.arriving import Reason
from vereda.foundation.testing import MORNING

KNOWN = ("plan", "count", "url", "")
WORDS = st.sampled_from(
    [
        "",
        " ",
        "pro",
        " pro ",
        "null",
        "ñandú",
        "a\x00b",
        "a\x7fb",
        "\ud800",
        "x" * (LONGEST_ID + 1),
        "x" * (LONGEST_TEXT + 1),
        "https://app.example/?token=abc&plan=pro",
    ]
) | st.text(max_size=12)
NUMBERS = st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.none() | st.booleans() | NUMBERS | WORDS
NAMES = st.sampled_from([*KNOWN, "page", *sorted(POISONOUS_KEYS)]) | st.text(max_size=4)
MAPPINGS = st.dictionaries(
    NAMES, VALUES | st.lists(VALUES, max_size=2) | st.dictionaries(NAMES, VALUES, max_size=2)
)
CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "groupId": VALUES,
        "locale": VALUES,
        "library": st.dictionaries(st.sampled_from(["name", "version"]), VALUES),
        "page": st.dictionaries(st.sampled_from(["path", "title"]), VALUES),
    },
)
ITEMS = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "Page", "identify", "group", "alias"]), "messageId": WORDS},
    optional={
        "event": VALUES,
        "name": VALUES,
        "userId": VALUES,
        "anonymousId": VALUES,
        "previousId": VALUES,
        "groupId": VALUES,
        "timestamp": VALUES | st.just(MORNING.isoformat()),
        "properties": MAPPINGS | VALUES,
        "traits": MAPPINGS,
        "context": CONTEXTS | VALUES,
    },
)


def arrival(**said):
    names = PropertyNames(most=len(KNOWN) - 1)
    workspace_id = a_holder().workspace_id
    fold = names.folder(workspace_id)
    fold(dict.fromkeys(KNOWN[:-1]))
    return Arrival(
        received_at=MORNING,
        holder=a_holder(),
        fold_names=fold,
        known_names=names.known_to(workspace_id),
        **said,
    )


def in_utf8(value, *, spelled=False):
    """As JSON, without the half characters that no body has once it is read."""
    return json.dumps(value, ensure_ascii=spelled).encode("utf-8", errors="replace")


@given(ITEMS, st.booleans(), st.none() | CONTEXTS)
def test_it_is_read_alike_whether_its_texts_are_known_to_be_clean(item, spelled, context):
    raw = in_utf8(item, spelled=spelled)
    said = {"context": json.loads(in_utf8(context))} if context else {}

    with patch.object(items, "uuid4", return_value="made-up"):
        quickly = read_item(raw, index=0, arrival=arrival(**said))
        with patch.object(items, "is_plain", return_value=False):
            carefully = read_item(raw, index=0, arrival=arrival(**said))

    assert quickly == carefully


@pytest.mark.parametrize("text", ["ñ", "\x00", "\ud800", "\\", "x" * LONGEST_TEXT])
def test_what_may_have_to_be_cleaned_is_not_plain(text):
    assert is_plain(json.dumps({"plan": "pro"}).encode())
    assert not is_plain(json.dumps({"plan": text}).encode())


def test_what_the_whole_batch_says_is_cleaned_however_plain_its_items_are():
    item = json.dumps({"type": "track", "event": "Open", "userId": "u-1"}).encode()
    batch = {"library": {"name": "a\x00b"}}

    (read,) = read_item(item, index=0, arrival=arrival(context=batch))

    assert read.event is not None
    assert read.event.context == '{"library":"ab"}'
    assert [one.reason for one in read.refusals] == [Reason.TEXT_CLEANED]


def test_secrets_in_an_address_are_hidden_whether_its_name_is_known_or_too_many():
    said = {"url": "/?token=abc", "path": "/?token=abc"}
    item = {"type": "track", "event": "Open", "userId": "u-1", "properties": said}

    (read,) = read_item(json.dumps(item).encode(), index=0, arrival=arrival())

    assert read.event is not None
    assert "abc" not in read.event.properties
    assert json.loads(read.event.properties) == {"url": "/?", "_overflow": {"path": "/?"}}

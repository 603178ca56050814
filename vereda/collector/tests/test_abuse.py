"""The abuse cases C01 to C34: what a stranger with a public key may try.

Each shows that the answer names nothing inside, that nothing is stored unless it is said,
and that the next good request works.
"""

import base64
import gzip
import json
import resource
import threading
from datetime import timedelta

import pytest

from vereda.collector.limits import Buckets, PropertyNames
from vereda.collector.testing import GLOBEX_ID, Poster, a_track
from vereda.events.testing import ACME
from vereda.foundation.testing import MORNING


@pytest.fixture(autouse=True)
def the_next_good_request_works(collector):
    yield
    assert collector.post({"batch": [a_track("After")]}).status == 200
    assert collector.stored()[0].name == "After"


BAD_BODIES = {
    "C01": (b"{", "invalid_json"),
    "C02": (b"[" * 100_000, "too_deep"),
    "C02 inside": (b'{"batch":' + b"[" * 100_000, "too_deep"),
    "C04 NaN": (b'{"x":NaN}', "no_batch"),
    "C04 Infinity": (b'{"x":Infinity}', "no_batch"),
    "C07": (b"\xff\xfe", "not_utf8"),
    "C10 number": (b"5", "invalid_body"),
    "C10 text": (b'"x"', "invalid_body"),
    "C10 null": (b"null", "invalid_body"),
    "C10 list": (b"[null]", "invalid_body"),
    "C10 lists": (b"[[]]", "invalid_body"),
    "C10 object": (b"{}", "no_batch"),
    "empty": (b"", "invalid_json"),
    "batch is a number": (b'{"batch":5}', "invalid_body"),
}


@pytest.mark.parametrize(
    ("body", "code"), [pytest.param(*case, id=name) for name, case in BAD_BODIES.items()]
)
def test_a_malformed_body_is_refused_with_a_code(collector, body, code):
    answer = collector.post(body)

    assert (answer.status, answer.body["success"], answer.body["code"]) == (400, False, code)
    assert isinstance(answer.body["message"], str)
    assert collector.stored() == []


@pytest.mark.parametrize("number", ["9" * 5_000, "1e999", "-1e999"])
def test_c03_c04_a_number_nobody_can_hold_is_refused(collector, number):
    single = f'{{"event":"a","userId":"u1","properties":{{"x":{number}}}}}'.encode()
    batch = b'{"batch":[%b,%b]}' % (
        b'{"type":"track",' + single[1:],
        json.dumps(a_track()).encode(),
    )

    assert collector.post(single, "/v1/track").status == 400
    assert collector.post(batch).body == {"success": True, "rejected": 1}
    assert collector.notes() == [("not_a_number", "refused", 0)]


def test_c05_half_characters_are_stored_as_replacement(collector):
    body = rb"""{"batch":[{"type":"track","event":"a\ud800","userId":"u\udc00",
        "properties":{"k\ud800":"v\udfff","whole":"\ud83d\ude00","kept":"\\ud800"}}]}"""

    answer = collector.post(body)

    (event,) = collector.stored()
    assert answer.body == {"success": True}
    assert (event.name, event.person_key) == ("a\ufffd", "u\ufffd")
    assert json.loads(event.properties) == {
        "k\ufffd": "v\ufffd",
        "whole": "😀",
        "kept": "\\ud800",
    }


def test_c06_nul_is_stripped_with_a_warning(collector):
    collector.batch(a_track("a\0b", userId="u\0", properties={"k\0": "v\0", "line": "a\n\tb"}))

    (event,) = collector.stored()
    assert (event.name, event.person_key) == ("ab", "u")
    assert json.loads(event.properties) == {"k": "v", "line": "a\n\tb"}
    assert collector.notes() == [("text_cleaned", "warning", 0)]


def test_c08_a_byte_order_mark_is_accepted(collector):
    body = b"\xef\xbb\xbf" + json.dumps({"batch": [a_track()]}).encode()

    assert collector.post(body).status == 200
    assert len(collector.stored()) == 1


@pytest.mark.parametrize("charset", ["utf-16", "utf-32"])
def test_c09_another_charset_is_not_supported(collector, charset):
    body = json.dumps({"batch": [a_track()]}).encode(charset)

    answer = collector.post(body, CONTENT_TYPE=f"application/json; charset={charset}")

    assert (answer.status, answer.body["code"]) == (415, "unsupported_charset")


@pytest.mark.parametrize("item", [None, [], 5, "x", {}])
def test_c10_an_item_that_is_none_is_refused_with_its_place(collector, item):
    answer = collector.batch(a_track(), item)

    assert answer.body == {"success": True, "rejected": 1}
    assert collector.notes()[0][1:] == ("refused", 1)
    assert len(collector.stored()) == 1


def test_c11_the_last_of_two_equal_keys_counts(collector):
    collector.post(b'{"batch":[{"type":"track","userId":"u1","event":"a","event":"b"}]}')

    assert collector.stored()[0].name == "b"


def test_c12_poisonous_keys_are_dropped_with_a_warning(collector):
    bad = {"__proto__": {"x": 1}, "constructor": 1, "inner": {"prototype": 1, "good": 2}}
    collector.batch(a_track(properties=bad))

    assert json.loads(collector.stored()[0].properties) == {"inner": {"good": 2}}
    assert collector.notes() == [("key_dropped", "warning", 0)]


def test_c13_a_declared_size_above_the_limit_is_refused_unread(collector):
    class Unreadable:
        def read(self, *_):
            raise AssertionError("it was read")

    answer = collector.post(
        b"", CONTENT_LENGTH=str(4 * 1024 * 1024 + 1), **{"wsgi.input": Unreadable()}
    )

    assert (answer.status, answer.body["code"]) == (413, "too_large")


def test_c13_an_undeclared_size_above_the_limit_is_refused(collector):
    answer = collector.post(b" " * (4 * 1024 * 1024 + 1), CONTENT_LENGTH="")

    assert (answer.status, answer.body["code"]) == (413, "too_large")


def test_four_megabytes_are_taken(collector):
    items = [a_track(properties={"text": "x" * 7_900}) for _ in range(500)]
    body = json.dumps({"batch": items}).encode()

    assert 3_900_000 < len(body) < 4 * 1024 * 1024
    assert collector.post(body).status == 200
    assert len(collector.stored()) == 500


def test_c14_a_gzip_bomb_is_refused_in_bounded_memory(collector):
    bomb = gzip.compress(bytes(200 * 1024 * 1024), compresslevel=9)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    answer = collector.post(bomb)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (answer.status, answer.body["code"]) == (413, "too_large")
    assert grown < 40 * 1024


@pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, gzip", "deflate"])
def test_c15_an_encoding_that_is_not_there_is_not_supported(collector, encoding):
    answer = collector.post({"batch": [a_track()]}, HTTP_CONTENT_ENCODING=encoding)

    assert answer.status == 415


def test_c15_gzip_within_gzip_is_not_supported(collector):
    body = gzip.compress(gzip.compress(b"{}"))

    assert collector.post(body, HTTP_CONTENT_ENCODING="gzip").status == 415


@pytest.mark.parametrize(
    "body",
    [b"\x1f\x8bgarbage", gzip.compress(b'{"batch":[]}', mtime=0)[:-9]],
    ids=["garbage", "cut"],
)
def test_a_damaged_gzip_body_is_malformed(collector, body):
    answer = collector.post(body)

    assert (answer.status, answer.body["code"]) == (400, "invalid_gzip")


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", ""])
@pytest.mark.parametrize("header", [{}, {"HTTP_CONTENT_ENCODING": "gzip"}])
def test_gzip_is_recognised_whatever_the_headers_say(collector, content_type, header):
    body = gzip.compress(json.dumps({"batch": [a_track()]}).encode())

    assert collector.post(body, CONTENT_TYPE=content_type, **header).status == 200
    assert len(collector.stored()) == 1


def test_c16_too_many_items_are_refused_together(collector):
    answer = collector.batch(*(a_track() for _ in range(1_001)))

    assert (answer.status, answer.body["code"]) == (413, "batch_too_large")
    assert collector.stored() == []


def test_c17_one_event_too_large_costs_no_other(collector):
    large = a_track(properties={"text": "x" * 33_000})

    answer = collector.batch(*(a_track() for _ in range(5)), large, *(a_track() for _ in range(5)))

    assert answer.body == {"success": True, "rejected": 1}
    assert len(collector.stored()) == 10
    assert collector.notes() == [("event_too_large", "refused", 5)]


def test_c18_too_many_keys_and_too_long_ids_are_refused_long_keys_dropped(collector):
    many = a_track(properties={f"k{number}": 1 for number in range(1_000)})
    long_key = a_track(properties={"k" * 5_000: 1, "good": 2})
    long_id = a_track(userId="u" * 256)

    collector.batch(many, long_key, long_id)

    assert collector.notes() == [
        ("too_many_keys", "refused", 0),
        ("key_dropped", "warning", 1),
        ("id_too_long", "refused", 2),
    ]
    assert json.loads(collector.stored()[0].properties) == {"good": 2}


def test_c19_the_same_batch_again_and_eight_times_at_once_is_stored_once(collector):
    batch = {"batch": [a_track(messageId=f"m{number}") for number in range(20)]}
    answers = [collector.post(batch), collector.post(batch)]
    threads = [
        threading.Thread(target=lambda: answers.append(collector.post(batch))) for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status for answer in answers] == [200] * 10
    assert len(collector.stored()) == 20


def test_c20_the_same_id_with_other_content_keeps_the_first_and_warns(collector):
    collector.batch(a_track("First", messageId="m"))
    collector.batch(a_track("Second", messageId="m"))

    assert [event.name for event in collector.stored()] == ["First"]
    assert collector.notes() == [("conflicting_duplicate", "warning", 0)]


def test_c21_the_same_id_in_two_workspaces_is_stored_in_both(collector):
    batch = {"batch": [a_track(messageId="m")]}
    collector.post(batch)
    collector.post(batch, key="wk_globex")

    assert len(collector.stored()) == len(collector.stored(GLOBEX_ID)) == 1


@pytest.mark.parametrize(
    "said",
    [
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        253402300800000,
        "yesterday",
        -1,
        -1.5,
        1e300,
        True,
        {"at": 1},
        (MORNING + timedelta(hours=25)).isoformat(),
    ],
)
def test_c22_c23_an_impossible_time_is_the_time_of_receipt_with_a_warning(collector, said):
    collector.batch(a_track(timestamp=said))

    assert collector.stored()[0].occurred_at == MORNING
    assert collector.notes() == [("time_replaced", "warning", 0)]


@pytest.mark.parametrize(
    "said",
    [
        "null",
        "undefined",
        "0",
        0,
        True,
        False,
        "true",
        "[object Object]",
        "guest",
        "NaN",
        "",
        "   ",
        "Anonymous",
        [],
        {},
        1.5,
    ],
)
def test_c24_an_id_that_means_nobody_is_refused(collector, said):
    answer = collector.batch(a_track(userId=said))

    assert answer.body == {"success": True, "rejected": 1}
    assert collector.notes() == [("illegal_id", "refused", 0)]
    assert collector.stored() == []


def test_c24_an_id_of_a_megabyte_is_refused(collector):
    collector.batch(a_track(userId="u" * 1_000_000))

    assert collector.notes() == [("event_too_large", "refused", 0)]


def test_an_event_of_nobody_is_refused(collector):
    collector.batch(a_track(userId=None, anonymousId=None))

    assert collector.notes() == [("no_id", "refused", 0)]


def test_c25_aliases_end_and_known_people_are_not_merged(collector):
    collector.batch(
        *(
            {"type": "alias", "previousId": previous, "userId": person}
            for previous, person in (("a", "b"), ("b", "c"), ("c", "a"), ("a", "a"))
        )
    )

    assert collector.notes() == [
        ("merge_refused", "warning", 0),
        ("merge_refused", "warning", 0),
    ]
    assert len(collector.stored()) == 4


@pytest.mark.parametrize(
    "trait", ["mrr", "plan", "role", "tenant_id", "isVerified", "account-id", "Is Admin"]
)
def test_c26_a_public_key_sets_no_trait_of_the_servers(collector, trait):
    collector.batch({"type": "identify", "userId": "u1", "traits": {trait: "x", "name": "Ana"}})

    assert json.loads(collector.stored()[0].traits) == {"name": "Ana"}
    assert collector.notes() == [("server_trait_dropped", "warning", 0)]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "TRACE", "PROPFIND"])
def test_c27_a_write_key_reads_nothing(collector, method):
    answer = collector.post({}, method=method)

    assert (answer.status, answer.headers["Allow"]) == (405, "POST, OPTIONS")


@pytest.mark.parametrize(
    "key", [None, "", "wk_acmf", "wk_acm", "vt_secret_token", "k" * 10_000, "wk_acme\0"]
)
def test_c28_c29_an_unknown_key_is_unauthorized(collector, key):
    answer = collector.post({"batch": [a_track()]}, key=key)

    assert (answer.status, answer.body["code"]) == (401, "unknown_key")
    assert collector.stored() == []


def test_a_header_that_is_not_base64_is_malformed(collector):
    answer = collector.post({"batch": []}, HTTP_AUTHORIZATION="Basic €€")

    assert (answer.status, answer.body["code"]) == (400, "invalid_authorization")


def test_c30_keys_that_disagree_are_refused(collector):
    answer = collector.post({"batch": [a_track()], "writeKey": "wk_globex"})

    assert (answer.status, answer.body["code"]) == (400, "conflicting_keys")
    assert collector.stored() == collector.stored(GLOBEX_ID) == []


def test_c31_a_workspace_named_in_the_body_is_ignored(collector):
    collector.batch(a_track(workspace_id=GLOBEX_ID.hex, tenant_id=GLOBEX_ID.hex))

    assert len(collector.stored()) == 1
    assert collector.stored(GLOBEX_ID) == []


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE events;--", "../../etc/passwd", "%00", "😀", "\u202eabc"]
)
def test_c32_any_name_is_stored_as_it_is(collector, name):
    collector.batch(a_track(name))

    assert collector.stored()[0].name == name


def test_c33_names_made_of_data_are_folded(store):
    collector = Poster(store, names=PropertyNames(most=3))

    collector.batch(a_track(properties={"a": 1, "b": 2}), a_track(properties={"c": 3, "d": 4}))

    assert json.loads(collector.stored()[0].properties) == {"c": 3, "_overflow": {"d": 4}}
    assert collector.notes() == [("too_many_names", "warning", 1)]


def test_c34_a_flood_is_told_when_to_come_back_and_what_was_taken_is_stored(store):
    seconds = [0.0]
    buckets = Buckets(per_second=10, burst_seconds=1, clock=lambda: seconds[0])
    collector = Poster(store, buckets=buckets)

    answers = [collector.batch(a_track()) for _ in range(100)]
    seconds[0] = 1.0
    collector.batch(a_track())

    limited = [answer for answer in answers if answer.status == 429]
    tomorrow = MORNING.date() + timedelta(days=1)
    days = store.arrivals(ACME, since=MORNING.date(), until=tomorrow)
    counts = {one.outcome.value: one.count for one in days}
    assert len(limited) == 90
    assert {answer.headers["Retry-After"] for answer in limited} == {"1"}
    assert counts == {"received": 101, "stored": 11, "limited": 90}


def test_basic_credentials_may_come_without_a_colon(collector):
    header = "Basic " + base64.b64encode(b"wk_acme").decode()

    assert collector.post({"batch": []}, key=None, HTTP_AUTHORIZATION=header).status == 200

"""What a key allows, and what it proves: public keys, secret keys, signatures, sites."""

import json

import pytest

from vereda.collector.rules.trust import signature_of
from vereda.collector.testing import ACME_ID, GLOBEX_ID, SENT, SIGNING, a_track
from vereda.events.contracts.arriving import About, Subject
from vereda.workspaces.contracts import BrowserRules, Call

SITE = "https://app.customer.example"


def identify(person="u1", **said):
    return {"type": "identify", "userId": person, "timestamp": SENT, **said}


def send(collector, *items, key="wk_acme", **environ):
    return collector.post({"batch": list(items), "sentAt": SENT}, key=key, **environ)


def signed(person="u1"):
    return {"userHash": signature_of(person, secret=SIGNING)}


def reasons(collector):
    return [reason for reason, _, _ in collector.notes()]


# --- What browsers may say ----------------------------------------------------------------


@pytest.mark.parametrize("call", sorted(Call))
def test_a_call_that_browsers_may_not_make_needs_a_secret_key(collector, call):
    collector.allow(browser=BrowserRules(calls=frozenset(set(Call) - {call})))
    item = {"type": call, "userId": "u1", "event": "e", "groupId": "a", "previousId": "p"}

    public = send(collector, item)
    secret = send(collector, item, key="ws_acme")

    assert public.body == {"success": True, "rejected": 1}
    assert secret.body == {"success": True}
    assert reasons(collector) == ["call_not_allowed"]
    assert [event.kind.value for event in collector.stored()] == [call]


@pytest.mark.parametrize(
    ("rules", "stored"),
    [
        (BrowserRules(names=frozenset({"Paid"})), ["Seen"]),
        (BrowserRules(names=frozenset({"Paid"}), only_these_names=True), ["Paid"]),
    ],
)
def test_the_names_of_events_may_be_kept_from_browsers(collector, rules, stored):
    collector.allow(browser=rules)

    send(collector, a_track("Paid"), a_track("Seen"))
    send(collector, {"type": "page", "userId": "u1", "name": "Any", "messageId": "p"})

    assert sorted(event.name for event in collector.stored()) == sorted([*stored, "Any"])
    assert reasons(collector) == ["name_not_allowed"]


def test_a_server_trait_is_believed_from_a_secret_key_alone(collector):
    traits = {"plan": "pro", "name": "Ana"}

    send(collector, identify(traits=traits))
    send(collector, identify(traits=traits), key="ws_acme")

    assert [json.loads(event.traits) for event in collector.stored()] == [traits, {"name": "Ana"}]
    assert reasons(collector) == ["server_trait_dropped"]


def test_a_server_trait_is_not_smuggled_in_as_said_once(collector):
    send(collector, identify(traits={"$set_once": {"plan": "pro", "seats": 3}}))

    assert json.loads(collector.stored()[0].traits) == {"$set_once": {"seats": 3}}


def test_which_traits_are_for_servers_is_chosen(collector):
    collector.allow(browser=BrowserRules(server_traits=frozenset({"seats"})))

    send(collector, identify(traits={"plan": "pro", "Seats": 3}))

    assert json.loads(collector.stored()[0].traits) == {"plan": "pro"}


# --- Who somebody is ----------------------------------------------------------------------


def test_a_person_a_server_told_about_is_not_overwritten_by_a_browser(collector):
    send(collector, identify(traits={"email": "ana@customer.example"}), key="ws_acme")

    answer = send(collector, identify(traits={"email": "thief@else.example"}, messageId="t"))

    told, theft = collector.stored()[::-1]
    assert json.loads(told.traits) == {"email": "ana@customer.example"}
    assert (theft.traits, theft.message_id) == ("", "t")
    assert answer.body == {"success": True}
    assert reasons(collector) == ["unproven_traits_dropped"]


def test_a_browser_joins_no_visitor_with_a_person_a_server_told_about(collector):
    send(collector, a_track("Before", userId=None, anonymousId="a1", messageId="b"))
    send(collector, identify(), key="ws_acme")

    send(collector, identify(anonymousId="a1", messageId="i"))
    send(collector, a_track("With both", anonymousId="a1", messageId="w"))
    send(collector, a_track("After", userId=None, anonymousId="a1", messageId="a"))

    whose = {event.name: event.person_key for event in collector.stored()}
    assert whose == {"Before": "", "identify": "u1", "With both": "u1", "After": ""}
    assert reasons(collector) == ["merge_refused"]


@pytest.mark.parametrize(("person", "previous"), [("u1", "a1"), ("a1", "u1"), ("u1", "u2")])
def test_an_alias_without_proof_joins_nobody_with_them(collector, person, previous):
    send(collector, a_track("Before", userId=None, anonymousId="a1", messageId="b"))
    send(collector, identify(), key="ws_acme")

    send(collector, {"type": "alias", "userId": person, "previousId": previous})

    before = next(event for event in collector.stored() if event.name == "Before")
    assert before.person_key == ""
    assert reasons(collector) == ["merge_refused"]


def test_a_signed_id_proves_who_it_is(collector):
    send(collector, a_track("Before", userId=None, anonymousId="a1", messageId="b"))
    send(collector, identify(), key="ws_acme")

    answer = send(
        collector,
        identify(anonymousId="a1", traits={"name": "Ana"}, context=signed(), messageId="i"),
    )

    before = next(event for event in collector.stored() if event.name == "Before")
    assert before.person_key == "u1"
    assert json.loads(collector.stored()[0].traits) == {"name": "Ana"}
    assert (answer.body, collector.notes()) == ({"success": True}, [])


def test_who_signed_once_is_proven_from_then_on(collector):
    send(collector, identify(context=signed()))

    send(collector, identify(traits={"name": "Thief"}, messageId="t"))

    assert reasons(collector) == ["unproven_traits_dropped"]
    assert collector.proofs == {(ACME_ID, Subject(About.PERSON, "u1"))}


@pytest.mark.parametrize(
    "place",
    [
        {"context": signed()},
        {"traits": signed()},
        {"traits": {"user_hash": signed()["userHash"].upper()}},
        signed(),
    ],
)
def test_the_signature_may_stand_in_several_places_and_is_not_kept(collector, place):
    send(collector, identify(**place))

    event = collector.stored()[0]
    assert len(collector.proofs) == 1
    assert signed()["userHash"] not in (event.traits + event.context).lower()


def test_posthog_signs_in_a_property(collector):
    event = {
        "event": "$identify",
        "distinct_id": "u1",
        "properties": {"$user_hash": signed()["userHash"]},
    }

    collector.post({"api_key": "wk_acme", "batch": [event]}, "/batch/", key=None)

    assert len(collector.proofs) == 1


@pytest.mark.parametrize(
    "said", ["0" * 64, signature_of("u2", secret=SIGNING), "x", ["a"], {"b": 1}, 5, "ü"]
)
def test_a_wrong_signature_is_refused(collector, said):
    answer = send(collector, identify(context={"userHash": said}), a_track())

    assert answer.body == {"success": True, "rejected": 1}
    assert reasons(collector) == ["wrong_signature"]
    assert collector.proofs == set()


def test_a_key_may_ask_for_signatures_always(collector):
    collector.allow(signed_only=True)

    send(collector, a_track("Unsigned"), a_track("Signed", context=signed(), messageId="s"))
    send(collector, a_track("Nobody", userId=None, anonymousId="a1", messageId="n"))

    assert sorted(event.name for event in collector.stored()) == ["Nobody", "Signed"]
    assert reasons(collector) == ["not_signed"]


def test_an_account_a_server_told_about_keeps_its_traits(collector):
    group = {"type": "group", "userId": "u1", "groupId": "acme"}
    send(collector, {**group, "traits": {"name": "Acme"}}, key="ws_acme")

    send(collector, {**group, "traits": {"name": "Thief"}, "messageId": "t"})
    send(collector, {**group, "traits": {"name": "T"}, "messageId": "s", "context": signed()})

    assert [event.traits for event in collector.stored()] == ["", "", '{"name":"Acme"}']
    assert [event.account_key for event in collector.stored()] == ["acme"] * 3
    assert reasons(collector) == ["unproven_traits_dropped"] * 2


def used_in(account=None, *, event="Seen", **context):
    said = {"groupId": account} if account else {}
    item = a_track(event, userId="u1", messageId=f"{event}-{account}-{len(context)}")
    return {**item, "context": {**said, **context}}


def accounts_of(collector):
    """Each event with its account, the oldest first."""
    return [(each.name, each.account_key) for each in collector.stored()[::-1]]


def test_a_browser_does_not_move_a_person_a_server_told_about_to_another_account(collector):
    send(collector, identify("u1"), used_in("a1", event="Bought"), key="ws_acme")

    send(collector, used_in("a2"))
    send(collector, used_in(event="Later"))

    assert accounts_of(collector)[1:] == [("Bought", "a1"), ("Seen", "a2"), ("Later", "a1")]


def test_with_proof_they_move(collector):
    send(collector, identify("u1"), used_in("a1", event="Bought"), key="ws_acme")

    send(collector, used_in("a2", **signed("u1")))
    send(collector, used_in(event="Later"))
    send(collector, used_in("a3", event="Moved"), key="ws_acme")
    send(collector, used_in(event="Last"))

    moved = [("Seen", "a2"), ("Later", "a2"), ("Moved", "a3"), ("Last", "a3")]
    assert accounts_of(collector)[2:] == moved


def test_whom_nobody_put_in_an_account_a_browser_may(collector):
    send(collector, identify("u1"), key="ws_acme")

    send(collector, used_in("a1"))
    send(collector, used_in(event="Later"))

    assert accounts_of(collector)[1:] == [("Seen", "a1"), ("Later", "a1")]


def test_where_nobody_proves_anything_browsers_are_believed(collector):
    send(collector, a_track("Before", userId=None, anonymousId="a1", messageId="b"))
    send(collector, identify(anonymousId="a1", traits={"name": "Ana"}))
    send(collector, identify(traits={"name": "Ana Vidal"}, messageId="2"))

    assert {event.person_key for event in collector.stored()} == {"u1"}
    assert json.loads(collector.stored()[0].traits) == {"name": "Ana Vidal"}
    assert collector.notes() == []


def test_proof_in_one_workspace_says_nothing_in_another(collector):
    send(collector, identify(), key="ws_acme")

    send(collector, identify(traits={"name": "Ana"}), key="wk_globex")

    assert json.loads(collector.stored(GLOBEX_ID)[0].traits) == {"name": "Ana"}


# --- From where ---------------------------------------------------------------------------


def test_a_key_for_some_sites_is_refused_on_others(collector):
    collector.allow(origins=frozenset({SITE}))

    there = send(collector, a_track(), HTTP_ORIGIN=SITE)
    elsewhere = send(collector, a_track(messageId="e"), HTTP_ORIGIN="https://evil.example")
    program = send(collector, a_track(messageId="p"))
    null = send(collector, a_track(messageId="n"), HTTP_ORIGIN="null")

    assert [there.status, elsewhere.status, program.status, null.status] == [200, 403, 200, 403]
    assert elsewhere.body["code"] == "origin_not_allowed"
    assert elsewhere.headers["Access-Control-Allow-Origin"] == "*"
    assert len(collector.stored()) == 2


@pytest.mark.parametrize(
    ("path", "query"),
    [("/v1/projects/wk_acme/settings", ""), ("/sourceConfig/", "writeKey=wk_acme")],
)
def test_a_client_on_another_site_is_not_even_configured(collector, path, query):
    collector.allow(origins=frozenset({SITE}))

    answer = collector.get(path, query=query, HTTP_ORIGIN="https://evil.example")

    assert (answer.status, answer.body["code"]) == (403, "origin_not_allowed")


@pytest.mark.parametrize("asked", ["header", "body"])
def test_c28_a_secret_key_in_a_browser_is_refused_and_told(collector, asked):
    said = {"writeKey": "ws_acme"} if asked == "body" else {}
    key = "ws_acme" if asked == "header" else None

    answer = collector.post({"batch": [a_track()], **said}, key=key, HTTP_ORIGIN=SITE)

    assert (answer.status, answer.body["code"]) == (403, "secret_key_in_browser")
    assert [holder.shown for holder in collector.seen_in_browsers] == ["ws_acme"]
    assert collector.stored() == []


def test_a_source_never_shows_more_of_a_key_than_may_be_told(collector):
    send(collector, a_track(), key="ws_acme")

    assert collector.stored()[0].source == "key:ws_acme"

"""Every operation of the API, called by everybody who has no business there, and by one who has.

An operation that this sweep has no body for fails it: add one to BODIES.
"""

import json
import re

import pytest
from django.test import Client

from tests.strangers.world import CANARY, fingerprint
from vereda.config.api import ROUTERS
from vereda.foundation.scoping import OwnedRows
from vereda.workspaces.contracts import Role
from vereda.workspaces.roles import permissions_of
from vereda.workspaces.testing import a_program

OPERATIONS = [
    (method, path, operation)
    for router in ROUTERS
    for path, view in router.path_operations.items()
    for operation in view.operations
    for method in operation.methods
]
IDS = [f"{method} {path}" for method, path, _ in OPERATIONS]
PARAMETER = re.compile(r"\{(?:\w+:)?(\w+)\}")
READING = {"GET"}

ACCOUNT, PERSON, AUDIENCE = "accounts/key", "people/key", "audiences/key"
# What a well-meant call sends; names of the makers' keys stand for the keys.
BODIES = {
    "POST /accounts": {"name": "New", "parent": ACCOUNT},
    "POST /accounts/bulk": {"rows": [{"external_id": "EXTERNAL", "next_step": "Call"}]},
    "PUT /accounts/by-external-id/{path:external_id}": {"next_step": "Call"},
    "PATCH /accounts/{key}": {"next_step": "Call", "parent": None},
    "POST /accounts/{key}/archive": {},
    "POST /accounts/{key}/restore": {},
    "POST /people": {"name": "New", "account": ACCOUNT},
    "POST /people/bulk": {"rows": [{"external_id": "p-1", "accounts": ["EXTERNAL"]}]},
    "PUT /people/by-external-id/{path:external_id}": {"name": "Vera", "accounts": ["EXTERNAL"]},
    "PATCH /people/{key}": {"title": "Head"},
    "POST /people/{key}/archive": {},
    "POST /people/{key}/restore": {},
    "POST /accounts/{key}/notes": {"body": "Said", "participants": [PERSON]},
    "DELETE /accounts/{key}/notes/{note_id}": {},
    "PUT /accounts/{key}/tags": {"names": ["key"]},
    "POST /people/{key}/consents/{purpose}/give": {"source": "a form"},
    "POST /people/{key}/consents/{purpose}/withdraw": {"source": "a form"},
    "POST /subscriptions": {"account": ACCOUNT, "started_on": "2026-01-01"},
    "POST /subscriptions/bulk": {
        "rows": [{"external_id": "s-1", "account": ACCOUNT, "started_on": "2026-01-01"}]
    },
    "PATCH /subscriptions/{key}": {"plan": "Other"},
    "POST /subscriptions/{key}/change": {"from_on": "2026-12-01", "seats": 3},
    "POST /subscriptions/{key}/end": {"ends_on": "2026-12-31"},
    "POST /churn": {"account": ACCOUNT, "churned_on": "2026-11-01", "reason": "price"},
    "PUT /exchange-rates": {"rows": [{"currency": "USD", "on": "2026-01-01", "rate": "0.9"}]},
    "POST /wins": {"account": ACCOUNT, "kind": "win", "happened_on": "2026-11-01"},
    "PATCH /wins/{key}": {"reason": "value"},
    "POST /tickets": {"account": ACCOUNT, "person": PERSON, "subject": "Slow"},
    "POST /tickets/bulk": {
        "rows": [{"external_id": "t-1", "account": ACCOUNT, "opened_at": "2026-11-01T08:00:00Z"}]
    },
    "POST /tickets/states/bulk": {
        "rows": [{"external_id": "t-1", "state": "waiting", "at": "2026-11-01T09:00:00Z"}]
    },
    "POST /accounts/{key}/opinions": {"value": 4, "comment": "Calm"},
    "POST /quarantine/{key}/repair": {"type": "track", "user_id": "u9"},
    "POST /audiences/file": {
        "text": '{"audience": [{"name": "New", "question": {"rules": ['
        '{"field": "customers.stage", "operator": "is", "value": "trial"}]}}]}'
    },
    "POST /alerts/{key}/finish": {},
    "POST /alerts/{key}/snooze": {"until": "2027-01-04T08:00:00Z"},
    "POST /alerts/{key}/dismiss": {"because": "known"},
    "POST /outcomes": {
        "account": ACCOUNT,
        "benefit": "Better",
        "target": "8",
        "due_on": "2027-12-31",
    },
    "POST /outcomes/{key}/measure": {"value": "5"},
    "POST /tasks": {"title": "Call", "account": ACCOUNT, "person": PERSON},
    "POST /tasks/{key}/finish": {},
    "POST /tasks/{key}/snooze": {"until": "2027-01-04T08:00:00Z"},
    "POST /onboarding-templates": {"file": 'name = "New way"'},
    "PUT /onboarding-templates/{key}": {"file": 'name = "New way"'},
    "POST /onboarding-templates/{key}/publish": {"note": "Go"},
    "POST /onboarding-plans": {"account": ACCOUNT, "template": "T-1", "name": "Launch"},
    "POST /onboarding-plans/{key}/items/{slug}/submit": {"value": "40"},
    "POST /onboarding-plans/{key}/items/{slug}/file": {"a": "file"},
    "POST /onboarding-plans/{key}/items/{slug}/accept": {},
    "POST /playbooks/{slug}/runs": {"account": ACCOUNT},
    "POST /surveys/answers/bulk": {
        "rows": [
            {
                "external_id": "a-1",
                "survey": "SV-1",
                "account": ACCOUNT,
                "score": 9,
                "answered_at": "2026-11-01T08:00:00Z",
            }
        ]
    },
    "POST /surveys/{key}/audiences": {"audience": AUDIENCE, "keeps_on": True},
    "POST /surveys/{key}/audiences/plan": {"audience": AUDIENCE},
    "POST /surveys/{key}/audiences/{sending}/stop": {},
    "POST /surveys/{key}/links": {"account": ACCOUNT, "person": PERSON},
    "PATCH /tickets/{key}": {"priority": "high", "person": PERSON},
}
QUERIES = {
    "GET /subscriptions": "account",
    "GET /churn": "account",
    "GET /tickets": "account",
    "GET /onboarding-plans": "account",
    "GET /surveys/answers": "account",
}

pytestmark = pytest.mark.django_db
every_operation = pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=IDS)


def address(path, keys):
    """The path with its keys put in."""
    first = path.strip("/").split("/")[0]
    values = {
        "key": keys.get(f"{first}/key") or keys.get(f"{first}/{first[:-1]}", ""),
        "note_id": keys["notes/note"],
        "purpose": keys["privacy/purpose"],
        "external_id": keys["external_id"],
        "thing": keys["test/thing"],
        "sending": keys["audiences/sending"],
        "slug": keys.get(f"{first}/slug", ""),
    }
    return PARAMETER.sub(lambda match: values[match[1]], path)


def body_for(method, path, keys):
    """The body of a well-meant call with the keys put in; None where reading needs none."""
    if method in READING:
        return None
    text = json.dumps(BODIES[f"{method} {path}"])
    for name in (ACCOUNT, PERSON, AUDIENCE):
        text = text.replace(f'"{name}"', f'"{keys[name]}"')
    return json.loads(text.replace("EXTERNAL", keys["external_id"]))


def permission_of(operation):
    """What its mark asks for; "" without a mark."""
    return getattr(operation.view_func, "may", "")


def keys_of(furnished, word):
    return {**furnished.keys, "external_id": f"{word}-1"}


def test_every_operation_names_a_permission_that_somebody_has():
    bare = [
        f"{method} {path}"
        for method, path, operation in OPERATIONS
        if permission_of(operation) not in permissions_of(Role.OWNER)
    ]

    assert len(OPERATIONS) > 40
    assert bare == []


def test_every_operation_that_writes_is_swept_with_a_body():
    writing = {f"{method} {path}" for method, path, _ in OPERATIONS if method not in READING}

    assert writing == set(BODIES)


def test_reading_needs_a_permission_to_see_and_writing_another():
    mixed = [
        f"{method} {path}"
        for method, path, operation in OPERATIONS
        if (method in READING) != permission_of(operation).split(".")[1].startswith("see")
    ]

    assert mixed == []


@every_operation
def test_nobody_is_answered(method, path, operation, theirs):
    before = fingerprint(theirs.company)
    keys = keys_of(theirs, CANARY)

    answer = Client().generic(
        method,
        "/api/v1" + address(path, keys),
        json.dumps(body_for(method, path, keys)),
        content_type="application/json",
    )

    assert answer.status_code == 401
    assert CANARY.encode() not in answer.content
    assert fingerprint(theirs.company) == before


@every_operation
def test_a_token_of_another_workspace_finds_nothing(method, path, operation, ours, theirs):
    program = a_program(ours.company.owner)
    before = fingerprint(theirs.company)
    keys = keys_of(theirs, CANARY)

    answer = program.ask(method, address(path, keys), body_for(method, path, keys))

    assert answer.status_code in allowed_with_foreign_keys(method, path)
    assert shown(answer, method, path) == ""
    assert fingerprint(theirs.company) == before


def allowed_with_foreign_keys(method, path):
    """404 where the path names a thing; an upsert by a foreign id makes one of our own."""
    if {"key", "note_id"} & set(PARAMETER.findall(path)):
        return {404}
    if f"{method} {path}" in NAMING_NOTHING:
        return {200, 201}
    if "bulk" in path or "external_id" in path:
        return {200, 201, 422}
    return {404, 422} if method not in READING else {200}


NAMING_NOTHING = {"PUT /exchange-rates", "POST /audiences/file", "POST /onboarding-templates"}
"""None names a thing of anybody: they tell our own workspace rates, audiences and templates."""


def shown(answer, method, path):
    """The canary, if the answer holds it beyond the name that the caller itself sent."""
    text = answer.content.decode().replace(f"{CANARY}-1", "")
    return CANARY if CANARY in text or CANARY.lower() in text else ""


@every_operation
def test_their_keys_in_our_things_are_refused(method, path, operation, ours, theirs):
    program = a_program(ours.company.owner)
    before = fingerprint(theirs.company)
    body = body_for(method, path, keys_of(theirs, CANARY))

    answer = program.ask(method, address(path, keys_of(ours, "OURS")), body)

    assert answer.status_code < 500
    assert shown(answer, method, path) == ""
    assert fingerprint(theirs.company) == before


@pytest.mark.parametrize("operation", sorted(QUERIES))
def test_their_keys_in_a_query_show_nothing(operation, ours, theirs):
    program = a_program(ours.company.owner)
    path = operation.partition(" ")[2]

    answer = program.get(path, **{QUERIES[operation]: theirs.keys[ACCOUNT]})

    assert answer.status_code == 404
    assert CANARY.encode() not in answer.content


@pytest.mark.parametrize("filter", ["parent:is:{key}", "owner:is:{member}", "tags:is:CANARY"])
def test_their_keys_in_a_filter_find_nothing(filter, ours, theirs):
    program = a_program(ours.company.owner)
    asked = filter.format(key=theirs.keys["accounts/key"], member=theirs.keys["members/member_id"])

    answer = program.get("/accounts", f=asked)

    assert answer.json() == {"items": [], "next": None}


def test_their_cursor_opens_nothing(ours, theirs):
    cursor = a_program(theirs.company.owner).get("/accounts", limit=1).json()["next"]

    answer = a_program(ours.company.owner).get("/accounts", limit=1, cursor=cursor)

    assert cursor
    assert answer.status_code == 404


@every_operation
def test_a_token_without_the_scope_is_refused(method, path, operation, ours):
    other = "workspaces.see" if permission_of(operation) != "workspaces.see" else "product.see"
    program = a_program(ours.company.owner, other)
    program.get("/tags")
    before = fingerprint(ours.company)
    keys = keys_of(ours, "OURS")

    answer = program.ask(method, address(path, keys), body_for(method, path, keys))

    assert answer.status_code == 403
    assert b"OURS" not in answer.content
    assert fingerprint(ours.company) == before


@every_operation
def test_a_viewers_token_reads_and_writes_nothing(method, path, operation, ours):
    program = a_program(ours.company.viewer)
    program.get("/tags")
    keys = keys_of(ours, "OURS")
    before = fingerprint(ours.company)

    answer = program.ask(method, address(path, keys), body_for(method, path, keys))

    assert answer.status_code == (200 if method in READING else 403)
    assert fingerprint(ours.company) == before


@every_operation
def test_our_own_owner_may(method, path, operation, ours):
    program = a_program(ours.company.owner)
    keys = keys_of(ours, "OURS")

    answer = program.ask(method, address(path, keys), body_for(method, path, keys))

    refused = {422} if path.endswith("/restore") else set()
    refused |= {422} if path.endswith("{slug}/file") else set()  # that item asks for no file
    refused |= {409} if path.endswith("/repair") else set()  # once; the store keeps what a test did
    assert answer.status_code in {200, 201, 204} | refused, answer.content


def test_the_sweep_would_notice_a_missing_filter(ours, theirs, monkeypatch):
    program = a_program(ours.company.owner)
    monkeypatch.setattr(OwnedRows, "of", lambda rows, _: rows.all())

    answer = program.get(f"/accounts/{theirs.keys[ACCOUNT]}")

    assert CANARY.encode() in answer.content

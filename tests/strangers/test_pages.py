"""Every route, opened by everybody who has no business there, and by somebody who has.

A route that this sweep cannot build an address for fails it: add its parameter to a maker in
tests/strangers/makers.py.
"""

import re

import pytest
from django.test import Client

from tests.architecture.test_access import routes
from tests.strangers.world import CANARY, fingerprint
from vereda.foundation.access import MemberPage
from vereda.foundation.scoping import OwnedRows

ONE = re.compile(r"<(?:\w+:)?(\w+)>")
OF_A_WORKSPACE = [(route, view) for route, view in routes() if isinstance(view, MemberPage)]
IDS = [route.removeprefix("w/<slug:workspace>/") or "home" for route, _ in OF_A_WORKSPACE]
CLOSED = {302, 401, 403, 404, 405}

pytestmark = pytest.mark.django_db
every_page = pytest.mark.parametrize(("route", "view"), OF_A_WORKSPACE, ids=IDS)


def address(route, *, workspace, keys):
    """The route with its keys put in, left to right; `a/<b>/<c>` looks up "a/b", then "b/c"."""
    values = {**keys, "w/workspace": workspace}
    parts = route.replace("><", ">/<").split("/")
    filled = []
    for before, part in zip(["", *parts], parts, strict=False):
        match = ONE.fullmatch(part)
        filled.append(values[f"{bare(before)}/{match[1]}"] if match else part)
    return "/" + "/".join(filled)


def bare(part):
    """The name of a parameter, or the part itself."""
    return ONE.sub(lambda match: match[1], part)


def body_of(response):
    chunks = response.streaming_content if response.streaming else [response.content]
    body = b"".join(chunks)
    for close in response._resource_closers if response.streaming else []:
        close()
    return body


def attempts(client, url, body):
    """The answers to every way of asking."""
    return [client.get(url), client.post(url, body), client.put(url), client.delete(url)]


@every_page
def test_nobody_is_shown_anything(route, view, theirs):
    before = fingerprint(theirs.company)
    url = address(route, workspace="theirs", keys=theirs.keys)

    answers = attempts(Client(), url, theirs.keys)

    assert {answer.status_code for answer in answers} <= CLOSED
    assert CANARY.encode() not in b"".join(map(body_of, answers))
    assert fingerprint(theirs.company) == before


@every_page
def test_another_workspaces_owner_finds_nothing(route, view, ours, theirs, client_of):
    before = fingerprint(theirs.company)
    url = address(route, workspace="theirs", keys=theirs.keys)

    answers = attempts(client_of(ours.company.owner), url, theirs.keys)

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert CANARY.encode() not in b"".join(map(body_of, answers))
    assert fingerprint(theirs.company) == before


@every_page
def test_their_keys_open_nothing_at_our_address(route, view, ours, theirs, client_of):
    before = fingerprint(theirs.company)
    url = address(route, workspace="ours", keys=theirs.keys)

    answers = attempts(client_of(ours.company.owner), url, theirs.keys)

    assert {answer.status_code for answer in answers} <= allowed_with_foreign_keys(route)
    assert CANARY.encode() not in b"".join(map(body_of, answers))
    assert fingerprint(theirs.company) == before


def allowed_with_foreign_keys(route):
    """404 where the address names a thing; where only the body does, any answer but an error."""
    named = set(ONE.findall(route)) - {"workspace"} - FREE
    return {404, 405} if named else {200, 204, 302, 303, 400, 404, 405, 409, 413, 422}


FREE = {"target", "purpose", "column", "tab", "preset"}
"""What is in an address and is of nobody: words of the product itself, the same for everyone."""


@every_page
def test_their_keys_in_a_query_show_nothing(route, view, ours, theirs, client_of):
    url = address(route, workspace="ours", keys=ours.keys)

    answer = client_of(ours.company.owner).get(url, theirs.keys)

    assert answer.status_code < 500
    assert CANARY.encode() not in body_of(answer)


@every_page
def test_a_viewer_changes_nothing_that_is_shared(route, view, ours, client_of):
    url = address(route, workspace="ours", keys=ours.keys)

    answer = client_of(ours.company.viewer).post(url, ours.keys)

    allowed = {200, 204, 302, 303, 400, 403, 404, 405, 409, 422} if sees(view) else {403, 405}
    assert answer.status_code in allowed


def sees(view):
    return view.may.split(".")[1].startswith("see")


@every_page
def test_our_own_owner_finds_it(route, view, ours, client_of):
    url = address(route, workspace="ours", keys=ours.keys)
    client = client_of(ours.company.owner)

    answer = client.get(url) if "GET" in view.methods else client.post(url, {})
    body_of(answer)

    assert answer.status_code in {200, 204, 302, 303, 400, 409, 422}


def test_the_sweep_would_notice_a_missing_filter(ours, theirs, client_of, monkeypatch):
    url = address("w/<slug:workspace>/accounts/<str:account>/", workspace="ours", keys=theirs.keys)
    monkeypatch.setattr(OwnedRows, "of", lambda rows, _: rows.all())

    answer = client_of(ours.company.owner).get(url)

    assert CANARY.encode() in body_of(answer)

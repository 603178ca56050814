from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from vereda.config import wiring
from vereda.foundation import shell
from vereda.foundation.shell import Command, Found, RailItem, RailLink

SEE = "workspaces.see"
FORBIDDEN = "workspaces.close"


class Finding:
    label = "Accounts"
    may = SEE

    def __init__(self):
        self.asked = []

    def find(self, _member, text, *, limit):
        self.asked.append((text, limit))
        return [Found(f"{text}!", "/x")]


@pytest.fixture
def wire(monkeypatch):
    """Put something else into the wiring."""

    def put(name, value):
        monkeypatch.setattr(wiring, name, value, raising=False)

    for name in ("RAIL", "RAIL_LISTS", "REPORTS", "SETTINGS", "COMMANDS", "FINDERS"):
        put(name, [])
    put("WORKSPACES_OF", None)
    return put


def go(label="Find", **values):
    return Command(label=label, icon="search", route="palette", **{"may": SEE, **values})


@pytest.mark.django_db
def test_the_rail_shows_what_the_member_may_open(acme, wire):
    wire(
        "RAIL",
        [
            RailItem(label="Find", icon="search", route="palette", may=SEE),
            RailItem(label="Close", icon="x", route="palette", may=FORBIDDEN),
        ],
    )

    shown = shell.rail_of(acme.viewer, group="areas", path="/w/acme/")

    assert [link.label for link in shown] == ["Find"]
    assert shown[0].url == "/w/acme/find"


@pytest.mark.django_db
def test_a_place_that_does_not_exist_yet_is_left_out(acme, wire):
    wire("RAIL", [RailItem(label="Soon", icon="x", route="no-such-route", may=SEE)])

    assert shell.rail_of(acme.owner, group="areas", path="/w/acme/") == []


@pytest.mark.django_db
def test_the_place_we_are_under_is_current(acme, wire):
    wire("RAIL", [RailItem(label="Find", icon="search", route="palette", may=SEE)])

    under = shell.rail_of(acme.owner, group="areas", path="/w/acme/find/more")
    elsewhere = shell.rail_of(acme.owner, group="areas", path="/w/acme/settings")

    assert [link.current for link in under + elsewhere] == [True, False]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/w/a/", "/w/a/"), ("/w/a/accounts/A-1", "/w/a/accounts/"), ("/else", "")],
)
def test_the_longest_address_above_us_wins(path, expected):
    assert shell.nearest(["/w/a/", "/w/a/accounts/"], path=path) == expected


@pytest.mark.django_db
def test_a_list_without_links_has_no_heading(acme, wire):
    full = SimpleNamespace(label="Views", links=lambda _member: [RailLink("Mine", "/v?x=1")])
    empty = SimpleNamespace(label="Favourites", links=lambda _member: [])
    wire("RAIL_LISTS", [full, empty])

    shown = shell.rail_lists_of(acme.owner, path="/v?x=1")

    assert [each["label"] for each in shown] == ["Views"]
    assert shown[0]["links"][0].current


@pytest.mark.django_db
def test_the_palette_offers_every_allowed_command_before_anything_is_typed(acme, wire):
    wire("COMMANDS", [go(), go("New", kind="create"), go("Close", may=FORBIDDEN)])
    finding = Finding()
    wire("FINDERS", [finding])

    groups = shell.palette_answers(acme.viewer, text=" ")

    assert [[found.label for found in group.answers] for group in groups] == [["Find"], ["New"]]
    assert finding.asked == []


@pytest.mark.django_db
def test_every_place_of_the_rail_can_be_found_in_the_palette(acme, wire):
    wire("RAIL", [RailItem(label="Seek", icon="search", route="palette", may=SEE)])
    wire("SETTINGS", [RailItem(label="Close", icon="x", route="palette", may=FORBIDDEN)])

    groups = shell.palette_answers(acme.viewer, text="see")

    assert [[found.label for found in group.answers] for group in groups] == [["Seek"]]


@pytest.mark.django_db
def test_a_command_replaces_the_place_it_leads_to(acme, wire):
    wire("RAIL", [RailItem(label="Seek", icon="search", route="palette", may=SEE)])
    wire("COMMANDS", [go("Find", keys="g f")])

    assert [command.label for command, _url in shell.commands_of(acme.viewer)] == ["Find"]


@pytest.mark.django_db
def test_the_palette_finds_rows_first_and_forgives_accents(acme, wire):
    wire("COMMANDS", [go("Cerrar sesión")])
    wire("FINDERS", [Finding()])

    groups = shell.palette_answers(acme.viewer, text="SESION")

    assert [group.answers[0].label for group in groups] == ["SESION!", "Cerrar sesión"]


@pytest.mark.django_db
def test_a_finder_is_not_asked_for_what_the_member_may_not_see(acme, wire):
    finding = Finding()
    finding.may = FORBIDDEN
    wire("FINDERS", [finding])

    assert shell.palette_answers(acme.viewer, text="x") == []
    assert finding.asked == []


@pytest.mark.django_db
def test_the_palette_works_as_a_page_without_scripts(acme, client_of, wire):
    wire("FINDERS", [Finding()])

    answer = client_of(acme.viewer).get("/w/acme/find?q=<b>")

    assert answer.status_code == 200
    assert b"&lt;b&gt;!" in answer.content
    assert b"<b>!" not in answer.content


@pytest.mark.django_db
def test_the_palette_answers_htmx_with_the_answers_alone(acme, client_of, wire):
    wire("FINDERS", [Finding()])

    answer = client_of(acme.viewer).get("/w/acme/find?q=x", headers={"HX-Request": "true"})

    assert b"<html" not in answer.content
    assert b'role="option"' in answer.content


@pytest.mark.django_db
def test_the_palette_of_another_workspace_is_not_there(acme, globex, client_of):
    assert client_of(globex.owner).get("/w/acme/find?q=x").status_code == 404


def test_a_page_without_a_member_has_no_shell():
    assert shell.shell(RequestFactory().get("/")) == {}

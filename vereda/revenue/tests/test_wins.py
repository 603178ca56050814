from datetime import date

import pytest

from vereda.customers.testing import an_account
from vereda.revenue.actions.wins import correct_win, remove_win
from vereda.revenue.contracts import WinChangedMeanwhile, WinKind, WinNoted, WinReason
from vereda.revenue.models import Win
from vereda.revenue.queries.wins import win_reasons, win_with_key
from vereda.revenue.testing import a_win
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db
SAID = {
    "kind": "win_back",
    "happened_on": "2026-11-02",
    "reason": "service",
    "competitor": "Rival",
    "story": "They **came back**.",
    "public": "on",
}


def test_a_member_notes_one_and_everybody_reads_it(acme, cantera, client_of):
    response = client_of(acme.member).post(f"/w/acme/accounts/{cantera.key}/wins/note/", SAID)

    win = Win.objects.of(acme.workspace).get()
    page = client_of(acme.viewer).get("/w/acme/reports/wins/").content.decode()
    tab = client_of(acme.viewer).get(f"/w/acme/accounts/{cantera.key}/money/").content.decode()
    assert response.status_code == 303
    assert (win.kind, win.reason, win.public, win.by) == ("win_back", "service", True, acme.member)
    assert "<strong>came back</strong>" in page
    assert "instead of Rival" in page
    assert "Win-back" in tab


def test_a_viewer_may_not(acme, cantera, client_of):
    client = client_of(acme.viewer)
    win = a_win(cantera)

    assert client.post(f"/w/acme/accounts/{cantera.key}/wins/note/", SAID).status_code == 403
    assert client.post(f"/w/acme/wins/{win.key}/remove/").status_code == 403
    assert Win.objects.of(acme.workspace).count() == 1


def test_what_somebody_changed_since_is_not_overwritten(acme, cantera, client_of, facts):
    win = a_win(cantera)
    correct_win(win, by=acme.member, story="New")
    before = len(facts)

    with pytest.raises(WinChangedMeanwhile):
        correct_win(win, by=acme.member, version=1, story="Other")
    response = client_of(acme.member).post(f"/w/acme/wins/{win.key}/", {**SAID, "version": "1"})

    assert response.status_code == 409
    assert win_with_key(acme.workspace, win.key).story == "New"
    assert len(facts) == before


def test_saying_the_same_changes_and_announces_nothing(acme, cantera, facts):
    win = a_win(cantera)
    before = len(facts)

    assert correct_win(win, by=acme.member, kind=WinKind.WIN).version == 1
    assert len(facts) == before


def test_each_change_is_announced(acme, cantera, facts):
    win = a_win(cantera)
    correct_win(win, by=acme.member, reason=WinReason.PRICE)
    remove_win(win, by=acme.member)

    told = WinNoted(workspace_id=acme.workspace.pk, account_id=cantera.pk, win_id=win.pk)
    assert [fact for fact in facts if isinstance(fact, WinNoted)] == [told] * 3
    assert Win.objects.of(acme.workspace).count() == 0


def test_reasons_are_counted_by_kind(acme, globex, cantera):
    a_win(cantera, reason=WinReason.VALUE)
    a_win(cantera, reason=WinReason.VALUE)
    a_win(cantera, kind=WinKind.LOSS, reason=WinReason.PRICE)
    a_win(an_account(globex), reason=WinReason.TIMING)

    counted = win_reasons(Win.objects.of(acme.workspace))

    assert counted == {"win": {"value": 2}, "loss": {"price": 1}}


def test_the_register_shows_a_kind_or_what_may_be_told(acme, cantera, client_of):
    a_win(cantera, story="Open tale", public=True)
    a_win(cantera, kind=WinKind.LOSS, story="Sad tale")
    client = client_of(acme.viewer)

    losses = client.get("/w/acme/reports/wins/?kind=loss").content.decode()
    public = client.get("/w/acme/reports/wins/?public=1").content.decode()

    assert ("Sad tale" in losses, "Open tale" in losses) == (True, False)
    assert ("Sad tale" in public, "Open tale" in public) == (False, True)


def test_programs_note_correct_and_read(acme, cantera):
    program = a_program(acme.owner)

    noted = program.post(
        "/wins", {"account": cantera.key, "kind": "loss", "happened_on": "2026-11-01"}
    )
    key = noted.json()["key"]
    corrected = program.patch(f"/wins/{key}", {"reason": "price"})

    assert [noted.status_code, corrected.status_code] == [201, 200]
    assert (corrected.json()["reason"], corrected.json()["version"]) == ("price", 2)
    assert [win["key"] for win in program.get("/wins").json()["items"]] == [key]
    assert date.fromisoformat(program.get(f"/wins/{key}").json()["happened_on"]) == date(
        2026, 11, 1
    )

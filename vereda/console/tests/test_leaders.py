"""The leaders' page: what was kept, what is at risk, who is looked after, how soon we act."""

from datetime import timedelta

from vereda.customers.contracts import InteractionKind
from vereda.customers.testing import a_note, an_account
from vereda.foundation.clock import now
from vereda.worklist.actions.alerts import finish_alert
from vereda.worklist.testing import an_alert


def test_it_tells_risk_coverage_and_time_to_act(acme, client_of):
    mine = an_account(acme, name="Mine", owner_id=acme.member.pk)
    an_account(acme, name="Nobody's")
    lately = now() - timedelta(days=3)
    a_note(mine, kind=InteractionKind.CALL, happened_at=lately)
    an_alert(mine)
    at = now() - timedelta(hours=5)
    finish_alert(an_alert(mine, cause="x", now=at), by=acme.member, now=at + timedelta(hours=2))

    page = client_of(acme.viewer).get("/w/acme/reports/portfolio/")

    assert [
        (risk.accounts, str(reason)) for risk, reason, _kind, _url in page.context["risks"]
    ] == [(1, "Use stopped")]
    shares = [(covered.count, covered.all) for covered in page.context["coverage"]]
    assert shares == [(1, 2), (0, 2), (1, 2)]
    (whole, _words), *_kinds = page.context["acted"]
    assert (whole.waited.count, whole.waited.median) == (1, 2.0)
    assert [(line.name, line.accounts) for line in page.context["owners"]] == [
        ("Member", 1),
        ("Nobody", 1),
    ]


def test_a_written_note_is_no_talk_and_an_old_call_neither(acme, client_of):
    account = an_account(acme)
    a_note(account, kind=InteractionKind.NOTE, happened_at=now())
    a_note(account, kind=InteractionKind.CALL, happened_at=now() - timedelta(days=91))

    page = client_of(acme.viewer).get("/w/acme/reports/portfolio/")

    assert [covered.count for covered in page.context["coverage"]][2] == 0
    assert page.context["retained"] is None


def test_an_empty_workspace_says_so(acme, client_of):
    page = client_of(acme.owner).get("/w/acme/reports/portfolio/")
    assert page.status_code == 200
    assert "No alert is open." in page.content.decode()

import re
from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.actions.figures import note_health, note_money
from vereda.customers.contracts import HealthBand, HealthFigures, MoneyFigures
from vereda.customers.testing import a_person, an_account
from vereda.events.contracts.drifting import DriftKind
from vereda.events.models.definitions import Drift
from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.deciding import accept_answer
from vereda.messaging.testing import a_reply, an_address
from vereda.support.testing import a_ticket
from vereda.worklist.actions.alerts import clear_alert
from vereda.worklist.actions.desks import note_look
from vereda.worklist.contracts import AlertKind
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.tasks import Task
from vereda.worklist.queries.desks import desk_of
from vereda.worklist.queries.ranks import today_at
from vereda.worklist.testing import a_task, an_alert


def steps(client):
    return [step.done for step in client.get("/w/acme/").context["steps"]]


def test_the_checklist_is_computed_from_what_is_there(acme, client_of):
    client = client_of(acme.owner)
    before = steps(client)
    for number in range(10):
        an_account(acme, name=f"N {number}", owner_id=acme.owner.pk)

    after = steps(client)

    assert before[:3] == [False, False, False]
    assert after[:3] == [True, True, False]


def test_nothing_yet_says_what_to_do(acme, client_of):
    page = client_of(acme.owner).get("/w/acme/").content.decode()

    assert "Import accounts" in page
    assert "Load the sample" in page


def test_what_is_lost_first_stands_first_with_the_reason(acme, client_of):
    small = an_account(acme, name="Tejo Salud", owner_id=acme.member.pk)
    large = an_account(acme, name="Bodegas Arlanza", owner_id=acme.member.pk)
    renewal = today_at(acme.workspace, now=now()) + timedelta(days=41)
    figures = MoneyFigures(arr_minor=8_400_000, currency="EUR", renewal_on=renewal)
    note_money(acme.workspace, figures={large.pk: figures})
    an_alert(small)
    an_alert(large)
    a_task(acme.member, title="Tidy the notes")

    response = client_of(acme.member).get("/w/acme/")

    assert [line.key for line in response.context["items"]] == ["AL-2", "AL-1", "K-1"]
    first = response.context["items"][0]
    assert (first.title, first.under) == ("Ask why nobody uses it", "Use stopped")
    assert first.why.endswith("renews in 41 days · €84K")


def test_what_is_of_others_is_not_mine_to_do(acme, client_of):
    an_alert(an_account(acme, owner_id=acme.admin.pk))

    page = client_of(acme.member).get("/w/acme/")

    assert page.context["items"] == []
    assert "Nothing is lost today" in page.content.decode()


def test_beyond_the_budget_the_rest_is_grouped_and_counted_not_hidden(acme, client_of):
    for number in range(14):
        an_alert(an_account(acme, owner_id=acme.member.pk, name=f"Account {number}"))
    for number in range(2):
        a_task(acme.member, title=f"T {number}")

    page = client_of(acme.member).get("/w/acme/")

    assert len(page.context["items"]) == 12
    assert [(str(group["words"]), group["count"]) for group in page.context["groups"]] == [
        ("Usage", 2),
        ("Tasks", 2),
    ]
    assert "4 more are grouped below" in page.content.decode()


def test_alerts_of_a_kind_about_one_account_leave_room_for_others(acme, client_of):
    unhappy = an_account(acme, owner_id=acme.member.pk, arr_minor=9_000_000)
    for number in range(14):
        an_alert(unhappy, cause=f"c{number}")
    small = an_account(acme, owner_id=acme.member.pk, name="Small")
    an_alert(small, cause="c")
    a_task(acme.member, title="Call them")

    page = client_of(acme.member).get("/w/acme/")

    about = [line.ranked.account for line in page.context["items"]]
    assert len(about) == 12
    assert about[:10] == [unhappy] * 10
    assert about[10:] == [small, None]
    assert [line.more_url for line in page.context["items"]] == [
        f"/w/acme/work/?account={unhappy.key}&kind=usage",
        *[""] * 11,
    ]
    everything = client_of(acme.member).get(page.context["items"][0].more_url)
    assert len(everything.context["slice"].rows) == 14
    assert [(str(group["words"]), group["count"]) for group in page.context["groups"]] == [
        ("Usage", 4)
    ]


def test_tasks_of_later_days_are_counted_and_not_asked_for_now(acme, client_of):
    an_account(acme, owner_id=acme.member.pk)
    today = today_at(acme.workspace, now=now())
    a_task(acme.member, title="Soon", due_on=today + timedelta(days=7))
    a_task(acme.member, title="Later", due_on=today + timedelta(days=8))

    page = client_of(acme.member).get("/w/acme/")

    assert [line.title for line in page.context["items"]] == ["Soon"]
    assert (page.context["work"].later, page.context["work"].rest) == (1, 0)


def test_another_budget_lists_as_much(acme, client_of):
    account = an_account(acme, owner_id=acme.member.pk)
    for number in range(5):
        an_alert(account, cause=f"c{number}")
    client = client_of(acme.member)

    client.post("/w/acme/work/budget/", {"budget": "3", "next": "/w/acme/"})

    assert len(client.get("/w/acme/").context["items"]) == 3
    assert client.post("/w/acme/work/budget/", {"budget": "2"}).status_code == 303
    assert len(client.get("/w/acme/").context["items"]) == 3


def test_done_goes_and_can_be_taken_back(acme, client_of):
    alert = an_alert(an_account(acme, owner_id=acme.member.pk))
    client = client_of(acme.member)

    answered = client.post(f"/w/acme/work/{alert.key}/finish/", {"next": "/w/acme/"})
    done = client.get(answered["Location"])

    assert done.context["items"] == []
    assert "AL-1 is done." in done.content.decode()
    told = {"row": alert.key, "verb": "finish", "next": "/w/acme/"}
    client.post("/w/acme/work/undo/", told)
    assert [line.key for line in client.get("/w/acme/").context["items"]] == ["AL-1"]


def test_what_was_snoozed_is_counted_and_comes_back(acme, client_of):
    task = a_task(acme.member)
    an_account(acme, owner_id=acme.member.pk)
    client = client_of(acme.member)
    tomorrow = today_at(acme.workspace, now=now()) + timedelta(days=1)

    client.post(
        f"/w/acme/work/{task.key}/snooze/",
        {"quick": tomorrow.isoformat(), "until": "", "because": "not_now", "next": "/w/acme/"},
    )

    page = client.get("/w/acme/")
    assert (page.context["items"], page.context["work"].snoozed) == ([], 1)
    Task.objects.of(acme.workspace).update(snoozed_until=now() - timedelta(minutes=1))
    assert [line.key for line in client.get("/w/acme/").context["items"]] == ["K-1"]


def test_changes_are_told_since_the_last_look_and_not_twice(acme, client_of):
    account = an_account(acme, name="Tejo Salud", owner_id=acme.member.pk)
    raise_and_clear(account, at=now() - timedelta(hours=1))
    a_ticket(account, subject="Where is the export?", opened_at=now() - timedelta(minutes=30))
    client = client_of(acme.member)

    told = client.get("/w/acme/").context["changes"]

    days = (today_at(acme.workspace, now=now()) - date(2026, 10, 1)).days
    assert {change.sentence for change in told} == {
        f"Nobody has used it for {days} days.",
        "Closed by itself: Use stopped",
        "Ticket T-1: Where is the export?",
    }
    client.post("/w/acme/work/seen/", {"next": "/w/acme/"})
    assert client.get("/w/acme/").context["changes"] == []


def raise_and_clear(account, *, at):
    alert = an_alert(account, now=at)
    clear_alert(
        account.workspace, account_id=account.pk, kind=AlertKind.USAGE, cause="stopped", now=at
    )
    return alert


def test_a_look_lasts_until_somebody_stays_away(acme):
    desk = note_look(desk_of(acme.member), now=MORNING)
    assert desk.since_at == MORNING - timedelta(days=7)
    desk = note_look(desk_of(acme.member), now=MORNING + timedelta(hours=1))
    assert desk.since_at == MORNING - timedelta(days=7)
    desk = note_look(desk_of(acme.member), now=MORNING + timedelta(hours=6))
    assert desk.since_at == MORNING + timedelta(hours=1)


def test_the_week_tells_tasks_and_renewals_by_day(acme, client_of):
    today = today_at(acme.workspace, now=now())
    account = an_account(acme, name="Tejo Salud", owner_id=acme.member.pk)
    renewal = MoneyFigures(arr_minor=1, currency="EUR", renewal_on=today + timedelta(days=5))
    note_money(acme.workspace, figures={account.pk: renewal})
    a_task(acme.member, title="Call", due_on=today + timedelta(days=2))
    a_task(acme.member, title="Far away", due_on=today + timedelta(days=8))
    a_task(acme.member, title="Late", due_on=today - timedelta(days=1))

    week = client_of(acme.member).get("/w/acme/").context["week"]

    assert [(coming.words, coming.late) for coming in week] == [
        ("Late", True),
        ("Call", False),
        ("Renewal", False),
    ]


def test_every_link_of_today_leads_somewhere(acme, client_of):
    account = an_account(acme, owner_id=acme.member.pk)
    known = HealthFigures(
        health_score=72,
        health_band=HealthBand.WATCH,
        health_proven=False,
        health_change_28d=-9,
        health_on=MORNING.date(),
    )
    note_health(acme.workspace, figures={account.pk: known})
    an_alert(account)
    client = client_of(acme.member)

    (line,) = client.get("/w/acme/").context["items"]

    (url,) = re.findall('<a href="([^"]+)"', str(line.chip))
    assert client.get(url).status_code == 200


def test_what_renews_today_says_so(acme, client_of):
    account = an_account(acme, owner_id=acme.member.pk)
    today = today_at(acme.workspace, now=now())
    figures = MoneyFigures(arr_minor=8_400_000, currency="EUR", renewal_on=today)
    note_money(acme.workspace, figures={account.pk: figures})
    an_alert(account)

    (line,) = client_of(acme.member).get("/w/acme/").context["items"]

    assert line.why.endswith("It renews today · €84K")


def test_my_accounts_are_counted_by_colour_with_their_lists(acme, client_of):
    an_account(acme, name="Mine", owner_id=acme.member.pk)
    an_account(acme, name="Theirs", owner_id=acme.admin.pk)

    page = client_of(acme.member).get("/w/acme/")

    portfolio = page.context["portfolio"]
    assert (portfolio.accounts, portfolio.proven) == (1, False)
    url = next(url for _band, _word, count, url in portfolio.bands if count)
    rows = client_of(acme.member).get(url).content.decode()
    assert "Mine" in rows
    assert "Theirs" not in rows


def test_a_viewer_sees_and_does_not_act(acme, client_of):
    an_alert(an_account(acme, owner_id=acme.viewer.pk))

    page = client_of(acme.viewer).get("/w/acme/").content.decode()

    assert "Ask why nobody uses it" in page
    assert "/finish/" not in page


def test_it_costs_the_same_for_three_and_for_sixty(acme, client_of):
    client = client_of(acme.member)
    for number in range(3):
        an_alert(an_account(acme, name=f"N {number}", owner_id=acme.member.pk))
    client.get("/w/acme/")
    with CaptureQueriesContext(connection) as few:
        client.get("/w/acme/")
    for number in range(57):
        an_alert(an_account(acme, name=f"M {number}", owner_id=acme.member.pk))
    with CaptureQueriesContext(connection) as many:
        client.get("/w/acme/")

    assert len(many) == len(few)


def some_drifts(cast, names, **said):
    Drift.objects.of(cast.workspace).bulk_create(
        Drift(
            workspace=cast.workspace,
            kind=DriftKind.EVENT_STOPPED.value,
            subject=name,
            noticed_at=MORNING,
            **said,
        )
        for name in names
    )


def test_open_warnings_about_events_are_counted_with_a_link(acme, globex, client_of):
    client = client_of(acme.viewer)
    none = client.get("/w/acme/").content.decode()
    some_drifts(acme, ["Exported", "Shared"])
    some_drifts(acme, ["Long over"], ended_at=MORNING)
    some_drifts(globex, ["Not of acme"])

    two = client.get("/w/acme/").content.decode()
    acme.viewer.user.language = "es"
    acme.viewer.user.save()
    spanish = client.get("/w/acme/").content.decode()

    link = 'href="/w/acme/events/definitions/">'
    assert "not as it used to be" not in none.lower()
    assert f"{link}2 things about your events are not as they used to be.</a>" in two
    assert f"{link}2 cosas de tus eventos ya no son como antes.</a>" in spanish


def test_many_warnings_cost_what_one_costs(acme, client_of):
    client = client_of(acme.member)
    some_drifts(acme, ["Exported"])
    client.get("/w/acme/")
    with CaptureQueriesContext(connection) as one:
        client.get("/w/acme/")
    some_drifts(acme, [f"Event {number}" for number in range(60)])
    with CaptureQueriesContext(connection) as many:
        client.get("/w/acme/")

    assert len(many) == len(one)


def test_the_palette_finds_places_and_accounts(acme, client_of):
    an_account(acme, name="Cantera Logística")
    client = client_of(acme.viewer)

    places = client.get("/w/acme/find?q=tick").content.decode()
    rows = client.get("/w/acme/find?q=canter").content.decode()

    assert "/w/acme/tickets/" in places
    assert "/w/acme/accounts/A-1/" in rows


def test_answers_that_no_alert_tells_of_are_counted_for_whoever_may_decide(acme, client_of, facts):
    alone = a_person(acme, name="Alone", email="alone@x.example")
    member, viewer = client_of(acme.member), client_of(acme.viewer)
    link = 'href="/w/acme/letters/in/?state=to-decide">'
    assert link not in member.get("/w/acme/").content.decode()
    letters = [a_reply(an_address(acme, alone), vouched=False) for _number in range(2)]
    facts.deliver()

    page = member.get("/w/acme/").content.decode()

    assert f"{link}2 answers by letter of people in no account wait" in page
    assert not Alert.objects.of(acme.workspace).exists()
    assert link not in viewer.get("/w/acme/").content.decode()
    for letter in letters:
        accept_answer(letter, by=acme.member, now=MORNING)
    assert link not in member.get("/w/acme/").content.decode()


def test_an_answer_of_an_account_has_its_alert_and_is_not_counted_again(acme, client_of, facts):
    account = an_account(acme, name="Cantera", owner_id=acme.member.pk)
    person = a_person(acme, name="Ana", account=account, email="ana@x.example")
    a_reply(an_address(acme, person), vouched=False)
    facts.deliver()

    page = client_of(acme.member).get("/w/acme/").content.decode()

    assert "state=to-decide" not in page
    assert Alert.objects.of(acme.workspace).get().account_id == account.pk

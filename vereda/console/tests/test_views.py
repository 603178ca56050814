import pytest

from vereda.console.models import SavedView
from vereda.workspaces.models import AuditLine


@pytest.fixture
def client(acme, client_of):
    return client_of(acme.member)


def save(client, name="Mine", query="f=stage:any_of:adoption", **more):
    return client.post("/w/acme/accounts/views/new/", {"name": name, "query": query, **more})


def tabs(client, query=""):
    return client.get(f"/w/acme/accounts/?{query}").context["views"]


def test_a_view_is_the_address(acme, some, client):
    saved = save(client)
    tab = next(tab for tab in tabs(client, saved.headers["Location"].partition("?")[2]) if tab.view)

    assert (tab.label, tab.current, tab.changed) == ("Mine", True, False)
    assert SavedView.objects.of(acme.workspace).get().query == "f=stage%3Aany_of%3Aadoption"


def test_the_tab_says_that_the_list_was_changed(acme, some, client):
    saved = save(client)
    query = saved.headers["Location"].partition("?")[2]

    tab = next(tab for tab in tabs(client, f"{query}&sort=-name") if tab.view)

    assert (tab.current, tab.changed) == (True, True)


def current(found):
    return [(tab.label, tab.changed) for tab in found if tab.current]


@pytest.mark.parametrize(
    ("query", "tab"),
    [
        ("", ("All", False)),
        ("density=compact", ("All", False)),
        ("sort=-name", ("All", True)),
        ("f=owner%3Aempty%3A&density=compact", ("No owner", False)),
        ("f=owner%3Aempty%3A&sort=-arr&view=unowned", ("No owner", True)),
        ("view=nonsense", ("All", False)),
    ],
)
def test_one_tab_is_always_the_current_one(acme, some, client, query, tab):
    assert current(tabs(client, query)) == [tab]


def test_every_link_of_the_list_stays_in_its_view(acme, some, client):
    saved = save(client)
    query = saved.headers["Location"].partition("?")[2]

    context = client.get(f"/w/acme/accounts/?{query}").context

    view = query.partition("view=")[2]
    links = [context["dense_query"], *(head["query"] for head in context["heads"] if head["query"])]
    assert len(links) > 3
    assert [link for link in links if not link.endswith(f"view={view}")] == []


def test_ones_own_views_are_ones_own(acme, some, client, client_of):
    save(client, name="Private")
    save(client, name="Ours", shared="on")

    theirs = [tab.label for tab in tabs(client_of(acme.admin)) if tab.view]
    mine = [tab.label for tab in tabs(client) if tab.view]

    assert (theirs, mine) == (["Ours"], ["Ours", "Private"])


def test_a_view_can_show_another_list_and_go(acme, some, client):
    save(client)
    view = SavedView.objects.of(acme.workspace).get()

    client.post(f"/w/acme/accounts/views/{view.pk}/replace/", {"query": "sort=-arr"})
    view.refresh_from_db()
    client.post(f"/w/acme/accounts/views/{view.pk}/remove/")

    assert view.query == "sort=-arr"
    assert SavedView.objects.of(acme.workspace).count() == 0


def order(client):
    return [tab.label for tab in tabs(client) if tab.view]


def move(client, acme, name, side):
    view = SavedView.objects.of(acme.workspace).get(name=name)
    return client.post(f"/w/acme/accounts/views/{view.pk}/move/", {"side": side})


def test_a_view_changes_places_with_its_neighbour(acme, some, client):
    for name in ("One", "Two", "Three"):
        save(client, name=name)

    move(client, acme, "Three", "left")
    first = order(client)
    move(client, acme, "One", "right")
    second = order(client)
    move(client, acme, "Two", "right")

    assert first == ["One", "Three", "Two"]
    assert second == order(client) == ["Three", "One", "Two"]
    assert AuditLine.objects.of(acme.workspace).filter(verb="moved").count() == 2


def test_shared_views_stand_before_ones_own_and_move_among_themselves(acme, some, client):
    save(client, name="Private")
    save(client, name="Ours", shared="on")
    save(client, name="Theirs", shared="on")

    move(client, acme, "Ours", "right")
    move(client, acme, "Private", "left")

    assert order(client) == ["Theirs", "Ours", "Private"]
    ends = {tab.label: (tab.first, tab.last) for tab in tabs(client) if tab.view}
    assert ends == {"Theirs": (True, False), "Ours": (False, True), "Private": (True, True)}


def test_moving_is_a_plain_form_in_the_menu_of_the_view(acme, some, client):
    save(client, name="One")
    saved = save(client, name="Two")

    page = client.get(saved.headers["Location"]).content.decode()

    assert "Move to the left" in page
    assert "Move to the right" not in page


def test_nobody_moves_the_view_of_another(acme, some, client, client_of):
    save(client, name="Private")
    save(client, name="Ours", shared="on")

    answers = [
        move(client_of(acme.admin), acme, "Private", "left").status_code,
        move(client_of(acme.viewer), acme, "Ours", "left").status_code,
    ]

    assert answers == [404, 403]
    assert not AuditLine.objects.of(acme.workspace).filter(verb="moved").exists()


def test_nobody_touches_the_view_of_another(acme, some, client, client_of):
    save(client)
    view = SavedView.objects.of(acme.workspace).get()

    gone = client_of(acme.admin).post(f"/w/acme/accounts/views/{view.pk}/remove/")

    assert gone.status_code == 404
    assert SavedView.objects.of(acme.workspace).count() == 1


def test_a_viewer_saves_for_themselves_and_shares_nothing(acme, some, client_of):
    viewer = client_of(acme.viewer)

    assert save(viewer).status_code == 303
    assert save(viewer, shared="on").status_code == 403
    assert SavedView.objects.of(acme.workspace).count() == 1


@pytest.mark.parametrize(("name", "query"), [("", ""), ("x", "f=nonsense")])
def test_no_name_or_no_list_is_refused(acme, some, client, name, query):
    assert save(client, name=name, query=query).status_code == 422
    assert SavedView.objects.of(acme.workspace).count() == 0


def test_my_accounts_are_mine(acme, some, client):
    tab = next(tab for tab in tabs(client) if tab.key == "mine")

    rows = client.get(tab.url).context["rows"]

    assert [row.account.name for row in rows] == ["Acuario Textil"]


def test_views_stand_in_the_rail(acme, some, client):
    save(client, name="Adopting now")

    assert "Adopting now" in client.get("/w/acme/").content.decode()

"""Pages of health: why a score is what it is, scorecards built, tried, published, archived."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import vereda.config.urls  # noqa: F401 - nothing may be imported while the clock stands
from vereda.customers.testing import a_note, an_account
from vereda.foundation import clock
from vereda.foundation.testing import MORNING
from vereda.health import reactions
from vereda.health.actions.scorecards import describe_scorecard, save_draft
from vereda.health.actions.scoring import score_portfolio
from vereda.health.jobs import score_by_new_rules
from vereda.health.models.pulses import Pulse
from vereda.health.models.scorecards import Scorecard, ScorecardVersion
from vereda.health.models.scores import Score
from vereda.health.pages import accounts, scorecards
from vereda.health.testing import a_factor, a_published_card, an_opinion, known, some_rules

pytestmark = pytest.mark.django_db

CONTACT = a_factor(
    "contact", input="customers.days_since_contact", points=((0, 1), (30, 0.5), (90, 0))
)


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    # Modules that took the clock's `now` when they were imported keep theirs.
    for module in (accounts, scorecards, reactions, clock):
        monkeypatch.setattr(module, "now", lambda: MORNING)


@pytest.fixture
def fallen(acme):
    """An account that fell from 75 to 25 five days ago."""
    account = an_account(acme)
    before = MORNING - timedelta(days=40)
    a_published_card(acme, some_rules(a_factor(), CONTACT), now=before)
    a_note(account, kind="meeting", happened_at=before)
    an_opinion(account, 4, now=before)
    score_portfolio(acme.workspace, now=before)
    later = MORNING - timedelta(days=5)
    an_opinion(account, 1, by=acme.member, now=later)
    score_portfolio(acme.workspace, now=later)
    score_portfolio(acme.workspace, now=MORNING)
    return account


def drafted_factors():
    """The factors of the one draft there is."""
    card = Scorecard.every_workspace.get()
    return [] if card.draft is None else card.draft["factors"]


def text_of(response):
    return " ".join(response.content.decode().split())


def test_the_page_says_why(acme, client_of, fallen):
    page = client_of(acme.viewer).get(f"/w/acme/accounts/{fallen.key}/health/")

    assert page.status_code == 200
    told = text_of(page)
    assert "Why 25" in told
    assert "Fell from 88 to 25" in told
    assert "mostly Our opinion: from 4 to 1" in told
    assert "unproven" in told
    assert "2 of 2 inputs are fresh" in told
    assert "5 of the 20 points that can be told make 25" in told
    assert 'class="event"' not in told
    assert f"/w/acme/accounts/{fallen.key}/timeline/" in told


def test_the_panel_is_a_fragment_for_the_overview(acme, client_of, fallen):
    page = client_of(acme.viewer).get(
        f"/w/acme/accounts/{fallen.key}/health/panel/", headers={"HX-Request": "true"}
    )

    assert page.status_code == 200
    assert "<html" not in text_of(page)
    assert "Why 25" in text_of(page)


def test_the_portfolio_is_one_click_away(acme, client_of, fallen):
    page = client_of(acme.viewer).get("/w/acme/accounts/")

    assert f'href="/w/acme/accounts/{fallen.key}/health/"' in text_of(page)


def test_without_a_card_the_page_says_what_is_missing(acme, client_of):
    account = an_account(acme)

    page = client_of(acme.viewer).get(f"/w/acme/accounts/{account.key}/health/")

    assert "No score yet" in text_of(page)


def test_the_page_costs_as_much_with_more_history(
    acme, client_of, fallen, django_assert_max_num_queries
):
    client = client_of(acme.viewer)
    with django_assert_max_num_queries(60) as few:
        client.get(f"/w/acme/accounts/{fallen.key}/health/")
    for days in range(1, 5):
        at = MORNING - timedelta(days=5 - days)
        an_opinion(fallen, days, now=at)
        score_portfolio(acme.workspace, now=at)

    with django_assert_max_num_queries(len(few)):
        client.get(f"/w/acme/accounts/{fallen.key}/health/")


def test_an_opinion_is_kept_and_scores(acme, client_of, fallen, facts):
    answer = client_of(acme.member).post(
        f"/w/acme/accounts/{fallen.key}/health/opinion/", {"value": "5", "comment": "Renewed!"}
    )
    facts.deliver()

    assert answer.status_code == 303
    pulse = Pulse.every_workspace.latest("at")
    assert (pulse.value, pulse.comment, pulse.member) == (5, "Renewed!", acme.member)
    assert Score.every_workspace.get().value == 75


def test_a_viewer_has_no_opinion(acme, client_of, fallen):
    answer = client_of(acme.viewer).post(
        f"/w/acme/accounts/{fallen.key}/health/opinion/", {"value": "5"}
    )

    assert answer.status_code == 403
    assert Pulse.every_workspace.count() == 2


def test_trees_are_told_in_three_ways(acme, client_of, fallen):
    below = an_account(acme, name="Below", parent_id=fallen.pk)
    an_opinion(below, 5, now=MORNING)
    score_portfolio(acme.workspace, now=MORNING)

    page = client_of(acme.viewer).get(f"/w/acme/accounts/{fallen.key}/health/")

    told = text_of(page)
    assert "This account and those below it" in told
    assert "Lowest" in told
    assert "2 of 2" in told


# --- The builder -----------------------------------------------------------------------


def test_a_scorecard_is_built_tried_and_published(acme, client_of, facts):
    account = an_account(acme)
    an_opinion(account, 5, now=MORNING)
    client = client_of(acme.admin)

    client.post("/w/acme/health/scorecards/new/", {"name": "Ours", "precedence": "100"})
    base = f"/w/acme/health/scorecards/{Scorecard.every_workspace.get().key}/"
    assert "health.pulse" in text_of(client.get(f"{base}factors/"))
    fields = {"label": "", "weight": "30", "shape": "line", "fresh_days": ""}
    curve = {"at_0": "1", "share_0": "0", "at_1": "5", "share_1": "100"}
    tried = client.post(f"{base}factors/new/?input=health.pulse", {**fields, **curve, "do": "try"})
    assert "What this factor alone would say" in text_of(tried)
    assert drafted_factors() == []
    kept = client.post(f"{base}factors/new/?input=health.pulse", {**fields, **curve, "do": "save"})
    assert kept.status_code == 303
    on_one = client.get(f"{base}try/", {"account": account.key})
    assert "100 · Healthy" in text_of(on_one)
    on_all = client.get(f"{base}try/portfolio/")
    assert "1 of 1 accounts would change colour" in text_of(on_all)
    assert not Score.every_workspace.exists()

    published = client.post(f"{base}publish/", {"note": "To begin with"})
    facts.deliver()

    assert published.status_code == 303
    version = ScorecardVersion.every_workspace.get()
    assert (version.number, version.note, version.scored_count) == (1, "To begin with", 1)
    assert Score.every_workspace.get().value == 100
    assert "To begin with" in text_of(client.get(base))


def test_a_member_drafts_and_does_not_publish(acme, client_of):
    version = a_published_card(acme)
    base = f"/w/acme/health/scorecards/{version.scorecard.key}/"
    client = client_of(acme.member)
    fields = {"weight": "7", "shape": "steps", "at_0": "1", "share_0": "50", "do": "save"}

    assert client.post(f"{base}factors/opinion/", fields).status_code == 303
    assert client.post(f"{base}publish/", {"note": "x"}).status_code == 403

    assert drafted_factors()[0]["weight"] == 7
    assert ScorecardVersion.every_workspace.count() == 1
    told = text_of(client.get(base))
    assert "Our opinion: weight 10 → 7" in told


def test_who_was_slower_overwrites_no_draft(acme, client_of):
    version = a_published_card(acme)
    base = f"/w/acme/health/scorecards/{version.scorecard.key}/"
    client = client_of(acme.member)
    fields = {"weight": "7", "shape": "steps", "at_0": "1", "share_0": "50", "do": "save"}
    opened = client.get(f"{base}factors/opinion/").context["form"]["version"].value()
    limits = {"watch_from": "30", "healthy_from": "60", "minimum_coverage": "50"}
    assert client.post(f"{base}limits/", {**limits, "version": str(opened)}).status_code == 303

    slower = client.post(f"{base}factors/opinion/", {**fields, "version": str(opened)})
    again = client.post(f"{base}limits/", {**limits, "version": str(opened)})

    assert (slower.status_code, again.status_code) == (409, 409)
    assert "Somebody else changed the draft meanwhile" in text_of(slower)
    assert drafted_factors()[0]["weight"] == 10


def test_words_of_a_card_leave_its_draft_alone(acme):
    card = a_published_card(acme).scorecard
    save_draft(Scorecard.every_workspace.get(), rules=some_rules(CONTACT), by=acme.member)

    describe_scorecard(
        card,
        name="Renamed",
        description="",
        audience=None,
        precedence=100,
        owner=None,
        by=acme.member,
    )

    stored = Scorecard.every_workspace.get()
    assert stored.name == "Renamed"
    assert [factor["name"] for factor in known(stored.draft)["factors"]] == ["contact"]


def test_rules_are_published_with_the_task_that_scores_by_them_or_not_at_all(
    acme, client_of, monkeypatch
):
    version = a_published_card(acme)
    save_draft(version.scorecard, rules=some_rules(CONTACT), by=acme.member)

    def lost(*_args, **_said):
        raise RuntimeError("the table of tasks is gone")

    monkeypatch.setattr(type(score_by_new_rules), "enqueue", lost)
    address = f"/w/acme/health/scorecards/{version.scorecard.key}/publish/"
    with pytest.raises(RuntimeError):
        client_of(acme.admin).post(address, {"note": "Contact"})

    assert ScorecardVersion.every_workspace.get() == version
    assert Scorecard.every_workspace.get().draft is not None


def test_bad_thresholds_stay_in_the_form(acme, client_of):
    version = a_published_card(acme)
    base = f"/w/acme/health/scorecards/{version.scorecard.key}/"

    answer = client_of(acme.member).post(
        f"{base}factors/opinion/", {"weight": "7", "shape": "steps", "at_0": "1", "do": "save"}
    )

    assert answer.status_code == 422
    assert "A threshold has a value and a share, or neither." in text_of(answer)
    assert Scorecard.every_workspace.get().draft is None


def test_a_card_that_scores_nobody_is_refused(acme, client_of):
    client = client_of(acme.admin)
    client.post("/w/acme/health/scorecards/new/", {"name": "Empty", "precedence": "100"})
    base = f"/w/acme/health/scorecards/{Scorecard.every_workspace.get().key}/"

    answer = client.post(f"{base}publish/", {"note": "Nothing"})

    assert answer.status_code == 422
    assert "Add at least one factor." in text_of(answer)
    assert not ScorecardVersion.every_workspace.exists()


def test_archived_and_restored(acme, client_of):
    version = a_published_card(acme)
    base = f"/w/acme/health/scorecards/{version.scorecard.key}/"
    client = client_of(acme.admin)

    client.post(f"{base}archive/")
    assert Scorecard.every_workspace.get().archived_at == MORNING
    assert "Archived" in text_of(client.get("/w/acme/health/"))
    client.post(f"{base}restore/")

    assert Scorecard.every_workspace.get().archived_at is None


@pytest.mark.parametrize("preset", ["1-first-card", "2-gitlab-young", "5-sourcegraph"])
def test_a_preset_is_a_draft(acme, client_of, preset):
    client = client_of(acme.member)

    answer = client.post(
        f"/w/acme/health/scorecards/new/?preset={preset}", {"name": "Mine", "precedence": "100"}
    )

    assert answer.status_code == 303
    assert len(drafted_factors()) >= 2


def test_a_file_goes_out_and_comes_back(acme, client_of):
    version = a_published_card(acme, some_rules(a_factor(), CONTACT))
    client = client_of(acme.member)
    told = client.get(f"/w/acme/health/scorecards/{version.scorecard.key}/file/")
    assert told["Content-Type"].startswith("application/toml")
    changed = told.content.replace(b'name = "Everybody"', b'name = "Copy"')

    client.post(
        "/w/acme/health/scorecards/from-file/", {"file": SimpleUploadedFile("c.toml", changed)}
    )

    copy = Scorecard.every_workspace.get(name="Copy")
    assert copy.drafted == version.ruled


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[[", "This is no TOML"),
        (b"bands = {}", "Say the name of the scorecard"),
        (b'name = "X"\nfactors = 3', "The rules cannot be read"),
        (b'name = "X"\nwatch = 3', "The rules cannot be read"),
        (b"\xff", "This is no text in UTF-8."),
    ],
)
def test_a_bad_file_says_what_is_wrong(acme, client_of, content, why):
    answer = client_of(acme.member).post(
        "/w/acme/health/scorecards/from-file/", {"file": SimpleUploadedFile("c.toml", content)}
    )

    assert answer.status_code == 422
    assert why in text_of(answer)
    assert not Scorecard.every_workspace.exists()

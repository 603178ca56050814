"""Addresses of health, below /w/<workspace>/."""

from django.urls import URLPattern, path

from vereda.health.pages import accounts, building, record, scorecards

app_name = "health"

CARD = "health/scorecards/<str:card>/"

urlpatterns: list[URLPattern] = [
    path("accounts/<str:account>/health/", accounts.account_health, name="account"),
    path("accounts/<str:account>/health/panel/", accounts.panel, name="panel"),
    path("accounts/<str:account>/health/opinion/", accounts.opine, name="opine"),
    path("health/", scorecards.scorecards, name="scorecards"),
    path("health/scorecards/new/", scorecards.new_scorecard, name="new-scorecard"),
    path("health/scorecards/from-file/", scorecards.scorecard_from_file, name="from-file"),
    path(CARD, scorecards.scorecard, name="scorecard"),
    path(f"{CARD}versions/<int:number>/", scorecards.version, name="version"),
    path(f"{CARD}describe/", scorecards.describe, name="describe"),
    path(f"{CARD}publish/", scorecards.publish, name="publish"),
    path(f"{CARD}discard/", scorecards.discard, name="discard"),
    path(f"{CARD}archive/", scorecards.archive, name="archive"),
    path(f"{CARD}restore/", scorecards.restore, name="restore"),
    path(f"{CARD}file/", scorecards.scorecard_file, name="file"),
    path(f"{CARD}factors/", building.choose_input, name="choose-input"),
    path(f"{CARD}factors/new/", building.add_factor, name="add-factor"),
    path(f"{CARD}factors/<slug:factor>/", building.edit_factor, name="edit-factor"),
    path(f"{CARD}factors/<slug:factor>/remove/", building.remove_factor, name="remove-factor"),
    path(f"{CARD}limits/", building.limits, name="limits"),
    path(f"{CARD}try/", building.try_account, name="try-account"),
    path(f"{CARD}try/portfolio/", building.try_portfolio, name="try-portfolio"),
    path(f"{CARD}record/", record.scorecard_record, name="record"),
    path(f"{CARD}record/ask/", record.ask_record, name="ask-record"),
    path(f"{CARD}record/adopt/", record.adopt_weights, name="adopt-weights"),
    path(f"{CARD}record/<slug:kind>/", record.record_customers, name="record-customers"),
]

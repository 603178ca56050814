"""Addresses of revenue, below /w/<workspace>/."""

from django.urls import path

from vereda.revenue.pages import (
    business,
    configuring,
    lifetime,
    movements,
    renewals,
    retention,
    subscriptions,
    wins,
)

app_name = "revenue"

urlpatterns = [
    path("accounts/<str:account>/subscriptions/start/", subscriptions.start, name="start"),
    path("accounts/<str:account>/churn/", subscriptions.churn, name="churn"),
    path("accounts/<str:account>/wins/note/", wins.note, name="note-win"),
    path("subscriptions/<str:subscription>/", subscriptions.change, name="change"),
    path("subscriptions/<str:subscription>/end/", subscriptions.end, name="end"),
    path("wins/<str:win>/", wins.edit, name="edit-win"),
    path("wins/<str:win>/remove/", wins.remove, name="remove-win"),
    path("reports/revenue/", movements.movements, name="movements"),
    path("reports/revenue/accounts/", movements.movement_accounts, name="movement-accounts"),
    path("reports/retention/", retention.retention, name="retention"),
    path("reports/retention/accounts/", retention.retention_accounts, name="retention-accounts"),
    path("reports/renewals/", renewals.renewals, name="renewals"),
    path("reports/lifetime/", lifetime.lifetime, name="lifetime"),
    path("reports/business-case/", business.business_case_page, name="business-case"),
    path("reports/wins/", wins.wins, name="wins"),
    path("settings/exchange-rates/", configuring.rates, name="exchange-rates"),
    path(
        "settings/exchange-rates/<uuid:rate_id>/remove/",
        configuring.remove_rate,
        name="remove-rate",
    ),
    path("settings/costs/", configuring.costs, name="costs"),
    path("settings/costs/<str:month>/remove/", configuring.remove_cost, name="remove-cost"),
]

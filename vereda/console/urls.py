"""Addresses of the console, below /w/<workspace>/."""

from django.urls import path

from vereda.console.pages import (
    account,
    bulk,
    cells,
    exports,
    features,
    files,
    leaders,
    portfolio,
    reports,
    saved_views,
    today,
    volumes,
)

app_name = "console"

urlpatterns = [
    path("", today.today, name="home"),
    path("reports/", reports.reports, name="reports"),
    path("reports/volumes/", volumes.volumes, name="volumes"),
    path("reports/portfolio/", leaders.leaders, name="leaders"),
    path("reports/features/", features.features, name="features"),
    path("reports/features/<slug:feature>/", features.feature, name="feature"),
    path("accounts/", portfolio.accounts, name="accounts"),
    path("accounts/totals/", portfolio.totals, name="totals"),
    path("accounts/export/", exports.export, name="export"),
    path("accounts/views/new/", saved_views.save, name="save-view"),
    path("accounts/views/<uuid:view>/replace/", saved_views.replace, name="replace-view"),
    path("accounts/views/<uuid:view>/move/", saved_views.move, name="move-view"),
    path("accounts/views/<uuid:view>/remove/", saved_views.remove, name="remove-view"),
    path("accounts/bulk/", bulk.choose, name="bulk"),
    path("accounts/bulk/apply/", bulk.apply, name="apply-bulk"),
    path("accounts/bulk/<uuid:edit>/", bulk.show, name="bulk-edit"),
    path("accounts/bulk/<uuid:edit>/undo/", bulk.undo, name="undo-bulk"),
    path("accounts/<str:account>/", account.overview, name="account"),
    path("accounts/<str:account>/peek/", account.peek, name="peek"),
    path("accounts/<str:account>/tickets/", account.account_tickets, name="account-tickets"),
    path("accounts/<str:account>/cells/<slug:column>/", cells.cell, name="cell"),
    path("accounts/<str:account>/files/add/", files.upload, name="add-file"),
    path("accounts/<str:account>/files/<uuid:file>/", files.download, name="file"),
    path("accounts/<str:account>/files/<uuid:file>/remove/", files.remove, name="remove-file"),
    path("accounts/<str:account>/<slug:tab>/", account.tab, name="account-tab"),
]

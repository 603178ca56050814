"""Addresses of adoption, below /w/<workspace>/."""

from django.urls import URLPattern, path

from vereda.adoption.pages import customers, expecting, reports

app_name = "adoption"

EXPECTED = "products/<slug:product>/adoption/"

urlpatterns: list[URLPattern] = [
    path("reports/adoption/", reports.report, name="report"),
    path("reports/adoption/never-used/", reports.unused, name="never-used"),
    path("reports/adoption/never-used/allowed/", reports.false_alarms, name="false-alarms"),
    path("reports/adoption/need/", reports.need, name="need"),
    path("reports/adoption/yes/", reports.false_positives, name="false-positives"),
    path("accounts/<str:account>/adoption/", customers.account, name="account"),
    path("people/<str:person>/adoption/", customers.person, name="person"),
    path(EXPECTED, expecting.expect, name="expect"),
    path(f"{EXPECTED}<slug:feature>/", expecting.expect_feature, name="expect-feature"),
]

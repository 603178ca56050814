"""Addresses of outcomes, below /w/<workspace>/."""

from django.urls import URLPattern, path

from vereda.outcomes.pages import expectations, outcomes, reports, reviews

app_name = "outcomes"

OUTCOME = "outcomes/<str:outcome>/"
VALUE = "accounts/<str:account>/value/"

urlpatterns: list[URLPattern] = [
    path("outcomes/", reviews.outcomes, name="outcomes"),
    path(OUTCOME, outcomes.show, name="outcome"),
    path(f"{OUTCOME}edit/", outcomes.edit, name="edit"),
    path(f"{OUTCOME}measure/", outcomes.measure, name="measure"),
    path(f"{OUTCOME}verify/", outcomes.verify, name="verify"),
    path(f"{OUTCOME}deny/", outcomes.deny, name="deny"),
    path(f"{OUTCOME}take-back/", outcomes.take_back, name="take-back"),
    path(f"{OUTCOME}drop/", outcomes.drop, name="drop"),
    path(f"{OUTCOME}pursue/", outcomes.pursue, name="pursue"),
    path(f"{VALUE}promise/", outcomes.promise, name="promise"),
    path(f"{VALUE}expect/", expectations.expect, name="expect"),
    path("expectations/<uuid:expectation>/settle/", expectations.settle, name="settle"),
    path(f"{VALUE}report/", reports.report, name="report"),
    path(f"{VALUE}report/customer/", reports.customer_report, name="customer-report"),
    path(f"{VALUE}report/file/", reports.report_file, name="report-file"),
    path("reports/value/", reviews.review, name="review"),
]

"""Addresses of revenue, below /w/<workspace>/."""

from django.urls import path

from vereda.revenue import pages

app_name = "revenue"

urlpatterns = [
    path("accounts/<str:account>/subscriptions/start/", pages.start, name="start"),
    path("accounts/<str:account>/churn/", pages.churn, name="churn"),
    path("subscriptions/<str:subscription>/", pages.change, name="change"),
    path("subscriptions/<str:subscription>/end/", pages.end, name="end"),
]

"""Addresses of revenue, below /w/<workspace>/."""

from django.urls import path

from vereda.revenue.pages import subscriptions

app_name = "revenue"

urlpatterns = [
    path("accounts/<str:account>/subscriptions/start/", subscriptions.start, name="start"),
    path("accounts/<str:account>/churn/", subscriptions.churn, name="churn"),
    path("subscriptions/<str:subscription>/", subscriptions.change, name="change"),
    path("subscriptions/<str:subscription>/end/", subscriptions.end, name="end"),
]

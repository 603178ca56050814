"""Addresses of messaging, below /w/<workspace>/; OUTSIDE stands at the root, without sign-in."""

from django.urls import URLPattern, path

from vereda.messaging.pages import receiving, wishes

app_name = "messaging"

urlpatterns: list[URLPattern] = []

OUTSIDE: list[URLPattern] = [
    path("in/<str:token>/", receiving.receive, name="receive_letter"),
    path("l/<str:token>/", wishes.preferences, name="letter_preferences"),
    path("l/<str:token>/unsubscribe/", wishes.unsubscribe, name="letter_unsubscribe"),
]

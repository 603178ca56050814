"""Addresses of privacy, below /w/<workspace>/."""

from django.urls import path

from vereda.privacy import pages

app_name = "privacy"

urlpatterns = [
    path("people/<str:key>/privacy/", pages.person, name="person"),
    path("people/<str:key>/privacy/<str:purpose>/give/", pages.give, name="give"),
    path("people/<str:key>/privacy/<str:purpose>/withdraw/", pages.withdraw, name="withdraw"),
    path("people/<str:key>/privacy/export/", pages.export, name="export"),
    path("people/<str:key>/privacy/ask/", pages.ask, name="ask"),
    path("people/<str:key>/privacy/erase/", pages.erase, name="erase"),
    path("privacy/requests/<uuid:request_id>/met/", pages.met, name="met"),
    path("settings/privacy/", pages.privacy_settings, name="settings"),
]

"""Addresses of messaging, below /w/<workspace>/."""

from django.urls import URLPattern

app_name = "messaging"

urlpatterns: list[URLPattern] = []

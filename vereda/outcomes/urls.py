"""Addresses of outcomes, below /w/<workspace>/."""

from django.urls import URLPattern

app_name = "outcomes"

urlpatterns: list[URLPattern] = []

"""Addresses of portal, below /w/<workspace>/."""

from django.urls import URLPattern

app_name = "portal"

urlpatterns: list[URLPattern] = []

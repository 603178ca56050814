"""Addresses of worklist, below /w/<workspace>/."""

from django.urls import URLPattern

app_name = "worklist"

urlpatterns: list[URLPattern] = []

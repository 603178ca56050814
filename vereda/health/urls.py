"""Addresses of health, below /w/<workspace>/."""

from django.urls import URLPattern

app_name = "health"

urlpatterns: list[URLPattern] = []

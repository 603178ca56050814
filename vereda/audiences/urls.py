"""Addresses of audiences, below /w/<workspace>/."""

from django.urls import URLPattern

app_name = "audiences"

urlpatterns: list[URLPattern] = []

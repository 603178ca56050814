"""Root addresses. A workspace's pages live under /w/<workspace>/."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from vereda.config import pages

WORKSPACE: list[URLPattern | URLResolver] = []

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", pages.healthz, name="healthz"),
    path("w/<slug:workspace>/", include(WORKSPACE)),
    path("accounts/", include("allauth.urls")),
]

if settings.ADMIN:
    urlpatterns.append(path("admin/", admin.site.urls))

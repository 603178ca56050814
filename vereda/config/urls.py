"""Root addresses. A workspace's pages live under /w/<workspace>/."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from vereda.config import api, pages
from vereda.foundation.gallery import gallery
from vereda.foundation.palette import find_anything
from vereda.messaging import urls as messaging
from vereda.portal import urls as portal
from vereda.surveys import urls as surveys
from vereda.workspaces import urls as workspaces

WORKSPACE: list[URLPattern | URLResolver] = [
    path("find", find_anything, name="palette"),
    *workspaces.WORKSPACE,
    path("", include("vereda.product.urls")),
    path("", include("vereda.customers.urls")),
    path("", include("vereda.privacy.urls")),
    path("", include("vereda.events.urls")),
    path("", include("vereda.revenue.urls")),
    path("", include("vereda.support.urls")),
    path("", include("vereda.surveys.urls")),
    path("", include("vereda.audiences.urls")),
    path("", include("vereda.messaging.urls")),
    path("", include("vereda.worklist.urls")),
    path("", include("vereda.outcomes.urls")),
    path("", include("vereda.adoption.urls")),
    path("", include("vereda.health.urls")),
    path("", include("vereda.onboarding.urls")),
    path("", include("vereda.sample.urls")),
    path("imports/", include("vereda.imports.urls")),
    path("", include("vereda.console.urls")),
    path("", include("vereda.portal.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", pages.healthz, name="healthz"),
    path("w/<slug:workspace>/", include(WORKSPACE)),
    *workspaces.COMING_IN,
    *workspaces.ONESELF,
    *surveys.ANSWERING,
    *portal.VISITING,
    *messaging.OUTSIDE,
    path("api/v1/", include(api.urlpatterns)),
]

if settings.GALLERY:
    urlpatterns.append(path("gallery", gallery, name="gallery"))

if settings.ADMIN:
    urlpatterns.append(path("admin/", admin.site.urls))

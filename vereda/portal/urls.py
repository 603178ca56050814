"""Addresses of the portal: for members below /w/<workspace>/, for visitors below /p/<slug>/."""

from django.urls import URLPattern, path

from vereda.portal.pages import door, home

app_name = "portal"

urlpatterns: list[URLPattern] = []

VISITING: list[URLPattern] = [
    path("p/<slug:slug>/", home.home, name="portal"),
    path("p/<slug:slug>/come-in/", door.come_in, name="portal_come_in"),
    path("p/<slug:slug>/come-in/code/", door.code, name="portal_code"),
    path("p/<slug:slug>/come-in/as/<str:who>/", door.come_in_as, name="portal_come_in_as"),
    path("p/<slug:slug>/come-in/<str:token>/", door.link, name="portal_link"),
    path("p/<slug:slug>/leave/", door.leave, name="portal_leave"),
]

from django.urls import path

from vereda.sample import pages

app_name = "sample"

urlpatterns = [
    path("settings/sample", pages.sample, name="sample"),
    path("settings/sample/load", pages.load, name="load"),
    path("settings/sample/remove", pages.remove, name="remove"),
]

"""Addresses of product, below /w/<workspace>/."""

from django.urls import path

from vereda.product import pages

app_name = "product"

urlpatterns = [
    path("products/", pages.products, name="products"),
    path("products/new/", pages.add, name="add"),
    path("products/file/", pages.export, name="export"),
    path("products/file/bring/", pages.bring_in, name="bring-in"),
    path("products/<slug:slug>/", pages.product, name="product"),
    path("products/<slug:slug>/edit/", pages.edit, name="edit"),
    path("products/<slug:slug>/archive/", pages.archive, name="archive"),
    path("products/<slug:slug>/restore/", pages.restore, name="restore"),
    path("products/<slug:slug>/features/new/", pages.feature, name="add-feature"),
    path("features/<slug:slug>/edit/", pages.change_feature, name="edit-feature"),
    path("features/<slug:slug>/archive/", pages.drop_feature, name="archive-feature"),
    path("features/<slug:slug>/steps/new/", pages.step, name="place-step"),
    path("features/<slug:slug>/steps/<slug:step>/remove/", pages.drop_step, name="remove-step"),
]

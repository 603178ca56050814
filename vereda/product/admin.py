"""A read-mostly view of products for support."""

from django.contrib import admin

from vereda.product.models import Feature, Product

for model in (Product, Feature):
    admin.site.register(model, list_display=["name", "slug", "workspace", "archived_at"])

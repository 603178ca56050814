"""Adoption in Django's admin, for those who run the machine."""

from django.contrib import admin

from vereda.adoption.models import Adoption, Expectation, Purchase, SentinelPolicy

admin.site.register([Adoption, Expectation, Purchase, SentinelPolicy])

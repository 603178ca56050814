"""Adoption in Django's admin, for those who run the machine."""

from django.contrib import admin

from vereda.adoption.models import Adoption, Purchase, SentinelPolicy, UseExpectation

admin.site.register([Adoption, UseExpectation, Purchase, SentinelPolicy])

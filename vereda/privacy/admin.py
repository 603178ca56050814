"""A read-mostly view of consents and requests for support."""

from django.contrib import admin

from vereda.privacy.models import Consent, DataRequest

admin.site.register(Consent, list_display=["person", "purpose", "given_at", "refused_at"])
admin.site.register(DataRequest, list_display=["person", "kind", "due_on", "answered_at"])

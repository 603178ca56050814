"""Revenue in Django's admin, for those who run the machine."""

from django.contrib import admin

from vereda.revenue.models import ChurnEvent, Subscription

admin.site.register([Subscription, ChurnEvent])

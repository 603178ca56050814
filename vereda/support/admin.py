"""Support in Django's admin, for those who run the machine."""

from django.contrib import admin

from vereda.support.models.tickets import Ticket

admin.site.register([Ticket])

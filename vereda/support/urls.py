"""Addresses of support, below /w/<workspace>/."""

from django.urls import path

from vereda.support import pages

app_name = "support"

urlpatterns = [
    path("tickets/", pages.tickets, name="tickets"),
    path("tickets/<str:ticket>/", pages.ticket, name="ticket"),
    path("tickets/<str:ticket>/edit/", pages.edit, name="edit"),
    path("tickets/<str:ticket>/resolve/", pages.resolve, name="resolve"),
    path("tickets/<str:ticket>/reopen/", pages.reopen, name="reopen"),
    path("accounts/<str:account>/tickets/new/", pages.new_ticket, name="new"),
]

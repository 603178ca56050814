"""Addresses of support, below /w/<workspace>/."""

from django.urls import path

from vereda.support.pages import tickets

app_name = "support"

urlpatterns = [
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/<str:ticket>/", tickets.ticket, name="ticket"),
    path("tickets/<str:ticket>/edit/", tickets.edit, name="edit"),
    path("tickets/<str:ticket>/resolve/", tickets.resolve, name="resolve"),
    path("tickets/<str:ticket>/reopen/", tickets.reopen, name="reopen"),
    path("accounts/<str:account>/tickets/new/", tickets.new_ticket, name="new"),
]

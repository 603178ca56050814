"""Where events' pages live, under /w/<workspace>/."""

from django.urls import URLPattern, path

from vereda.events import pages

urlpatterns: list[URLPattern] = [
    path("events/", pages.live_events, name="live_events"),
    path("events/arrivals/", pages.event_arrivals, name="event_arrivals"),
    path("events/arrivals/<int:seq>/", pages.quarantined_item, name="quarantined_item"),
    path("events/<int:seq>/", pages.event_details, name="event_details"),
]

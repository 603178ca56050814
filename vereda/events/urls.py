"""Where events' pages live, under /w/<workspace>/."""

from django.urls import URLPattern, path

from vereda.events.pages import arrivals, live

urlpatterns: list[URLPattern] = [
    path("events/", live.live_events, name="live_events"),
    path("events/arrivals/", arrivals.event_arrivals, name="event_arrivals"),
    path("events/arrivals/<int:seq>/", arrivals.quarantined_item, name="quarantined_item"),
    path("events/<int:seq>/", live.event_details, name="event_details"),
]

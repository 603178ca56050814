"""Where events' pages live, under /w/<workspace>/."""

from django.urls import URLPattern, path

from vereda.events.pages import arrivals, live, repairs

urlpatterns: list[URLPattern] = [
    path("events/", live.live_events, name="live_events"),
    path("events/arrivals/", arrivals.event_arrivals, name="event_arrivals"),
    path("events/arrivals/repair/", repairs.repair_waiting_items, name="repair_waiting_items"),
    path("events/arrivals/<int:seq>/", repairs.quarantined_item, name="quarantined_item"),
    path(
        "events/arrivals/<int:seq>/repair/",
        repairs.repair_quarantined_item,
        name="repair_quarantined_item",
    ),
    path("events/<int:seq>/", live.event_details, name="event_details"),
]

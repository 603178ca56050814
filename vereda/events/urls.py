"""Where events' pages live, under /w/<workspace>/."""

from django.urls import URLPattern, path

from vereda.events.exploring import ExploreKind
from vereda.events.pages import (
    arrivals,
    definitions,
    explore,
    explore_behind,
    live,
    metrics,
    repairs,
    retention,
)

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
    path("events/definitions/", definitions.definitions, name="event_definitions"),
    path("events/definitions/<slug:event>/", definitions.definition, name="event_definition"),
    path("events/definitions/<slug:event>/describe/", definitions.describe, name="describe_event"),
    path("events/definitions/<slug:event>/retire/", definitions.retire, name="retire_event"),
    path(
        "events/definitions/<slug:event>/expect/",
        definitions.expect_again,
        name="expect_event_again",
    ),
    path("events/drifts/<uuid:drift>/accept/", definitions.accept, name="accept_drift"),
    path("events/metrics/", metrics.metrics, name="metrics"),
    path("events/new-metric/", metrics.new_metric, name="new_metric"),
    path("events/metrics-file/", metrics.metrics_file, name="metrics_file"),
    path("events/metrics-from-file/", metrics.metrics_from_file, name="metrics_from_file"),
    path("events/ready-metrics/", metrics.add_ready, name="add_ready_metrics"),
    path("events/compute-metrics/", metrics.compute_again, name="compute_metrics_again"),
    path("events/metrics/<slug:slug>/", metrics.metric, name="metric"),
    path("events/metrics/<slug:slug>/edit/", metrics.edit_metric, name="edit_metric"),
    path("events/metrics/<slug:slug>/archive/", metrics.archive_one, name="archive_metric"),
    path("events/metrics/<slug:slug>/restore/", metrics.restore_one, name="restore_metric"),
    path("events/metrics/<slug:slug>/remove/", metrics.remove_one, name="remove_metric"),
    path("events/<int:seq>/", live.event_details, name="event_details"),
    path("settings/event-retention/", retention.event_retention, name="event_retention"),
    path(
        "settings/event-retention/add/",
        retention.add_event_retention,
        name="add_event_retention",
    ),
    path(
        "settings/event-retention/edit/",
        retention.edit_event_retention,
        name="edit_event_retention",
    ),
    path(
        "settings/event-retention/drop/",
        retention.drop_event_retention,
        name="drop_event_retention",
    ),
    path("events/explore/", explore.explore, {"kind": ExploreKind.TREND}, name="explore"),
    path("events/explore/progress/", explore.explore_progress, name="explore_progress"),
    path("events/explore/cancel/", explore.cancel_explore, name="cancel_explore"),
    *(
        path(f"events/explore/{kind}/{place}", view, {"kind": kind}, name=f"explore_{kind}{part}")
        for kind in ExploreKind
        for place, part, view in (
            ("", "", explore.explore),
            ("answer/", "_answer", explore.explore_answer),
            ("behind/", "_behind", explore_behind.explore_behind),
            ("export/", "_export", explore.export_explore),
        )
    ),
]

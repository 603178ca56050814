"""Addresses of support, below /w/<workspace>/."""

from django.urls import path

from vereda.support.pages import (
    commitments,
    configuring,
    outages,
    repairs,
    reports,
    tickets,
    turns,
)

app_name = "support"

urlpatterns = [
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/repairs/", repairs.repairs, name="repairs"),
    path("tickets/<str:ticket>/", tickets.ticket, name="ticket"),
    path("tickets/<str:ticket>/edit/", tickets.edit, name="edit"),
    path("tickets/<str:ticket>/resolve/", tickets.resolve, name="resolve"),
    path("tickets/<str:ticket>/reopen/", tickets.reopen, name="reopen"),
    path("tickets/<str:ticket>/answer/", turns.note_answer, name="answer"),
    path("tickets/<str:ticket>/wait/", turns.hold, name="hold"),
    path("tickets/<str:ticket>/resume/", turns.resume, name="resume"),
    path("tickets/<str:ticket>/escalate/", turns.escalate, name="escalate"),
    path("tickets/<str:ticket>/assign/", turns.assign, name="assign"),
    path("tickets/<str:ticket>/promise/", commitments.new, name="new-commitment"),
    path("accounts/<str:account>/tickets/new/", tickets.new_ticket, name="new"),
    path("commitments/", commitments.commitments, name="commitments"),
    path("commitments/<str:commitment>/", commitments.commitment, name="commitment"),
    path("commitments/<str:commitment>/keep/", commitments.keep, name="keep-commitment"),
    path("commitments/<str:commitment>/extend/", commitments.extend, name="extend-commitment"),
    path("commitments/<str:commitment>/withdraw/", commitments.withdraw, name="withdraw"),
    path("commitments/<str:commitment>/add/", commitments.add, name="add-to-commitment"),
    path("outages/", outages.outages, name="outages"),
    path("outages/new/", outages.new, name="new-outage"),
    path("outages/policy/", outages.decide, name="outage-policy"),
    path("outages/<str:outage>/", outages.edit, name="outage"),
    path("reports/support/", reports.report, name="report"),
    path("settings/support/", configuring.settings, name="settings"),
    path("settings/support/hours/new/", configuring.new_hours, name="new-hours"),
    path("settings/support/hours/<uuid:hours_id>/", configuring.edit_hours, name="hours"),
    path(
        "settings/support/hours/<uuid:hours_id>/remove/",
        configuring.remove_hours,
        name="remove-hours",
    ),
    path("settings/support/policies/new/", configuring.new_policy, name="new-policy"),
    path("settings/support/policies/<uuid:policy_id>/", configuring.edit_policy, name="policy"),
    path("settings/support/policies/<uuid:policy_id>/move/", configuring.move, name="move-policy"),
    path(
        "settings/support/policies/<uuid:policy_id>/retire/",
        configuring.retire,
        name="retire-policy",
    ),
    path("settings/support/queues/new/", repairs.new_queue, name="new-queue"),
    path("settings/support/queues/<uuid:queue_id>/", repairs.edit_queue, name="queue"),
    path(
        "settings/support/queues/<uuid:queue_id>/remove/", repairs.remove_queue, name="remove-queue"
    ),
    path("settings/support/rules/new/", repairs.new_rule, name="new-rule"),
    path("settings/support/rules/<uuid:rule_id>/end/", repairs.end_rule, name="end-rule"),
]

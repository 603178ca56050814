"""Addresses of customers, below /w/<workspace>/."""

from django.urls import path

from vereda.customers.pages import (
    accounts,
    duplicates,
    fields,
    lighthouses,
    notes,
    people,
    relationships,
)

app_name = "customers"

urlpatterns = [
    path("accounts/new/", accounts.add, name="add-account"),
    path("accounts/archived/", accounts.archived, name="archived-accounts"),
    path("accounts/<str:key>/edit/", accounts.edit, name="edit-account"),
    path("accounts/<str:key>/assign/", accounts.assign, name="assign-account"),
    path("accounts/<str:key>/stage/", accounts.stage, name="change-stage"),
    path("accounts/<str:key>/next-step/", accounts.next_step, name="set-next-step"),
    path("accounts/<str:key>/tags/", accounts.tag, name="tag-account"),
    path("accounts/<str:key>/archive/", accounts.archive, name="archive-account"),
    path("accounts/<str:key>/restore/", accounts.restore, name="restore-account"),
    path("accounts/<str:key>/relationships/", relationships.relationships, name="relationships"),
    path("accounts/<str:key>/relationships/relate/", relationships.relate, name="relate"),
    path(
        "accounts/<str:key>/relationships/<uuid:relationship>/unrelate/",
        relationships.unrelate,
        name="unrelate",
    ),
    path("accounts/<str:key>/lighthouse/", lighthouses.shine, name="shine"),
    path("accounts/<str:key>/lighthouse/shift/", lighthouses.shift, name="shift-lighthouse"),
    path("accounts/<str:key>/lighthouse/dim/", lighthouses.dim, name="dim"),
    path("lighthouses/", lighthouses.lighthouses, name="lighthouses"),
    path("accounts/<str:key>/notes/new/", notes.compose, name="compose"),
    path("accounts/<str:key>/notes/<uuid:note>/", notes.note, name="note"),
    path("accounts/<str:key>/notes/<uuid:note>/edit/", notes.edit, name="edit-note"),
    path("accounts/<str:key>/notes/<uuid:note>/pin/", notes.pin, name="pin-note"),
    path("accounts/<str:key>/notes/<uuid:note>/remove/", notes.remove, name="remove-note"),
    path("people/", people.people, name="people"),
    path("people/new/", people.add, name="add-person"),
    path("people/<str:key>/", people.person, name="person"),
    path("people/<str:key>/edit/", people.edit, name="edit-person"),
    path("people/<str:key>/archive/", people.archive, name="archive-person"),
    path("people/<str:key>/restore/", people.restore, name="restore-person"),
    path("people/<str:key>/join/", people.join, name="join-account"),
    path(
        "people/<str:key>/memberships/<uuid:membership>/leave/", people.leave, name="leave-account"
    ),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/look/", duplicates.look, name="look-for-duplicates"),
    path("duplicates/<uuid:pair>/", duplicates.compare, name="compare"),
    path("duplicates/<uuid:pair>/merge/", duplicates.merge, name="merge"),
    path("duplicates/<uuid:pair>/dismiss/", duplicates.dismiss, name="dismiss"),
    path("merges/<uuid:merge>/undo/", duplicates.undo, name="undo-merge"),
    path("settings/fields/", fields.fields, name="fields"),
    path("settings/fields/<str:target>/<str:slug>/edit/", fields.edit, name="edit-field"),
    path("settings/fields/<str:target>/<str:slug>/archive/", fields.archive, name="archive-field"),
    path("settings/fields/<str:target>/<str:slug>/restore/", fields.restore, name="restore-field"),
]

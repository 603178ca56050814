"""Addresses of the worklist, below /w/<workspace>/."""

from django.urls import path

from vereda.worklist.pages import items, lists, playbooks, queues

app_name = "worklist"

urlpatterns = [
    path("work/", lists.work, name="work"),
    path("work/new/", items.new_task, name="new-task"),
    path("work/bulk/", lists.bulk, name="bulk"),
    path("work/undo/", lists.undo, name="undo"),
    path("work/seen/", lists.seen, name="seen"),
    path("work/budget/", lists.budget, name="budget"),
    path("work/<str:item>/", items.show, name="item"),
    path("work/<str:task>/edit/", items.edit, name="edit-task"),
    path("work/<str:item>/finish/", items.finish, name="finish"),
    path("work/<str:item>/reopen/", items.reopen, name="reopen"),
    path("work/<str:item>/snooze/", items.snooze, name="snooze"),
    path("work/<str:item>/wake/", items.wake, name="wake"),
    path("work/<str:item>/delegate/", items.delegate, name="delegate"),
    path("work/<str:alert>/dismiss/", items.dismiss, name="dismiss"),
    path("work/<str:task>/drop/", items.drop, name="drop"),
    path("work/<str:task>/take/", items.take, name="take"),
    path("accounts/<str:account>/playbooks/start/", items.start, name="start"),
    path("queues/", queues.queues, name="queues"),
    path("queues/new/", queues.new_queue, name="new-queue"),
    path("queues/<uuid:queue>/", queues.queue, name="queue"),
    path("queues/<uuid:queue>/edit/", queues.edit, name="edit-queue"),
    path("queues/<uuid:queue>/archive/", queues.archive, name="archive-queue"),
    path("playbooks/", playbooks.playbooks, name="playbooks"),
    path("playbooks/new/", playbooks.new_playbook, name="new-playbook"),
    path("playbooks/import/", playbooks.import_file, name="import-playbook"),
    path("playbooks/presets/<slug:preset>/", playbooks.add_preset, name="add-preset"),
    path("playbooks/runs/<uuid:run>/stop/", playbooks.stop, name="stop-run"),
    path("playbooks/<slug:playbook>/", playbooks.playbook, name="playbook"),
    path("playbooks/<slug:playbook>/edit/", playbooks.edit, name="edit-playbook"),
    path("playbooks/<slug:playbook>/file/", playbooks.export, name="export-playbook"),
    path("playbooks/<slug:playbook>/archive/", playbooks.archive, name="archive-playbook"),
    path("playbooks/<slug:playbook>/restore/", playbooks.restore, name="restore-playbook"),
]

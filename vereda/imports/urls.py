"""Addresses of the wizard, under /w/<workspace>/imports/."""

from django.urls import path

from vereda.imports.pages import columns, files, lists, review, running

app_name = "imports"

urlpatterns = [
    path("", lists.imports, name="list"),
    path("new", files.upload, name="upload"),
    path("mappings", lists.mappings, name="mappings"),
    path("mappings/<uuid:mapping_id>/forget", lists.forget, name="forget"),
    path("<str:key>", running.show, name="show"),
    path("<str:key>/file", files.file, name="file"),
    path("<str:key>/reuse", files.reuse, name="reuse"),
    path("<str:key>/identity", files.identity, name="identity"),
    path("<str:key>/columns", columns.columns, name="columns"),
    path("<str:key>/fields", columns.new_field, name="new_field"),
    path("<str:key>/mapping.toml", columns.mapping_file, name="mapping_file"),
    path("<str:key>/review", review.review, name="review"),
    path("<str:key>/check", review.check, name="check"),
    path("<str:key>/repair", review.repair, name="repair"),
    path("<str:key>/run", running.run, name="run"),
    path("<str:key>/resume", running.resume, name="resume"),
    path("<str:key>/cancel", running.cancel, name="cancel"),
    path("<str:key>/undo", running.undo, name="undo"),
    path("<str:key>/rejected.csv", running.rejected, name="rejected"),
]
